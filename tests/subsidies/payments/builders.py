"""Batches in every state, and what a bank answers."""

from datetime import timedelta

from foundation.accounts.states import Role
from subsidies.claims.states import ClaimState
from subsidies.payments.models import PaymentBatch
from subsidies.payments.rules import amount_text
from subsidies.payments.selectors import lines_of
from subsidies.payments.services import bank_return_read, batch_build, batch_send, batch_sign
from subsidies.schemes.states import Fund
from tests.subsidies.builders import an_officer_of, claims_in
from tests.workers.builders import NOW

HEADER = "批次号|序号|户名|账号|金额|结果|原因"
LATER = NOW + timedelta(hours=1)
# Day after the file went to the bank.
ANSWERED = NOW + timedelta(days=1)


def finance():
    return an_officer_of(Role.OFFICER_FINANCE)


def waiting(number=3, **fields):
    """Claims that wait for their money."""
    return claims_in(ClaimState.APPROVED, number, **fields)


def built(number=3, *, claims=None, fund=Fund.EMPLOYMENT):
    chosen = claims if claims is not None else waiting(number)
    return batch_build(fund=fund, claim_ids=[one.pk for one in chosen], actor=finance(), at=LATER)


def signed(number=3, **fields):
    return batch_sign(batch_id=built(number, **fields).pk, actor=finance(), at=LATER + timedelta(minutes=1))


def sent(number=3, **fields) -> PaymentBatch:
    return batch_send(batch_id=signed(number, **fields).pk, actor=finance(), at=LATER + timedelta(minutes=2))


def answer_rows(batch, failed=None):
    """The lines of an answer in which all are paid but those whose serial ``failed`` gives a reason."""
    failed = failed or {}
    return [
        [
            batch.number,
            str(line.serial),
            line.name,
            line.account,
            amount_text(line.amount_fen),
            "失败" if line.serial in failed else "成功",
            failed.get(line.serial, ""),
        ]
        for line in lines_of(batch)
    ]


def as_file(rows, *, header=HEADER, end="\n"):
    return (end.join([header, *("|".join(row) for row in rows)]) + end).encode("gb18030")


def answer(batch, failed=None):
    return as_file(answer_rows(batch, failed))


def read(content, *, at=ANSWERED, **fields):
    return bank_return_read(content=content, filename="return.txt", actor=finance(), at=at, **fields)
