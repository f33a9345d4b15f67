"""签批, 送盘 and 取消: a third person signs, and from the moment the file exists the money is in transit."""

from datetime import date, datetime
from hashlib import sha256

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from foundation.accounts.models import User
from foundation.audit.services import audit_record
from subsidies.checks.services import checks_run
from subsidies.checks.states import Moment
from subsidies.claims.models import Claim, ClaimEvent
from subsidies.claims.selectors.ties import no_affair_of, not_decided_by
from subsidies.claims.services import claims_move
from subsidies.claims.states import Party
from subsidies.payments.errors import PaymentError
from subsidies.payments.models import PaymentBatch, PaymentLine
from subsidies.payments.selectors.files import bank_text
from subsidies.payments.services.common import (
    Progress,
    batch_check,
    batch_lock,
    batch_move,
    finance_required,
    no_progress,
)
from subsidies.payments.services.screening import lines_remove, screened_today, seen_unchanged, stopped_remove
from subsidies.payments.states import BatchState, LineState

NUMBERS_SHOWN = 5


@transaction.atomic
def batch_sign(*, batch_id: int, actor: User, at: datetime, seen_fen: int | None = None) -> PaymentBatch:
    """Approve the payment of a batch, by somebody who decided none of its claims and is paid by none of them.

    The officer must have had the claims screened on the same day; they are checked once more now, and what came up is
    taken out first; with ``seen_fen``, the
    total the signer was shown, a batch that is no longer the same is refused. A batch that is empty then is cancelled
    instead. Raises ``PermissionDenied`` or ``PaymentError``; then nothing has changed.
    """
    finance_required(actor, at=at)
    batch = batch_lock(batch_id)
    batch_check(batch, "sign")
    _third_person(batch, actor, on=timezone.localdate(at))
    screened_today(batch, on=timezone.localdate(at))
    _looked_at_now(batch, actor=actor, at=at)
    removed = stopped_remove(batch, actor=actor, at=at).claims
    seen_unchanged(batch, seen_fen)
    if batch.state == BatchState.CANCELLED:
        return _emptied(batch, actor)
    batch.signed_by, batch.signed_at = actor, at
    batch_move(batch, "sign", actor=actor, at=at, data={"total_fen": batch.total_fen, "lines": batch.lines_count})
    data = {"lines": batch.lines_count, "total_fen": batch.total_fen, "removed": len(removed)}
    audit_record("payments.batch.signed", batch, actor=actor, data=data)
    return batch


def _looked_at_now(batch: PaymentBatch, *, actor: User, at: datetime) -> None:
    """The checks once more at the moment itself: since the morning a list may have come, or a revocation been asked."""
    waiting = PaymentLine.objects.filter(batch=batch, state=LineState.WAITING)
    checks_run(claim_ids=list(waiting.values_list("claim", flat=True)), moment=Moment.PAYMENT, actor=actor, at=at)


def _third_person(batch: PaymentBatch, actor: User, *, on: date) -> None:
    """Nobody signs for a claim she had a hand in or a tie to; nor, going out again, whoever recorded that it came back.

    Otherwise one officer could write a failure into the bank's file and pay the same claim twice.
    """
    bounced = ClaimEvent.objects.filter(actor=actor, action__in=["bounce", "repair"]).values("claim")
    lines = Claim.objects.filter(
        pk__in=PaymentLine.objects.filter(batch=batch, state=LineState.WAITING).values("claim")
    )
    free = no_affair_of(not_decided_by(lines, actor), actor, on=on).exclude(pk__in=bounced)
    own = lines.exclude(pk__in=free.values("pk")).order_by("pk")
    numbers = list(own.values_list("number", flat=True)[: NUMBERS_SHOWN + 1])
    if numbers:
        more = _("等") if len(numbers) > NUMBERS_SHOWN else ""
        raise PaymentError(
            "own_work",
            _(
                "这个批次里有您填报、审核、登记过退回、本人或者任职机构的申领（%(numbers)s%(more)s），"
                "要由没有参与的人签批。"
            )
            % {"numbers": "、".join(numbers[:NUMBERS_SHOWN]), "more": more},
        )


@transaction.atomic
def batch_send(
    *, batch_id: int, actor: User, at: datetime, seen_fen: int | None = None, progress: Progress = no_progress
) -> PaymentBatch:
    """Make the file for the bank; the money of all its lines is in transit from now on, in one posting.

    The file follows from the lines, so it is the same whenever it is taken; its digest is kept. Screening and what is
    taken out are as in ``batch_sign``.
    """
    finance_required(actor, at=at)
    batch = batch_lock(batch_id)
    batch_check(batch, "send")
    screened_today(batch, on=timezone.localdate(at))
    _looked_at_now(batch, actor=actor, at=at)
    stopped_remove(batch, actor=actor, at=at)
    seen_unchanged(batch, seen_fen)
    if batch.state == BatchState.CANCELLED:
        return _emptied(batch, actor)
    progress(1)
    batch.sent_by, batch.sent_at = actor, at
    batch.file_digest = sha256(bank_text(batch)).hexdigest()
    batch_move(batch, "send", actor=actor, at=at, data={"digest": batch.file_digest})
    progress(2)
    _claims_send(batch, actor=actor, at=at)
    progress(3)
    data = {"lines": batch.lines_count, "total_fen": batch.total_fen, "digest": batch.file_digest}
    audit_record("payments.batch.sent", batch, actor=actor, data=data)
    return batch


def _claims_send(batch: PaymentBatch, *, actor: User, at: datetime) -> None:
    waiting = PaymentLine.objects.filter(batch=batch, state=LineState.WAITING)
    claims_move(
        claim_ids=list(waiting.values_list("claim", flat=True)),
        action="send",
        party=Party.FINANCE,
        actor=actor,
        at=at,
        key=f"send:{batch.number}",
        data={"reference": batch.number},
    )


def _emptied(batch: PaymentBatch, actor: User) -> PaymentBatch:
    audit_record("payments.batch.cancelled", batch, actor=actor, reason=_("批次里的申领都已移出。"))
    return batch


@transaction.atomic
def batch_cancel(*, batch_id: int, reason: str, actor: User, at: datetime) -> PaymentBatch:
    """Give a batch up before its file was made; its claims wait for another one."""
    finance_required(actor, at=at)
    batch = batch_lock(batch_id)
    batch_move(batch, "cancel", actor=actor, at=at, reason=reason)
    ids = PaymentLine.objects.filter(batch=batch, state=LineState.WAITING).values_list("claim", flat=True)
    why = _("批次 %(number)s 已取消：%(reason)s") % {"number": batch.number, "reason": reason.strip()}
    lines_remove(batch, dict.fromkeys(ids, why), actor=actor, at=at)
    audit_record("payments.batch.cancelled", batch, actor=actor, reason=reason.strip())
    return batch
