"""The paper rosters of a whole class at once: every session held, everybody's state, all or nothing."""

from collections.abc import Mapping
from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from courses.attendance.errors import AttendanceError
from courses.attendance.figures import RATE_MIN
from courses.attendance.models import HeadCount, SessionRegister
from courses.attendance.selectors import figure, meetings, sessions_run_by, standings_of
from courses.attendance.services.common import attendances_set, require_open_class, require_reason
from courses.attendance.states import IN_THE_ROOM, AttendanceState, Channel
from courses.attendance.texts import ATTENDANCE_LOW
from courses.classes.models import ClassRun, Enrolment, Session
from courses.classes.states import COUNTED, SEATED, SessionState
from foundation.accounts.models import User
from foundation.audit.services import audit_record
from foundation.policy.errors import PolicyGapError
from foundation.sms.services import NewSms, sms_send_many

Papers = Mapping[int, Mapping[int, AttendanceState]]


@transaction.atomic
def registers_enter(*, class_run_id: int, papers: Papers, reason: str, actor: User, at: datetime) -> int:
    """Key in the paper rosters of these sessions of a class: by session everybody's state by enrolment. How many rows.

    As ``roster_enter`` and ``session_finish`` for each: whoever is seated and not on the paper was absent, and the
    paper's signatures are the head-count. Raises ``PermissionDenied`` for somebody else's session, and
    ``AttendanceError`` without a reason, before a session is over, for one that is finished, and for somebody who is
    not in the class.
    """
    reason = require_reason(reason)
    sessions = _locked(class_run_id, papers, actor, at=at)
    people = dict(Enrolment.objects.filter(class_run=class_run_id).values_list("pk", "state"))
    seated = {pk for pk, state in people.items() if state in SEATED}
    counted = {pk for pk, state in people.items() if state in COUNTED}
    if any(not counted.issuperset(states) for states in papers.values()):
        raise AttendanceError("not_in_class", _("名单里有人已不在这个班。请刷新页面，按现在的名单再录入。"))
    signed = {(session, pk): state for session, states in papers.items() for pk, state in states.items()}
    rows = attendances_set(states=signed, channel=Channel.PAPER, actor=actor, reason=reason, at=at)
    absent = {(session, pk): AttendanceState.ABSENT for session in papers for pk in seated if pk not in papers[session]}
    rows += attendances_set(states=absent, channel=Channel.FINISH, actor=actor, at=at)
    _finished(papers, actor, at=at)
    run = sessions[0].class_run
    _warn(run, at=at)
    data = {"sessions": len(sessions), "rows": len(rows)}
    audit_record("attendance.registers.entered", run, actor=actor, reason=reason, data=data)
    return len(rows)


def _locked(class_run_id: int, papers: Papers, actor: User, *, at: datetime) -> list[Session]:
    """The sessions with their registers locked, in the order everybody keeps to; refuses what cannot be keyed in."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT 1 FROM {ClassRun._meta.db_table} WHERE id = %s FOR SHARE", [class_run_id])  # noqa: S608
    sessions = list(meetings().filter(class_run=class_run_id, pk__in=papers))
    if not sessions or len(sessions) != len(papers):
        raise AttendanceError("no_session", _("没有找到这次课，可能已经取消。请回到课次列表重新选择。"))
    mine = sessions_run_by(actor, on=timezone.localdate(at)).filter(pk__in=papers)
    if mine.count() != len(sessions):
        raise PermissionDenied(_("这次课不是您的课。如需代课，请由学校更改任课教师。"))
    require_open_class(sessions[0])
    if at < max(session.ends_at for session in sessions):
        raise AttendanceError("not_begun", _("还没到上课时间，不能录入签到表。事先请假的，请在名单里单独登记。"))
    SessionRegister.objects.bulk_create((SessionRegister(session=one) for one in sessions), ignore_conflicts=True)
    registers = SessionRegister.objects.select_for_update(no_key=True).filter(pk__in=papers).order_by("pk")
    if any(register.finished_at is not None for register in registers):
        raise AttendanceError("finished", _("名单里有已经登记下课的课次。要更正的，请打开那次课办理。"))
    return sessions


def _finished(papers: Papers, actor: User, *, at: datetime) -> None:
    """Every session is over, with as many people as have signed."""
    HeadCount.objects.bulk_create(
        HeadCount(session_id=session, people=people, registered=people, counted_by=actor, at=at)
        for session, states in papers.items()
        for people in [sum(state in IN_THE_ROOM for state in states.values())]
    )
    SessionRegister.objects.filter(pk__in=papers).update(finished_at=at, finished_by=actor)
    Session.objects.filter(pk__in=papers).update(state=SessionState.HELD)


def _warn(run: ClassRun, *, at: datetime) -> None:
    """A text to whoever is now under the required rate."""
    on = timezone.localdate(at)
    try:
        least = figure(RATE_MIN, on=on)
        below = {pk: one for pk, one in standings_of(run, on=on).items() if one.is_below(least)}
    except PolicyGapError:
        return  # no rate is required today, so nobody is under it
    people = Enrolment.objects.filter(pk__in=below, state__in=sorted(SEATED)).select_related("worker__user")
    sms_send_many(
        [
            NewSms(
                phone=one.worker.phone,
                template=ATTENDANCE_LOW,
                context={"class_run": run.name, "rate": below[one.pk].rate, "least": f"{least.normalize():f}"},
                dedupe_key=f"attendance_low:{one.pk}:{on.isoformat()}",
            )
            for one in people
            if one.worker.phone
        ]
    )
