"""The money: a budget, a batch signed by a third person, the bank's file and its answer, repair, and the books."""

from datetime import timedelta

from django.conf import settings
from django.utils import timezone

from foundation.accounts.models import User
from portal.journey.claim_steps import claims_of, next_morning
from portal.journey.state import Counts, Journey, JourneyError
from subsidies.claims.services import claim_account_repair
from subsidies.claims.states import ClaimState
from subsidies.ledger.models import Account
from subsidies.ledger.services import budget_allot
from subsidies.payments.models import BankReturn, PaymentBatch
from subsidies.payments.selectors import bank_text, bank_workbook, lines_of
from subsidies.payments.services import bank_return_read, batch_build, batch_send, batch_sign
from subsidies.payments.states import ReturnState
from subsidies.schemes.states import Fund
from workers.demo import account_of

BUDGET_FEN = 1_000_000_00
# An approval takes its money from the budget of its own year.
DAYS_TO_DECIDE = 20
# Where no file of the bank is given: every so many accounts is refused.
FAILS_EVERY = 10
REASONS = ("户名账号不符", "账户已销户", "账户冻结")
HEADER = "批次号|序号|户名|账号|金额|结果|原因"


def budget_enter(journey: Journey) -> Counts:
    """Money for the year, and for the next one when the rehearsal runs over its end, unless the city has some."""
    at = journey.clock.at
    entered = 0
    for year in sorted({timezone.localdate(at).year, timezone.localdate(at + timedelta(days=DAYS_TO_DECIDE)).year}):
        if Account.objects.filter(fund=Fund.EMPLOYMENT, year=year, district_code=settings.CITY_CODE).exists():
            continue
        budget_allot(
            fund=Fund.EMPLOYMENT,
            year=year,
            district_code=settings.CITY_CODE,
            amount_fen=BUDGET_FEN,
            reference=f"演练预算〔{year}〕1号",
            actor=journey.cast.finance,
            at=at,
        )
        entered += 1
    return {"budgets": entered}


def payment_send(journey: Journey) -> Counts:
    """The batch of the class, signed and sent; the file for the bank goes into the folder."""
    batch = _paid_out(journey, journey.cast.finance)
    journey.facts["batch"] = batch.number
    return {"payment_lines": batch.lines_count, "sent_fen": batch.total_fen}


def _paid_out(journey: Journey, finance: User) -> PaymentBatch:
    waiting = [claim.pk for claim in claims_of(journey) if claim.state == ClaimState.APPROVED]
    if not waiting:
        raise JourneyError("没有可以拨付的申领。")
    batch = batch_build(fund=Fund.EMPLOYMENT, claim_ids=waiting, actor=finance, at=next_morning(journey.clock))
    batch_sign(batch_id=batch.pk, actor=finance, at=journey.clock.forward(600))
    batch = batch_send(batch_id=batch.pk, actor=finance, at=journey.clock.forward(600))
    if journey.plan.out is not None:
        folder = journey.plan.out / "bank"
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"{batch.number}.txt").write_bytes(bank_text(batch))
        (folder / f"{batch.number}.xlsx").write_bytes(bank_workbook(batch))
    journey.note(f"拨付批次 {batch.number}：{batch.lines_count} 笔，{batch.total_fen / 100:.2f} 元")
    return batch


def bank_answer(journey: Journey) -> Counts:
    """What the bank sent back, read strictly; the same file twice changes nothing."""
    batch = PaymentBatch.objects.get(number=journey.facts["batch"])
    next_morning(journey.clock)
    if journey.plan.bank_return is None:
        content = return_made(batch)
        journey.note("没有给回盘文件，按送盘文件编了一份。")
    else:
        content = with_number(journey.plan.bank_return.read_bytes(), batch.number)
    answer = _read(journey, content)
    again = _read(journey, content)
    journey.require("同一回盘文件再读一次没有变化", int(again.is_repeated), 1)
    return {"paid": answer.paid_count, "payments_failed": answer.failed_count}


def _read(journey: Journey, content: bytes) -> BankReturn:
    answer = bank_return_read(
        content=content, filename="bank-return.txt", actor=journey.cast.finance, at=journey.clock.forward(60)
    )
    if answer.state != ReturnState.READ:
        for problem in answer.problems[:20]:
            journey.note(f"回盘文件：{problem}")
        raise JourneyError("回盘文件有问题，没有入账。")
    return answer


def with_number(content: bytes, number: str) -> bytes:
    """The file with the batch's own number in its first column, as a bank that was sent our file returns it."""
    head, *lines = content.decode("gb18030").splitlines()
    changed = ["|".join([number, *line.split("|")[1:]]) for line in lines if line.strip()]
    return ("\n".join([head, *changed]) + "\n").encode("gb18030")


def return_made(batch: PaymentBatch, *, all_paid: bool = False) -> bytes:
    """A plausible answer: every tenth account is refused for one reason or another."""
    rows = [HEADER]
    for line in lines_of(batch):
        fails = not all_paid and line.serial % FAILS_EVERY == 0
        reason = REASONS[line.serial // FAILS_EVERY % len(REASONS)] if fails else ""
        amount = f"{line.amount_fen // 100}.{line.amount_fen % 100:02d}"
        outcome = "失败" if fails else "成功"
        rows.append("|".join([batch.number, str(line.serial), line.name, line.account, amount, outcome, reason]))
    return ("\n".join(rows) + "\n").encode("gb18030")


def payments_repair(journey: Journey) -> Counts:
    """Whoever was refused gives another account; a second batch, and the bank pays it."""
    failed = [claim for claim in claims_of(journey) if claim.state == ClaimState.PAYMENT_FAILED]
    if not failed:
        return {"payments_repaired": 0}
    next_morning(journey.clock)
    for place, claim in enumerate(failed, start=1):
        claim_account_repair(
            claim_id=claim.pk,
            account=account_of(700 + place),
            actor=claim.worker.user or journey.cast.finance,
            at=journey.clock.forward(300),
        )
    before = _paid(journey)
    # Who recorded that the money came back does not sign when it goes out again.
    batch = _paid_out(journey, journey.cast.second_finance)
    next_morning(journey.clock)
    _read(journey, return_made(batch, all_paid=True))
    journey.note("退回的账户由本人更正后重新拨付，第二份回盘文件是编的。")
    return {"payments_repaired": _paid(journey) - before}


def _paid(journey: Journey) -> int:
    return sum(claim.state == ClaimState.PAID for claim in claims_of(journey))


def books_compare(journey: Journey) -> Counts:
    """Claims, payment lines and ledger say the same, to the fen."""
    claims = claims_of(journey)
    paid = [claim for claim in claims if claim.state == ClaimState.PAID]
    journey.facts["paid_claims"] = [claim.pk for claim in paid]
    return {"paid": len(paid), "paid_fen": sum(claim.amount_fen for claim in paid)}
