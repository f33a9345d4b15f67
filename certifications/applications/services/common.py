"""What the services of applications share: who may, locked rows, moves, text messages."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from certifications.applications.errors import ApplicationError
from certifications.applications.models import ApplicationEvent, LevelApplication
from certifications.applications.selectors import is_decider
from certifications.applications.states import MOVES, WRITABLE_STATES, ApplicationState
from certifications.applications.texts import (
    APPLICATION_ACCEPTED,
    APPLICATION_REFUSED,
    APPLICATION_RETURNED,
    APPLICATION_SUBMITTED,
    APPLICATION_WITHDRAWN,
)
from foundation.accounts.models import User
from foundation.accounts.selectors import memberships_of
from foundation.accounts.states import Role
from foundation.audit.services import audit_record
from foundation.sms.services import sms_send

PAST = {
    "submit": "submitted", "withdraw": "withdrawn", "return": "returned", "accept": "accepted", "refuse": "refused",
}  # fmt: skip
TEXTS = {
    "submit": APPLICATION_SUBMITTED,
    "return": APPLICATION_RETURNED,
    "accept": APPLICATION_ACCEPTED,
    "refuse": APPLICATION_REFUSED,
    "withdraw": APPLICATION_WITHDRAWN,
}


def lock_application(application_id: int) -> LevelApplication:
    """The application, locked for this transaction."""
    related = ("plan__organisation", "plan__occupation", "plan__work_type", "worker__user", "occupation", "work_type")
    return LevelApplication.objects.select_for_update(of=("self",)).select_related(*related).get(pk=application_id)


def require_hers(application: LevelApplication, actor: User) -> None:
    """``PermissionDenied`` for anybody but the worker herself."""
    if actor.pk is None or application.worker.user_id != actor.pk:
        raise PermissionDenied(_("只有申报人本人可以办理。"))


def lock_writable(application_id: int, actor: User) -> LevelApplication:
    """Her application under lock, while she may write."""
    application = lock_application(application_id)
    require_hers(application, actor)
    if application.state not in WRITABLE_STATES:
        raise ApplicationError(
            "not_writable",
            _("这份申报现在是“%(state)s”，不能修改。要改的，请联系评价机构退回，或撤回后重新申报。")
            % {"state": application.get_state_display()},
        )
    return application


def require_decider(application: LevelApplication, actor: User, *, at: datetime) -> None:
    """``PermissionDenied`` unless she works for the body whose plan it is; nobody decides her own application."""
    on = timezone.localdate(at)
    if is_decider(actor, application, on=on):
        return
    held = memberships_of(actor, on=on).filter(role=Role.BODY_STAFF, organisation=application.plan.organisation_id)
    if held.exists():
        raise ApplicationError("own_application", _("不能审核自己的申报。请由另一位同事办理。"))
    raise PermissionDenied(_("只有本评价机构的工作人员可以审核。"))


def require_state(application: LevelApplication, move: str) -> None:
    if application.state not in MOVES[move].sources:
        raise ApplicationError(
            "wrong_state",
            _("这份申报现在是“%(state)s”，不能这样办理，可能刚刚有人办过。请刷新页面再看。")
            % {"state": application.get_state_display()},
        )


def application_move(
    application: LevelApplication,
    move: str,
    *,
    actor: User | None,
    at: datetime,
    reason: str = "",
    data: Mapping[str, Any] | None = None,
) -> None:
    """Take the step, with its event, its text message and, last, its audit row. The caller holds the row's lock."""
    step, reason = MOVES[move], reason.strip()
    require_state(application, move)
    if step.needs_reason and not reason:
        raise ApplicationError("reason_missing", _("请写明理由，再提交。申报人会看到。"))
    before, application.state = application.state, step.target
    application.reason = reason if step.target in {ApplicationState.RETURNED, ApplicationState.REFUSED} else ""
    if not step.is_hers:
        application.decided_by, application.decided_at = actor, at
    application.save()
    event = ApplicationEvent.objects.create(
        application=application,
        move=move,
        source=before,
        target=step.target,
        reason=reason,
        data=dict(data or {}),
        actor=actor,
        at=at,
    )
    _tell(application, move, event)
    facts = {"number": application.number, "round": application.round, "verdict": application.verdict}
    audit_record(f"applications.application.{PAST[move]}", application, actor=actor, reason=reason, data=facts)


def _tell(application: LevelApplication, move: str, event: ApplicationEvent) -> None:
    phone = application.worker.phone
    if not phone or (move == "withdraw" and not application.round):
        return
    with override("zh-hans"):
        context: dict[str, object] = {
            "target": application.target,
            "number": application.number,
            "reason": event.reason,
            "ticket": application.candidate.ticket_number if application.candidate else "",
        }
    sms_send(phone=phone, template=TEXTS[move], context=context, dedupe_key=f"level_application:{event.pk}")
