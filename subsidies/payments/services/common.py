"""What the services of payments share: who may, the lock on a batch, and the one way a batch moves."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied
from django.utils import timezone
from django.utils.translation import gettext as _

from foundation.accounts.models import User
from foundation.accounts.selectors import roles_of
from subsidies.payments.errors import PaymentError
from subsidies.payments.models import PaymentBatch, PaymentBatchEvent
from subsidies.payments.states import FINANCE, TRANSITIONS, BatchState

# Told which step a long work has reached; see ``services.jobs``.
Progress = Callable[[int], None]


def no_progress(_step: int) -> None:
    """Nobody is watching."""


def finance_required(actor: User, *, at: datetime) -> None:
    """``PermissionDenied`` for whoever does not pay out."""
    if not FINANCE & roles_of(actor, on=timezone.localdate(at)):
        raise PermissionDenied(_("拨付由资金拨付人员办理。"))


def batch_lock(batch_id: int) -> PaymentBatch:
    """The batch, held until the transaction ends."""
    batch = PaymentBatch.objects.select_for_update(of=("self",)).filter(pk=batch_id).first()
    if batch is None:
        raise PaymentError("not_found", _("没有这个批次。请刷新页面再看。"))
    return batch


def batch_check(batch: PaymentBatch, action: str) -> None:
    """``PaymentError`` when the state of the batch does not allow the step."""
    if batch.state not in TRANSITIONS[action].sources:
        raise PaymentError(
            "wrong_state",
            _("批次 %(number)s 现在是“%(state)s”，不能这样办理，可能刚刚有人办过。请刷新页面再看。")
            % {"number": batch.number, "state": batch.get_state_display()},
        )


def batch_move(
    batch: PaymentBatch,
    action: str,
    *,
    actor: User,
    at: datetime,
    reason: str = "",
    data: Mapping[str, Any] | None = None,
) -> None:
    """Take one step with a batch that is held: write it down with what was set on it, and add the event."""
    batch_check(batch, action)
    if TRANSITIONS[action].needs_reason and not reason.strip():
        raise PaymentError("reason_missing", _("请写明原因，再提交。"))
    source = batch.state
    batch.state = BatchState(TRANSITIONS[action].target)
    batch.save()
    event_add(batch, action, source=source, actor=actor, at=at, reason=reason.strip(), data=data)


def event_add(
    batch: PaymentBatch,
    action: str,
    *,
    source: str,
    actor: User,
    at: datetime,
    reason: str = "",
    data: Mapping[str, Any] | None = None,
) -> None:
    """One line of the batch's own history."""
    PaymentBatchEvent.objects.create(
        batch=batch,
        action=action,
        source=source,
        target=batch.state,
        reason=reason,
        data=dict(data or {}),
        actor=actor,
        at=at,
    )
