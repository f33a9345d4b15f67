"""编制: claims that wait for their money become the lines of a batch, all of them in one transaction or none.

Two officers at once wait for each other: the number is taken under a lock, and claims that the first one took are no
longer waiting when the second one looks.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime

from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from foundation.accounts.models import User
from foundation.audit.services import audit_record
from subsidies.checks.services import checks_run
from subsidies.checks.states import Moment
from subsidies.claims.models import Claim
from subsidies.claims.services import claims_move
from subsidies.claims.states import ClaimState, Party
from subsidies.payments.errors import PaymentError
from subsidies.payments.models import PaymentBatch, PaymentLine
from subsidies.payments.selectors.payees import Receiver, receivers_of, unpayable
from subsidies.payments.services.common import Progress, event_add, finance_required, no_progress
from subsidies.payments.states import MOST_A_DAY, BatchState, LeftOut
from subsidies.schemes.states import Fund

# Any number that no other advisory lock of ours uses.
NUMBER_LOCK = 7_205_201
ROWS = 2000


@transaction.atomic
def batch_build(
    *,
    fund: str,
    claim_ids: Collection[int] | None = None,
    actor: User,
    at: datetime,
    progress: Progress = no_progress,
) -> PaymentBatch:
    """A batch of the claims of a fund that wait for payment: the chosen ones, or all.

    All are screened first. What is blocked, has no account or waits no longer is left out; the event ``built`` of the
    batch lists it with the reason. Raises ``PaymentError`` when nothing can be paid; then nothing has changed.
    """
    finance_required(actor, at=at)
    number = _number_take(timezone.localdate(at))
    claims = _claims_waiting(fund, claim_ids)
    progress(1)
    checks_run(claim_ids=[claim.pk for claim in claims], moment=Moment.PAYMENT, actor=actor, at=at)
    progress(2)
    receivers = receivers_of(claims)
    out = unpayable(claims, receivers)
    payable = [claim for claim in claims if claim.pk not in out]
    left_out = _listed(claims, out) + _not_waiting(claims, claim_ids)
    if not payable:
        raise _nothing(left_out)
    batch = PaymentBatch.objects.create(
        number=number,
        fund=fund,
        state=BatchState.BUILT,
        lines_count=len(payable),
        total_fen=sum(claim.amount_fen for claim in payable),
        built_by=actor,
        built_at=at,
    )
    _claims_take(batch, payable, receivers, actor=actor, at=at)
    progress(3)
    event_add(batch, "built", source="", actor=actor, at=at, data={"left_out": left_out})
    data = {"lines": batch.lines_count, "total_fen": batch.total_fen, "left_out": len(left_out)}
    audit_record("payments.batch.built", batch, actor=actor, data=data)
    return batch


def _number_take(day: date) -> str:
    """The next number of the day; whoever else builds waits here until this transaction has ended."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [NUMBER_LOCK])
    begins = f"{day:%Y%m%d}"
    last = PaymentBatch.objects.filter(number__startswith=begins).order_by("-number").values_list("number", flat=True)
    place = int(last[0][-3:]) + 1 if last else 1
    if place > MOST_A_DAY:
        raise PaymentError("too_many", _("今天的批次号已经用完。请明天再编制。"))
    return f"{begins}{place:03d}"


def _claims_waiting(fund: str, claim_ids: Collection[int] | None) -> list[Claim]:
    """The claims to pay, held. One that another batch took meanwhile waits no longer and is not among them."""
    if fund not in Fund:
        raise PaymentError("fund_unknown", _("没有这种资金来源。请刷新页面再选。"))
    rows = Claim.objects.select_for_update(of=("self",)).filter(state=ClaimState.APPROVED, fund=fund).order_by("pk")
    claims = list(rows if claim_ids is None else rows.filter(pk__in=claim_ids))
    if not claims:
        raise PaymentError("nothing_to_pay", _("没有等待拨付的申领，可能刚刚被别人编入了批次。请刷新页面再看。"))
    return claims


def _listed(claims: Sequence[Claim], out: Mapping[int, LeftOut]) -> list[dict[str, str]]:
    return [{"claim": claim.number, "reason": str(out[claim.pk])} for claim in claims if claim.pk in out]


def _not_waiting(claims: Sequence[Claim], claim_ids: Collection[int] | None) -> list[dict[str, str]]:
    gone = set(claim_ids or ()) - {claim.pk for claim in claims}
    numbers = Claim.objects.filter(pk__in=gone).order_by("pk").values_list("number", flat=True)
    return [{"claim": number, "reason": str(LeftOut.NOT_WAITING)} for number in numbers]


def _nothing(left_out: Sequence[Mapping[str, str]]) -> PaymentError:
    shown = "；".join(f"{one['claim']} {LeftOut(one['reason']).label}" for one in left_out[:5])
    return PaymentError(
        "nothing_to_pay",
        _("选中的 %(count)d 份申领都不能拨付，没有编制批次：%(shown)s。请先处理再编制。")
        % {"count": len(left_out), "shown": shown},
    )


def _claims_take(
    batch: PaymentBatch, claims: Sequence[Claim], receivers: Mapping[int, Receiver], *, actor: User, at: datetime
) -> None:
    """The lines in the order of the claims, and the claims into the batch."""
    PaymentLine.objects.bulk_create(
        [
            PaymentLine(
                batch=batch,
                serial=serial,
                claim=claim,
                name=receivers[claim.pk].name,
                account=receivers[claim.pk].account,
                amount_fen=claim.amount_fen,
            )
            for serial, claim in enumerate(claims, start=1)
        ],
        batch_size=ROWS,
    )
    claims_move(
        claim_ids=[claim.pk for claim in claims],
        action="batch",
        party=Party.FINANCE,
        actor=actor,
        at=at,
        key=f"batch:{batch.number}",
        data={"reference": batch.number},
    )
