"""The teacher runs a session: shows the code, counts heads, says that it is over."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from courses.attendance.errors import AttendanceError
from courses.attendance.figures import LATE_SHARE, RATE_MIN
from courses.attendance.models import Attendance, HeadCount, SessionRegister
from courses.attendance.rules import Meeting, standing_of
from courses.attendance.selectors import figure, meetings_of, people_in_the_room, states_of
from courses.attendance.services.common import attendances_set, register_lock, require_runner, review_open
from courses.attendance.states import IN_THE_ROOM, AttendanceState, Channel, ReviewKind
from courses.attendance.texts import ATTENDANCE_LOW
from courses.classes.models import Enrolment, Session
from courses.classes.states import SEATED, SessionState
from foundation.accounts.models import User
from foundation.audit.services import audit_record
from foundation.policy.errors import PolicyGapError
from foundation.sms.services import sms_send


@transaction.atomic
def register_open(*, session_id: int, actor: User, at: datetime) -> SessionRegister:
    """The code is shown from now on. Showing it again changes nothing."""
    session, register = register_lock(session_id)
    require_runner(actor, session, at=at)
    if register.opened_at is None:
        register.opened_at, register.opened_by = at, actor
        register.save(update_fields=["opened_at", "opened_by"])
        audit_record("attendance.register.opened", register, actor=actor)
    return register


@transaction.atomic
def head_count_enter(*, session_id: int, people: int, actor: User, at: datetime) -> HeadCount:
    """How many the teacher sees. Fewer than have signed in: the session goes to review, nobody is turned away."""
    session, _register = register_lock(session_id)
    require_runner(actor, session, at=at)
    return _count(session, people=people, actor=actor, at=at)


@transaction.atomic
def session_finish(*, session_id: int, people: int, actor: User, at: datetime) -> SessionRegister:
    """The session is over: whoever nobody has spoken of was absent, and a count that differs goes to review.

    Finishing twice is finishing once. Raises ``AttendanceError("not_begun")`` before it has begun.
    """
    session, register = register_lock(session_id)
    require_runner(actor, session, at=at)
    if register.finished_at is not None:
        return register
    if at < session.starts_at:
        raise AttendanceError("not_begun", _("还没到上课时间，不能登记下课。"))
    count = _count(session, people=people, actor=actor, at=at, is_last=True)
    absent = {(session.pk, pk): AttendanceState.ABSENT for pk in _unsaid(session)}
    attendances_set(states=absent, channel=Channel.FINISH, actor=actor, at=at)
    register.finished_at, register.finished_by = at, actor
    register.save(update_fields=["finished_at", "finished_by"])
    Session.objects.filter(pk=session.pk).update(state=SessionState.HELD)
    _warn(session, at=at)
    audit_record(
        "attendance.register.finished",
        register,
        actor=actor,
        data={"people": count.people, "registered": count.registered},
    )
    return register


def _count(session: Session, *, people: int, actor: User, at: datetime, is_last: bool = False) -> HeadCount:
    registered = people_in_the_room(session.pk)
    count = HeadCount.objects.create(session=session, people=people, registered=registered, counted_by=actor, at=at)
    # During the session people still come in, so that only too few heads mean something.
    if people < registered or (is_last and people != registered):
        facts: dict[str, object] = {"people": people, "registered": registered, "is_last": is_last}
        review_open(session, ReviewKind.HEAD_COUNT, facts=facts, actor=actor, at=at)
    if not is_last:
        audit_record("attendance.head_count.entered", count, actor=actor)
    return count


def _unsaid(session: Session) -> list[int]:
    """Everybody who should have been there and of whom nothing is recorded.

    At a make-up session these are only the people who missed the first one.
    """
    people = Enrolment.objects.filter(class_run=session.class_run_id, state__in=sorted(SEATED))
    if session.make_up_of_id is not None:
        were_there = Attendance.objects.filter(session=session.make_up_of_id, state__in=sorted(IN_THE_ROOM))
        people = people.exclude(pk__in=were_there.values("enrolment"))
    known = Attendance.objects.filter(session=session).values("enrolment")
    return list(people.exclude(pk__in=known).order_by("pk").values_list("pk", flat=True))


def _warn(session: Session, *, at: datetime) -> None:
    """A text to whoever this session has brought under the required rate; who was under it before had hers."""
    on = timezone.localdate(at)
    try:
        least, share = figure(RATE_MIN, on=on), figure(LATE_SHARE, on=on)
    except PolicyGapError:
        return  # no rate is required today, so nobody is under it
    # Whoever was there cannot have come under it by this session.
    there = Attendance.objects.filter(session=session, state__in=sorted(IN_THE_ROOM)).values("enrolment")
    seated = Enrolment.objects.filter(class_run=session.class_run_id, state__in=sorted(SEATED))
    missed = list(seated.exclude(pk__in=there).select_related("worker__user"))
    if not missed:
        return
    now = meetings_of(session.class_run)
    before = [_unheld(meeting) if meeting.id == session.pk else meeting for meeting in now]
    states = states_of([meeting.id for meeting in now], enrolments=[one.pk for one in missed])
    for enrolment in missed:
        hers = states.get(enrolment.pk, {})
        standing = standing_of(now, hers, late_share=share)
        was_below = standing_of(before, hers, late_share=share).is_below(least)
        phone = enrolment.worker.phone
        if phone and standing.is_below(least) and not was_below:
            sms_send(
                phone=phone,
                template=ATTENDANCE_LOW,
                context={"class_run": session.class_run.name, "rate": standing.rate, "least": f"{least.normalize():f}"},
                dedupe_key=f"attendance_low:{enrolment.pk}:{session.pk}",
            )


def _unheld(meeting: Meeting) -> Meeting:
    return Meeting(meeting.id, meeting.theory, meeting.practice, is_held=False, make_up_of=meeting.make_up_of)
