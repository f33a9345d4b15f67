"""The money: a budget, a batch signed by a third person, the bank's file and its answer, repair, and the books."""

from datetime import timedelta

from django.conf import settings
from django.utils import timezone

from foundation.accounts.models import User
from portal.journey.bank_files import fitting, return_made, with_number
from portal.journey.claim_steps import claims_of, next_morning
from portal.journey.state import Counts, Journey, JourneyError
from subsidies.claims.services import claim_account_repair
from subsidies.claims.states import ClaimState
from subsidies.ledger.selectors import Budget, balances_of
from subsidies.ledger.services import budget_allot
from subsidies.ledger.states import AccountKind
from subsidies.payments.models import BankReturn, PaymentBatch
from subsidies.payments.printing import batch_paper, receipt_file
from subsidies.payments.rules import amount_text
from subsidies.payments.selectors import bank_text, bank_workbook, lines_of
from subsidies.payments.selectors.desk import line_paid
from subsidies.payments.services import bank_return_read, batch_build, batch_send, batch_sign
from subsidies.payments.states import ReturnState
from subsidies.schemes.states import Fund
from workers.demo import account_of

BUDGET_FEN = 1_000_000_00
# An approval takes its money from the budget of its own year.
DAYS_TO_DECIDE = 20
# Left over after everybody of the rehearsal is paid: others may be paid meanwhile.
SPARE_FEN = 10_000_00
# Accounts given after the bank refused one: none that a demonstration gives.
ACCOUNTS_FROM = 100_000
RECEIPTS_KEPT = 3


def budget_enter(journey: Journey) -> Counts:
    """Money for the year, and for the next one when the rehearsal runs over its end, unless the city has enough."""
    at, wanted = journey.clock.at, sum(claim.amount_fen for claim in claims_of(journey))
    entered = 0
    for year in sorted({timezone.localdate(at).year, timezone.localdate(at + timedelta(days=DAYS_TO_DECIDE)).year}):
        held = balances_of(year=year).get(Budget(Fund.EMPLOYMENT, year, settings.CITY_CODE), {})
        if held.get(AccountKind.AVAILABLE, 0) >= wanted + SPARE_FEN:
            continue
        budget_allot(
            fund=Fund.EMPLOYMENT,
            year=year,
            district_code=settings.CITY_CODE,
            amount_fen=BUDGET_FEN + wanted,
            reference=f"演练预算〔{year}〕{journey.runs[0].number}号",
            actor=journey.cast.finance,
            at=at,
        )
        entered += 1
    return {"budgets": entered}


def payment_send(journey: Journey) -> Counts:
    """The batch of the classes, signed and sent; the file for the bank goes into the folder."""
    batch = _paid_out(journey, journey.cast.finance)
    return {"payment_lines": batch.lines_count, "sent_fen": batch.total_fen} if batch else {}


def _paid_out(journey: Journey, finance: User) -> PaymentBatch | None:
    waiting = [claim.pk for claim in claims_of(journey) if claim.state == ClaimState.APPROVED]
    if not waiting:
        journey.note("没有可以拨付的申领，不送银行，没有发钱。")
        return None
    batch = batch_build(fund=Fund.EMPLOYMENT, claim_ids=waiting, actor=finance, at=next_morning(journey.clock))
    batch_sign(batch_id=batch.pk, actor=finance, at=journey.clock.forward(600))
    batch = batch_send(batch_id=batch.pk, actor=finance, at=journey.clock.forward(600))
    journey.keep(f"bank/{batch.number}.txt", bank_text(batch))
    journey.keep(f"bank/{batch.number}.xlsx", bank_workbook(batch))
    journey.keep(f"bank/{batch.number}.pdf", batch_paper(batch))
    journey.facts.setdefault("batches", []).append(batch.pk)
    journey.note(f"拨付批次 {batch.number}：{batch.lines_count} 笔，{amount_text(batch.total_fen)} 元")
    return batch


def bank_answer(journey: Journey) -> Counts:
    """What the bank sent back, read strictly; the same file twice changes nothing."""
    if "batches" not in journey.facts:
        journey.note("没有送银行的拨付，不用回盘。")
        return {}
    batch = PaymentBatch.objects.get(pk=journey.facts["batches"][0])
    next_morning(journey.clock)
    if journey.plan.bank_return is None:
        answers = [_read(journey, return_made(batch))]
        journey.note("没有给回盘文件，按送盘文件编了一份。")
    else:
        answers = _given_read(journey, batch, journey.plan.bank_return.read_bytes())
    again = _read(journey, journey.facts["bank_files"][0], is_again=True)
    journey.require("同一回盘文件再读一次没有变化", int(again.is_repeated), 1)
    return {
        "paid": sum(answer.paid_count for answer in answers),
        "payments_failed": sum(answer.failed_count for answer in answers),
    }


def _given_read(journey: Journey, batch: PaymentBatch, content: bytes) -> list[BankReturn]:
    """The file that was given. One that is for other people too is no answer to this batch as it stands: the reader
    stops it, and only its lines for our accounts are brought, then an answer that is made for the others.
    """
    found = fitting(content, lines_of(batch))
    if not found.foreign:
        answer = _read(journey, with_number(content, batch.number))
        if found.unanswered:
            journey.note(f"回盘文件里没有 {len(found.unanswered)} 笔的结果，这些钱还在银行路上。")
        return [answer]
    stopped = bank_return_read(
        content=with_number(content, batch.number),
        filename="bank-return.txt",
        actor=journey.cast.finance,
        at=journey.clock.forward(60),
    )
    journey.require("给的回盘文件不全是本批的，整份不入账", int(stopped.state == ReturnState.READ), 0)
    journey.note(
        f"给的回盘文件有 {found.lines} 行，{found.foreign} 行的账户不在本批：整份交上去被退回，没有入账"
        f"（{len(stopped.problems)} 处不符）。"
    )
    journey.facts["bank_foreign"] = found.foreign
    answers = []
    if found.ours:
        answers.append(_read(journey, found.as_file(batch.number)))
        journey.note(f"只用对得上的 {len(found.ours)} 行，换成本批的批次号和序号。")
    if found.unanswered:
        answers.append(_read(journey, return_made(batch, serials=found.unanswered)))
        journey.note(f"其余 {len(found.unanswered)} 笔文件里没有结果，编了一份。")
    return answers


def _read(journey: Journey, content: bytes, *, is_again: bool = False) -> BankReturn:
    answer = bank_return_read(
        content=content, filename="bank-return.txt", actor=journey.cast.finance, at=journey.clock.forward(60)
    )
    if answer.state != ReturnState.READ:
        for problem in answer.problems[:20]:
            journey.note(f"回盘文件第 {problem['line']} 行：{problem['text']}")
        raise JourneyError("回盘文件有问题，没有入账。")
    if not is_again:
        journey.facts.setdefault("bank_files", []).append(content)
    return answer


def payments_repair(journey: Journey) -> Counts:
    """Whoever was refused gives another account; a second batch, and the bank pays it."""
    failed = [claim for claim in claims_of(journey) if claim.state == ClaimState.PAYMENT_FAILED]
    if not failed:
        return {"payments_repaired": 0}
    next_morning(journey.clock)
    for claim in failed:
        claim_account_repair(
            claim_id=claim.pk,
            account=account_of(ACCOUNTS_FROM + claim.pk),
            actor=claim.worker.user or journey.cast.finance,
            at=journey.clock.forward(300),
        )
    before = _paid(journey)
    # Who recorded that the money came back does not sign when it goes out again.
    batch = _paid_out(journey, journey.cast.second_finance)
    assert batch is not None
    next_morning(journey.clock)
    _read(journey, return_made(batch, all_paid=True))
    journey.note("退回的账户由本人更正后重新拨付，第二份回盘文件是编的。")
    return {"payments_repaired": _paid(journey) - before}


def _paid(journey: Journey) -> int:
    return sum(claim.state == ClaimState.PAID for claim in claims_of(journey))


def books_compare(journey: Journey) -> Counts:
    """Receipts for everybody who was paid, and what the bureau's own reconciliation finds between all its books."""
    paid = [claim for claim in claims_of(journey) if claim.state == ClaimState.PAID]
    for claim in paid[:RECEIPTS_KEPT]:
        line = line_paid(claim.pk)
        if line is not None and journey.plan.out is not None:
            journey.keep(f"receipts/{claim.number}.pdf", receipt_file(line))
    return {"paid": len(paid), "paid_fen": sum(claim.amount_fen for claim in paid)}
