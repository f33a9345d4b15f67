"""Changes of a filed class run: another hour, teacher or place for a session, reported before it begins."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from courses.classes.errors import ClassError
from courses.classes.filing_facts import checks_of
from courses.classes.models import ClassRun, Session
from courses.classes.rules.checks import worsened
from courses.classes.selectors import sessions_of
from courses.classes.services.class_runs import event_add
from courses.classes.services.filing import bindings_refused_in_words, people_lock, refuse_blocked
from courses.classes.services.locks import class_run_lock
from courses.classes.services.parties import school_staff_required
from courses.classes.services.plan import Known, SessionEntry, entry_check, plan_summarise
from courses.classes.signals import session_changed
from courses.classes.states import BINDING, SessionMode, SessionState
from foundation.accounts.models import User
from foundation.audit.services import audit_record


@dataclass(frozen=True)
class SessionChange:
    """What a session becomes: hour, teacher and place. Content and hours stay as they were filed."""

    starts_at: datetime
    ends_at: datetime
    teacher_id: int | None
    premises_id: int | None


@transaction.atomic
def session_change(*, session_id: int, change: SessionChange, reason: str, actor: User, at: datetime) -> Session:
    """Change a session of a filed class run before it begins; the bureau sees it, everybody enrolled is told.

    Raises ``ClassError`` when it has begun, when nothing changes, without a reason, or when a check forbids it.
    """
    run = class_run_lock(Session.objects.values_list("class_run_id", flat=True).get(pk=session_id))
    school_staff_required(actor, run.school, at=at)
    session = sessions_of(run).get(pk=session_id)
    _changeable(run, session, change, at)
    if not reason.strip():
        raise ClassError("reason_missing", _("请写明变更的原因，再提交。"))
    people_lock(run)
    checks = checks_of(run, on=timezone.localdate(at), stage="change")
    before = _told(session)
    _apply(run, session, change)
    marks = _differences(before, _told(sessions_of(run).get(pk=session_id)), session)
    if not marks:
        raise ClassError("nothing_changed", _("内容和原来一样，没有变更。"))
    people_lock(run)  # once more: the new teacher too
    refuse_blocked(worsened(checks, checks_of(run, on=timezone.localdate(at), stage="change")))
    plan_summarise(run)
    event_add(run, "session_changed", actor=actor, at=at, reason=reason.strip(), marks=marks)
    session_changed.send(sender=Session, session=session, changes=marks, actor=actor, reason=reason.strip(), at=at)
    audit_record("classes.session.rescheduled", session, actor=actor, reason=reason.strip(), data={"class_run": run.pk})
    return session


def _changeable(run: ClassRun, session: Session, change: SessionChange, at: datetime) -> None:
    if run.state not in BINDING:
        raise ClassError(
            "not_filed",
            _("班次现在是“%(state)s”，不用办理变更。备案前可以直接修改授课计划。") % {"state": run.get_state_display()},
        )
    if session.state != SessionState.PLANNED or session.starts_at <= at:
        raise ClassError("begun", _("这次课已经开始或已取消，不能再变更。变更要在上课前办理；缺的课请安排补课。"))
    if change.starts_at <= at:
        raise ClassError("in_the_past", _("新的上课时间已经过去。请选择以后的时间。"))


def _apply(run: ClassRun, session: Session, change: SessionChange) -> None:
    """The session with its new hour, teacher and place; the database refuses what another class run has."""
    entry = SessionEntry(
        mode=SessionMode(session.mode),
        starts_at=change.starts_at,
        ends_at=change.ends_at,
        content=session.content,
        teacher_id=change.teacher_id,
        premises_id=change.premises_id,
        unit_id=session.unit_id,
        theory_hours=session.theory_hours,
        practice_hours=session.practice_hours,
    )
    entry_check(entry, Known.of(run))
    session.starts_at, session.ends_at = change.starts_at, change.ends_at
    session.teacher_id, session.premises_id = change.teacher_id, change.premises_id
    with bindings_refused_in_words():
        session.save(update_fields=["starts_at", "ends_at", "teacher", "premises"])


def _told(session: Session) -> dict[str, str]:
    starts, ends = timezone.localtime(session.starts_at), timezone.localtime(session.ends_at)
    return {
        "hour": f"{starts:%Y-%m-%d %H:%M}–{ends:%H:%M}",
        "teacher": str(session.teacher or ""),
        "premises": str(session.premises or ""),
    }


def _differences(before: dict[str, str], after: dict[str, str], session: Session) -> list[dict[str, Any]]:
    return [
        {"session": session.pk, "number": session.number, "field": name, "before": before[name], "after": after[name]}
        for name in before
        if before[name] != after[name]
    ]
