"""The worker signs in: what her phone saw on the screen, then who she is."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.core.cache import cache
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from courses.attendance.codes import digits_fit, session_of
from courses.attendance.errors import AttendanceError
from courses.attendance.figures import LATE_AFTER, OPEN_BEFORE
from courses.attendance.models import Attendance
from courses.attendance.rules import state_at
from courses.attendance.selectors import figure, sessions_near
from courses.attendance.services.common import attendance_set, register_lock, require_open_class, review_open
from courses.attendance.states import IN_THE_ROOM, SELF_CHANNELS, Channel, ReviewKind
from courses.classes.models import Enrolment, Session
from courses.classes.states import SEATED
from foundation.accounts.models import User
from foundation.audit.services import audit_record
from workers.models import Worker

# Long enough to sign in by SMS on a slow phone after the code was read; the code itself lives 17 seconds.
SEEN_FOR = timedelta(minutes=10)
TRIES = 10
TRIES_SECONDS = 5 * 60


@dataclass(frozen=True, slots=True)
class Seen:
    """That a code was on the screen before somebody, and when. Kept in her session, never in an address."""

    session_id: int
    at: datetime
    channel: Channel


def text_see(*, text: str, at: datetime) -> Seen:
    """What a scanned code proves; refuses an old or invented one."""
    session_id = session_of(text, at=at)
    if session_id is None:
        raise AttendanceError("code_old", _("这个签到码已经换新了（每 15 秒换一次）。请对着老师的屏幕再扫一次。"))
    return Seen(session_id, at, Channel.QR)


def digits_see(*, worker: Worker, digits: str, at: datetime) -> Seen:
    """The meeting of hers whose six digits these are; so many wrong ones in a while are refused unread."""
    key = f"attendance:tries:{worker.pk}"
    if cache.get(key, 0) >= TRIES:
        raise AttendanceError(
            "too_many_tries", _("输错的次数太多了，请过 5 分钟再试。着急的话，请老师用纸质签到表登记，一样算数。")
        )
    near = sessions_near(worker, at=at)
    if not near:
        raise AttendanceError("no_session_now", _("现在没有您要签到的课。请核对上课时间；有疑问请问老师。"))
    for session in near:
        if digits_fit(session.pk, digits, at=at):
            return Seen(session.pk, at, Channel.CODE)
    cache.add(key, 0, TRIES_SECONDS)
    cache.incr(key)
    raise AttendanceError("code_old", _("数字不对，或者已经换新了（每 15 秒换一次）。请看老师的屏幕，再输一次。"))


@transaction.atomic
def sign_in(*, worker: Worker, seen: Seen, device: str, actor: User, at: datetime) -> Attendance:
    """She is at the session, on time or late by when she saw the code. Signing in twice is signing in once.

    A phone that signs in a second person, or more people than the teacher counts, is never a refusal: the session
    goes to review. Raises ``AttendanceError`` for another class, outside the session's hours and after its end.
    """
    if not seen.at <= at <= seen.at + SEEN_FOR:
        raise AttendanceError("code_old", _("扫码后隔得太久，已经失效。请对着老师的屏幕再扫一次。"))
    session, register = register_lock(seen.session_id)
    require_open_class(session)
    enrolment = Enrolment.objects.filter(
        class_run=session.class_run_id, worker=worker, state__in=sorted(SEATED)
    ).first()
    if enrolment is None:
        raise AttendanceError(
            "not_in_class", _("您不在这个班的名单里，不能签到。报过名的，请让老师核对名单；一样可以先听课。")
        )
    _require_hours(session, seen.at)
    found = Attendance.objects.filter(session=session, enrolment=enrolment).first()
    if found is not None and found.state in IN_THE_ROOM:
        return found
    if register.finished_at is not None:
        raise AttendanceError("finished", _("老师已经登记下课，不能再扫码签到。您到了的话，请老师更正，一样算数。"))
    if found is not None and found.channel not in SELF_CHANNELS and found.signed_in_at is not None:
        raise AttendanceError("corrected", _("老师已经改过您这次课的考勤。有疑问请当面问老师。"))
    late_after = figure(LATE_AFTER, on=timezone.localdate(seen.at))
    attendance = attendance_set(
        session=session,
        enrolment_id=enrolment.pk,
        state=state_at(seen.at, starts_at=session.starts_at, late_after=late_after),
        channel=seen.channel,
        actor=actor,
        device=device,
        seen_at=seen.at,
        at=at,
    )
    _look_at_device(session, attendance, at=at)
    audit_record("attendance.attendance.signed_in", attendance, actor=actor, data={"channel": seen.channel.value})
    return attendance


def _require_hours(session: Session, seen_at: datetime) -> None:
    before = figure(OPEN_BEFORE, on=timezone.localdate(session.starts_at))
    opens_at = session.starts_at - timedelta(minutes=float(before))
    if seen_at < opens_at:
        raise AttendanceError(
            "too_early",
            _("还没到签到时间。这次课 %(time)s 起可以签到，请到时再扫一次。")
            % {"time": timezone.localtime(opens_at).strftime("%H:%M")},
        )
    if seen_at > session.ends_at:
        raise AttendanceError("too_late", _("这次课的时间已经过了，不能再扫码签到。您到了的话，请老师登记，一样算数。"))


def _look_at_device(session: Session, attendance: Attendance, *, at: datetime) -> None:
    """A phone that several people signed in with: a mother's and her daughter's perhaps, so a person judges."""
    if not attendance.device:
        return
    shared = Attendance.objects.filter(session=session, device=attendance.device).order_by("pk")
    people = list(shared.values_list("enrolment", flat=True))
    if len(people) > 1:
        review_open(session, ReviewKind.DEVICE, facts={"enrolments": people}, actor=None, at=at)
