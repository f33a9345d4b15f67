"""Between building and sending things change: what may no longer be paid is taken out of a batch."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from foundation.accounts.models import User
from foundation.audit.services import audit_record
from subsidies.checks.models import Screened
from subsidies.checks.services import checks_run
from subsidies.checks.states import Moment
from subsidies.claims.models import Claim
from subsidies.claims.services import claims_move
from subsidies.claims.states import Party
from subsidies.payments.errors import PaymentError
from subsidies.payments.models import PaymentBatch, PaymentLine
from subsidies.payments.selectors.payees import stopped
from subsidies.payments.services.common import (
    Progress,
    batch_check,
    batch_lock,
    batch_move,
    event_add,
    finance_required,
    no_progress,
)
from subsidies.payments.states import LeftOut, LineState


@dataclass
class Removal:
    """What was taken out of a batch, by claim number, and why. An empty batch is cancelled."""

    batch: PaymentBatch
    claims: dict[str, LeftOut] = field(default_factory=dict)


@transaction.atomic
def batch_screen(*, batch_id: int, actor: User, at: datetime, progress: Progress = no_progress) -> Removal:
    """Run all checks over a batch once more, before it is signed or sent, and take out what may no longer be paid."""
    finance_required(actor, at=at)
    batch = batch_lock(batch_id)
    batch_check(batch, "cancel")
    ids = list(_waiting(batch).values_list("claim", flat=True))
    progress(1)
    checks_run(claim_ids=ids, moment=Moment.PAYMENT, actor=actor, at=at)
    progress(2)
    event_add(batch, "screened", source=batch.state, actor=actor, at=at, data={"claims": len(ids)})
    removal = stopped_remove(batch, actor=actor, at=at)
    audit_record("payments.batch.screened", batch, actor=actor, data={"removed": len(removal.claims)})
    return removal


@transaction.atomic
def batch_tidy(*, batch_id: int, actor: User, at: datetime) -> Removal:
    """Take out of a batch what findings and certificates as they stand hold up, without running the checks."""
    finance_required(actor, at=at)
    batch = batch_lock(batch_id)
    batch_check(batch, "cancel")
    removal = stopped_remove(batch, actor=actor, at=at)
    if removal.claims:
        audit_record("payments.batch.tidied", batch, actor=actor, data={"removed": len(removal.claims)})
    return removal


def stopped_remove(batch: PaymentBatch, *, actor: User, at: datetime) -> Removal:
    """The same for a batch that is held."""
    claims = list(Claim.objects.filter(pk__in=_waiting(batch).values("claim")).order_by("pk"))
    out = stopped(claims)
    removal = Removal(batch, {claim.number: out[claim.pk] for claim in claims if claim.pk in out})
    if not out:
        return removal
    lines_remove(batch, {pk: str(reason.label) for pk, reason in out.items()}, actor=actor, at=at)
    data = {"removed": [{"claim": number, "reason": str(reason)} for number, reason in removal.claims.items()]}
    event_add(batch, "removed", source=batch.state, actor=actor, at=at, data=data)
    left = _waiting(batch).values_list("amount_fen", flat=True)
    batch.lines_count, batch.total_fen = len(left), sum(left)
    if left:
        batch.save(update_fields=["lines_count", "total_fen"])
    else:
        batch_move(batch, "cancel", actor=actor, at=at, reason=_("批次里的申领都已移出。"))
    return removal


def lines_remove(batch: PaymentBatch, reasons: Mapping[int, str], *, actor: User, at: datetime) -> None:
    """Strike the waiting lines of these claims and let the claims wait for another batch."""
    by_reason: dict[str, list[int]] = defaultdict(list)
    for claim_id, reason in reasons.items():
        by_reason[reason].append(claim_id)
    for reason, ids in sorted(by_reason.items()):
        _waiting(batch).filter(claim__in=ids).update(state=LineState.REMOVED, reason=reason[:100])
        claims_move(
            claim_ids=ids,
            action="unbatch",
            party=Party.FINANCE,
            actor=actor,
            at=at,
            reason=reason,
            key=f"unbatch:{batch.number}:{ids[0]}",
            data={"reference": batch.number},
        )


def screened_today(batch: PaymentBatch, *, on: date) -> None:
    """``PaymentError`` when a claim of the batch has not been screened for payment on the day."""
    fresh = Screened.objects.filter(run__moment=Moment.PAYMENT, run__on=on).values("claim")
    stale = _waiting(batch).exclude(claim__in=fresh).count()
    if stale:
        raise PaymentError(
            "screening_old",
            _("批次 %(number)s 有 %(count)d 份申领今天还没有核查过。请先点“重新核查”，再办理。")
            % {"number": batch.number, "count": stale},
        )


def seen_unchanged(batch: PaymentBatch, seen_fen: int | None) -> None:
    """``PaymentError`` when the total is not the one the officer saw; what was taken out is then taken out later."""
    if seen_fen is not None and seen_fen != batch.total_fen:
        raise PaymentError(
            "total_changed",
            _("批次 %(number)s 的总金额刚刚变了，没有办理。请核对新的笔数和金额，再办理。") % {"number": batch.number},
        )


def _waiting(batch: PaymentBatch) -> QuerySet[PaymentLine]:
    return PaymentLine.objects.filter(batch=batch, state=LineState.WAITING)
