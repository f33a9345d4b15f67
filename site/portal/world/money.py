"""The money of a round: a budget, a batch, the bank's file and its answer, and whoever gives another account."""

from collections.abc import Sequence
from datetime import date

from django.conf import settings

from foundation.accounts.models import User
from portal.world.claims import Desk, Round
from portal.world.days import Days
from subsidies.claims.models import Claim
from subsidies.claims.services import claim_account_repair
from subsidies.claims.states import ClaimState
from subsidies.ledger.services import budget_allot
from subsidies.payments.models import PaymentBatch
from subsidies.payments.selectors import lines_of
from subsidies.payments.services import bank_return_read, batch_build, batch_send, batch_sign
from subsidies.schemes.states import Fund
from workers.demo import account_of

BUDGET_FEN = 1_600_000_00
REASONS = ("户名账号不符", "账户已销户", "账户长期未用已冻结")
HEADER = "批次号|序号|户名|账号|金额|结果|原因"
FAILS = 0.02
FIRST_ACCOUNT = 60_000


def budgets_entered(days: Days, officer: User) -> None:
    """The city's money for every year that is played."""
    at = days.office(days.first, 9)
    for year in sorted({days.first.year, days.today.year}):
        budget_allot(
            fund=Fund.EMPLOYMENT,
            year=year,
            district_code=settings.CITY_CODE,
            amount_fen=BUDGET_FEN,
            reference=f"厦财社（演示）〔{year}〕7号",
            actor=officer,
            at=at,
        )


def claims_paid(turn: Round, desk: Desk, *, is_sent: bool = True) -> None:
    """Built, signed and sent in a day; the bank answers two days later. ``is_sent``: whether it goes out at all."""
    days, finance = desk.days, desk.teaching.bureau.finances[turn.number % 2]
    waiting = turn.of(ClaimState.APPROVED)
    if turn.notice is None or not waiting:
        return
    paid_on = days.after(turn.notice.ends_on, 2)
    at = days.office(paid_on, 10)
    batch = batch_build(fund=Fund.EMPLOYMENT, claim_ids=waiting, actor=finance, at=at)
    batch_sign(batch_id=batch.pk, actor=finance, at=days.clock.forward(1200))
    if not is_sent:
        return
    batch = batch_send(batch_id=batch.pk, actor=finance, at=days.clock.forward(1200))
    _answered(batch, desk, finance, on=days.after(paid_on, 2))


def _answered(batch: PaymentBatch, desk: Desk, finance: User, *, on: date) -> None:
    at = desk.days.office(on, 11)
    content = _answer_of(batch, desk)
    bank_return_read(content=content, filename=f"{batch.number}.txt", actor=finance, at=at)


def _answer_of(batch: PaymentBatch, desk: Desk) -> bytes:
    """The bank's file: a few accounts are refused."""
    random = desk.teaching.random
    rows = [HEADER]
    for line in lines_of(batch):
        # There is always somebody who has closed her account.
        is_failed = line.serial == batch.lines_count > 1 or random.random() < FAILS
        outcome, reason = ("失败", random.choice(REASONS)) if is_failed else ("成功", "")
        amount = f"{line.amount_fen // 100}.{line.amount_fen % 100:02d}"
        rows.append("|".join([batch.number, str(line.serial), line.name, line.account, amount, outcome, reason]))
    return ("\n".join(rows) + "\n").encode("gb18030")


def accounts_repaired(turn: Round, desk: Desk) -> Sequence[int]:
    """Whoever was refused brings another card to the counter, and waits for the next batch."""
    if turn.notice is None:
        return ()
    days = desk.days
    days.office(days.after(turn.notice.ends_on, 6), 9)
    repaired = []
    failed = Claim.objects.filter(pk__in=turn.claims, state=ClaimState.PAYMENT_FAILED).order_by("pk")
    for place, claim in enumerate(failed, start=FIRST_ACCOUNT + turn.number * 1000):
        at = days.clock.forward(300)
        claim_account_repair(claim_id=claim.pk, account=account_of(place), actor=desk.counter, at=at)
        repaired.append(claim.pk)
    return repaired
