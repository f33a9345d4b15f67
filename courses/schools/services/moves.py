"""The one place where an application changes its state, with its clock and its event."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from courses.schools.errors import SchoolError
from courses.schools.models import ApplicationEvent, SchoolApplication
from courses.schools.services.common import require_officer_from_outside, require_reason, require_staff_of
from courses.schools.states import MOVES, REVIEWERS, ApplicationState
from foundation.accounts.models import User
from foundation.accounts.states import Role
from foundation.audit.services import audit_record
from foundation.calendar.models import Clock
from foundation.calendar.selectors import clock_state
from foundation.calendar.services import clock_finish, clock_resume, clock_start, clock_stop
from foundation.policy.errors import PolicyGapError
from foundation.policy.selectors import parameter_on

LIMIT = "school.application.decide"
SUBJECT = "schools.application"
PAST = {
    "submit": "submitted", "withdraw": "withdrawn", "return": "returned", "approve": "approved", "refuse": "refused",
}  # fmt: skip


def lock_application(application_id: int) -> SchoolApplication:
    """The application, locked for this transaction."""
    rows = SchoolApplication.objects.select_for_update(of=("self",)).select_related("organisation")
    return rows.get(pk=application_id)


def require_movable(application: SchoolApplication, move: str, *, actor: User, at: datetime) -> None:
    """Whether this person may take this step now; who submitted never decides, and no officer her own school's."""
    step = MOVES[move]
    if Role.SCHOOL_STAFF in step.roles:
        require_staff_of(actor, application.organisation, at=at)
    else:
        require_officer_from_outside(actor, application.organisation, REVIEWERS & step.roles, at=at)
        if actor.pk in {application.submitted_by_id, application.started_by_id}:
            raise SchoolError("own_application", _("不能审核自己填写或提交的申请。请由另一位同事办理。"))
    if application.state not in step.sources:
        raise SchoolError(
            "wrong_state",
            _("这份申请现在是“%(state)s”，不能这样办理。请刷新页面再看。") % {"state": application.get_state_display()},
        )


def application_move(
    application: SchoolApplication,
    move: str,
    *,
    actor: User,
    at: datetime,
    reason: str = "",
    data: Mapping[str, Any] | None = None,
) -> None:
    """Take the step. The caller holds the row's lock and has asked ``require_movable``; its audit row comes last."""
    step = MOVES[move]
    if step.needs_reason:
        reason = require_reason(reason)
    before, application.state = application.state, step.target
    application.reason = reason if step.target in {ApplicationState.RETURNED, ApplicationState.REFUSED} else ""
    _run_clock(application, move, actor=actor, on=timezone.localdate(at), reason=reason)
    application.save()
    ApplicationEvent.objects.create(
        application=application,
        move=move,
        source=before,
        target=step.target,
        reason=reason,
        data=dict(data or {}),
        actor=actor,
        at=at,
    )
    facts = {"number": application.number, "kind": str(application.kind), "round": application.round}
    audit_record(f"schools.application.{PAST[move]}", application, actor=actor, reason=reason, data=facts)


def _run_clock(application: SchoolApplication, move: str, *, actor: User, on: date, reason: str) -> None:
    """The bureau's working days: they run while it has the application, and stand still while the school corrects."""
    if move == "submit":
        clock = _started(application, actor=actor, on=on)
        application.due_on = clock_state(clock, on=on).due_on if clock else None
        return
    application.due_on = None
    if application.clock_id is None:
        return
    if move == "return":
        clock_stop(clock_id=application.clock_id, on=on, actor=actor, reason=reason[:300])
    else:
        clock_finish(clock_id=application.clock_id, on=on, actor=actor, reason=reason[:300])


def _started(application: SchoolApplication, *, actor: User, on: date) -> Clock | None:
    if application.clock_id is not None:
        return clock_resume(clock_id=application.clock_id, on=on, actor=actor, reason=_("学校已补正并重新提交"))
    try:
        limit = parameter_on(LIMIT, city=settings.CITY_CODE, on=on)
    except PolicyGapError:
        return None
    clock = clock_start(
        subject_type=SUBJECT,
        subject_id=application.pk,
        name="decide",
        limit_working_days=int(limit.value),
        on=on,
        actor=actor,
        basis=f"{limit.document_title}{limit.doc_no} {limit.article}".strip(),
        basis_version_id=limit.version_id,
    )
    application.clock_id = clock.pk
    return clock
