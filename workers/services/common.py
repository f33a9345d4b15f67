"""What the services of the file share: who may, locked rows, moves and events."""

from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.utils import timezone
from django.utils.translation import gettext as _

from foundation.accounts.models import User
from foundation.accounts.selectors import roles_of
from foundation.accounts.states import Role
from workers.errors import WorkerError
from workers.identity import Checked
from workers.models import Worker, WorkerEvent
from workers.states import IDENTITY_MOVES, IdentityState


def require_role(actor: User, roles: frozenset[Role], *, at: datetime) -> None:
    """``PermissionDenied`` unless the actor holds one of the roles on the day."""
    if not roles & roles_of(actor, on=timezone.localdate(at)):
        raise PermissionDenied(_("您的岗位不能办理此事。"))


def require_reason(reason: str) -> str:
    """The reason without blanks around it; a refusal when nothing is left."""
    reason = reason.strip()
    if not reason:
        raise WorkerError("reason_missing", _("请写明理由，再提交。"))
    return reason


def require_valid(code: str, checked: Checked) -> str:
    """The value as kept; a refusal with everything that is wrong with it."""
    if checked.errors:
        raise WorkerError(code, "".join(checked.errors))
    return checked.value


def lock_worker(worker_id: int) -> Worker:
    """The file, locked for this transaction, with its account at hand."""
    return Worker.objects.select_for_update(of=("self",)).select_related("user").get(pk=worker_id)


def event_add(
    worker: Worker,
    action: str,
    *,
    actor: User | None,
    at: datetime,
    source: str = "",
    target: str = "",
    reason: str = "",
) -> WorkerEvent:
    """One row of the file's history."""
    return WorkerEvent.objects.create(
        worker=worker, action=action, source=source, target=target, actor=actor, at=at, reason=reason
    )


def identity_move(worker: Worker, move: str, *, actor: User | None, at: datetime, reason: str = "") -> None:
    """The one place where an identity changes its state. The caller holds the row's lock."""
    step = IDENTITY_MOVES[move]
    state = IdentityState(worker.identity_state)
    if state not in step.sources:
        raise WorkerError(
            "wrong_state", _("这份档案现在是“%(state)s”，不能这样办理。请刷新页面再看。") % {"state": state.label}
        )
    if step.needs_reason:
        reason = require_reason(reason)
    worker.identity_state = step.target
    worker.verified_at = at if step.target == IdentityState.VERIFIED else None
    worker.save(update_fields=["identity_state", "verified_at"])
    event_add(
        worker, f"identity.{move}", actor=actor, at=at, source=state.value, target=step.target.value, reason=reason
    )
