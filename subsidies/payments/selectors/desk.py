"""What the payments' desk shows: what waits, batches, files, failures, and whose turn it is."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Min, OuterRef, QuerySet, Subquery, Sum

from foundation.accounts.models import User
from foundation.accounts.selectors import roles_of
from subsidies.claims.models import Claim
from subsidies.claims.states import ClaimState
from subsidies.payments.models import BankReturn, PaymentBatch, PaymentJob, PaymentLine
from subsidies.payments.states import FINANCE, PAYMENT_READERS, BatchState, LineState


@dataclass(frozen=True, slots=True)
class ToPay:
    """What waits for payment from one fund for one scheme."""

    fund: str
    scheme_id: int
    scheme: str
    count: int
    total_fen: int
    due_on: date | None


def to_pay() -> list[ToPay]:
    """Approved claims by fund and scheme, the nearest deadline beside."""
    rows = (
        Claim.objects.filter(state=ClaimState.APPROVED)
        .values("fund", "scheme", "scheme__name")
        .annotate(count=Count("pk"), total=Sum("amount_fen"), due=Min("due_on"))
        .order_by("fund", "scheme__order", "scheme__name", "scheme")
    )
    return [
        ToPay(row["fund"], row["scheme"], row["scheme__name"], row["count"], row["total"], row["due"]) for row in rows
    ]


def claims_to_pay(fund: str, scheme_id: int | None = None) -> QuerySet[Claim]:
    """The claims of a fund that wait, the most urgent first."""
    rows = Claim.objects.filter(state=ClaimState.APPROVED, fund=fund).select_related("worker", "scheme", "school")
    rows = rows.filter(scheme=scheme_id) if scheme_id else rows
    return rows.order_by("due_on", "pk")


def batches_visible_to(user: User, *, on: date) -> QuerySet[PaymentBatch]:
    """All batches for whoever pays, reviews or audits; none for others."""
    rows = PaymentBatch.objects.select_related("built_by", "signed_by")
    return rows if PAYMENT_READERS & roles_of(user, on=on) else rows.none()


def returns_visible_to(user: User, *, on: date) -> QuerySet[BankReturn]:
    """The files of the bank, for the same people."""
    rows = BankReturn.objects.select_related("batch", "read_by")
    return rows if PAYMENT_READERS & roles_of(user, on=on) else rows.none()


def jobs_visible_to(user: User, *, on: date) -> QuerySet[PaymentJob]:
    """What finance has asked for."""
    rows = PaymentJob.objects.select_related("batch", "bank_return", "asked_by")
    return rows if FINANCE & roles_of(user, on=on) else rows.none()


def lines_shown(batch: PaymentBatch) -> QuerySet[PaymentLine]:
    """Every line of a batch, those that were taken out too."""
    return PaymentLine.objects.filter(batch=batch).select_related("claim__scheme", "claim__school").order_by("serial")


def failures_visible_to(user: User, *, on: date) -> QuerySet[Claim]:
    """The claims the bank sent back and nobody has put right, with the bank's reason and its batch."""
    last = PaymentLine.objects.filter(claim=OuterRef("pk"), state=LineState.FAILED).order_by("-pk")
    rows = Claim.objects.filter(state=ClaimState.PAYMENT_FAILED)
    rows = rows.annotate(
        bank_reason=Subquery(last.values("reason")[:1]),
        batch_number=Subquery(last.values("batch__number")[:1]),
        failed_at=Subquery(last.values("settled_at")[:1]),
    )
    rows = rows.select_related("worker", "school__organisation", "scheme").order_by("failed_at", "pk")
    return rows if PAYMENT_READERS & roles_of(user, on=on) else rows.none()


def line_paid(claim_id: int) -> PaymentLine | None:
    """The line a claim was paid by."""
    rows = PaymentLine.objects.filter(claim=claim_id, state=LineState.PAID)
    return rows.select_related("batch", "claim__scheme", "claim__worker", "claim__school__organisation").first()


def batches_to_sign() -> QuerySet[PaymentBatch]:
    return PaymentBatch.objects.filter(state=BatchState.BUILT)


def batches_to_send() -> QuerySet[PaymentBatch]:
    return PaymentBatch.objects.filter(state=BatchState.SIGNED)


def batches_unanswered() -> QuerySet[PaymentBatch]:
    return PaymentBatch.objects.filter(state=BatchState.SENT)


def claims_to_batch() -> QuerySet[Claim]:
    return Claim.objects.filter(state=ClaimState.APPROVED)


def failures() -> QuerySet[Claim]:
    return Claim.objects.filter(state=ClaimState.PAYMENT_FAILED)


def tally_of(batch: PaymentBatch) -> dict[str, tuple[int, int]]:
    """By state of line how many there are, and how much."""
    rows: Iterable[tuple[str, int, int]] = (
        PaymentLine.objects.filter(batch=batch)
        .order_by()
        .values_list("state")
        .annotate(count=Count("pk"), total=Sum("amount_fen"))
    )
    found = {state: (count, total) for state, count, total in rows}
    return {str(state): found.get(state, (0, 0)) for state in LineState}
