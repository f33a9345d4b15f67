"""A class from its plan to its close, as far as it has come by this morning."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, time, timedelta
from random import Random

from courses.attendance.selectors import people_in_the_room
from courses.attendance.services import registers_enter, roster_enter, session_finish
from courses.attendance.states import AttendanceState
from courses.classes.models import ClassRun, Enrolment, Session
from courses.classes.selectors import timed_sessions
from courses.classes.services.class_runs import ClassDetails, assessment_plan_save, class_run_create, class_run_update
from courses.classes.services.enrolment_confirming import enrolments_confirm
from courses.classes.services.enrolment_roster import RosterRow, roster_enrol
from courses.classes.services.enrolments import enrolment_leave
from courses.classes.services.filing import class_run_move
from courses.classes.services.plan import Layout, plan_lay_out
from courses.classes.states import EndReason
from courses.completion.selectors import preview_of
from courses.completion.services import class_close, preview_digest
from courses.content.models import CourseVersion
from foundation.accounts.models import User
from portal.world.days import Days
from portal.world.offices import Bureau, Campus, Track
from portal.world.people import Person
from portal.world.portraits import portraits
from workers.services import (
    GroupEntry,
    ProfileEntry,
    groups_add_many,
    identities_confirm_many,
    photos_set_many,
    profiles_fill_many,
)

LONGEST = 60
# Of a hundred people so many leave, and so many more miss something.
LEAVES_BELOW, MISSES_BELOW = 0.04, 0.11
ON_PAPER = "纸质签到表，教务室存"
SEEN = "开班当天到校集中核对身份证原件"
LEAVES = (EndReason.WORK, EndReason.FAMILY, EndReason.HEALTH, EndReason.MOVED_AWAY, EndReason.COURSE_UNSUITABLE)
RETURNED = ({"field": "plan", "remark": "请把实操课安排到实训室，并写明分组人数。"},)


@dataclass
class Intake:
    """Who comes to a class, in the order of the roster, and what became of her."""

    place: int
    campus: Campus
    track: Track
    version: CourseVersion
    people: Sequence[Person]
    starts_on: date
    # What the bureau makes of the filing, for the few that do not simply pass.
    fate: str = ""
    run: ClassRun = field(default=None)  # type: ignore[assignment]
    enrolments: dict[int, Person] = field(default_factory=dict)


@dataclass(frozen=True)
class Teaching:
    """What playing a class needs besides the class itself."""

    random: Random
    days: Days
    bureau: Bureau


def class_prepared(intake: Intake, teaching: Teaching) -> None:
    """Plan, roster, assessment plan; four weeks before it begins. Raises ``NotYet`` where its day has not come."""
    days, campus, track = teaching.days, intake.campus, intake.track
    at = days.office(intake.starts_on - timedelta(days=27))
    seats = max(20, len(intake.people))
    run = class_run_create(
        course_version_id=intake.version.pk,
        details=_details(intake, seats, intake.starts_on + timedelta(days=LONGEST)),
        actor=campus.staff,
        at=at,
    )
    layout = Layout(
        first_on=intake.starts_on,
        until=intake.starts_on + timedelta(days=LONGEST),
        weekdays=range(5),
        starts=time(9),
        ends=time(15),
        teacher_id=track.teacher.pk,
        classroom_id=track.classroom.pk,
        workshop_id=track.workshop.pk,
    )
    sessions = plan_lay_out(class_run_id=run.pk, layout=layout, actor=campus.staff, at=at)
    ends_on = days.working(max(session.ends_at for session in sessions).date() + timedelta(days=1))
    class_run_update(class_run_id=run.pk, details=_details(intake, seats, ends_on), actor=campus.staff, at=at)
    assessment_plan_save(
        class_run_id=run.pk,
        assessment_on=ends_on,
        place=track.workshop.name,
        plan="理论笔试、实操现场操作，本校考评员评分。",
        actor=campus.staff,
        at=at,
    )
    at = days.office(intake.starts_on - timedelta(days=24), 14)
    rows = [
        RosterRow(one.name, one.id_number, one.phone, one.group, one.education, card=one.account)
        for one in intake.people
    ]
    made = roster_enrol(class_run_id=run.pk, rows=rows, actor=campus.staff, at=at)
    intake.enrolments = dict(zip(made, intake.people, strict=True))
    intake.run = ClassRun.objects.get(pk=run.pk)


def _details(intake: Intake, seats: int, ends_on: date) -> ClassDetails:
    return ClassDetails(
        starts_on=intake.starts_on,
        ends_on=ends_on,
        seats=seats,
        enrols_until=intake.starts_on - timedelta(days=1),
        head_teacher_id=intake.track.teacher.pk,
        contact_phone="19900000990",
        materials="平台示范教材",
    )


def class_filed(intake: Intake, teaching: Teaching) -> None:
    """Everybody has signed; submitted, looked at, filed. A few come back first, one is refused, one is called off."""
    days, staff, pk = teaching.days, intake.campus.staff, intake.run.pk
    at = days.office(intake.starts_on - timedelta(days=20), 10)
    enrolments_confirm(
        class_run_id=pk, enrolment_ids=list(intake.enrolments), note="确认单在教务室档案柜", actor=staff, at=at
    )
    at = days.office(intake.starts_on - timedelta(days=19), 11)
    class_run_move(class_run_id=pk, action="submit", actor=staff, at=at)
    officer = teaching.bureau.intakes[intake.place % 2]
    at = days.office(intake.starts_on - timedelta(days=16), 15)
    if intake.fate == "return":
        class_run_move(class_run_id=pk, action="return", actor=officer, at=at, reason="授课计划要补充", marks=RETURNED)
        at = days.office(intake.starts_on - timedelta(days=14), 10)
        class_run_move(class_run_id=pk, action="submit", actor=staff, at=at)
        at = days.office(intake.starts_on - timedelta(days=12), 10)
    if intake.fate == "refuse":
        reason = "申报的实训室正在装修，开班时不能使用。"
        class_run_move(class_run_id=pk, action="refuse", actor=officer, at=at, reason=reason)
        return
    class_run_move(class_run_id=pk, action="file", actor=officer, at=at)
    if intake.fate == "cancel":
        at = days.office(intake.starts_on - timedelta(days=5), 10)
        class_run_move(class_run_id=pk, action="cancel", actor=staff, at=at, reason="任课教师生病，改到下一期。")


def class_opened(intake: Intake, teaching: Teaching) -> None:
    """The first morning: an officer comes with the camera, looks at every card and takes down where people live."""
    days, random, bureau = teaching.days, teaching.random, teaching.bureau
    at = days.at(intake.starts_on, 8)
    class_run_move(class_run_id=intake.run.pk, action="open", actor=intake.campus.staff, at=at)
    officer = bureau.intakes[intake.place % 2]
    rows = Enrolment.objects.filter(pk__in=intake.enrolments).values_list("pk", "worker", "worker__identity_state")
    fresh = {
        worker: intake.enrolments[pk] for pk, worker, state in sorted(rows) if state == "declared"
    }  # whoever was here before is known already
    seen = {pk: one for pk, one in fresh.items() if random.random() < 0.97}
    at = days.at(intake.starts_on, 8, 30)
    identities_confirm_many(worker_ids=list(seen), reason=SEEN, actor=officer, at=at)
    entries = [
        ProfileEntry(pk, one.district, one.account if random.random() < 0.96 else "") for pk, one in fresh.items()
    ]
    profiles_fill_many(entries=entries, actor=officer, at=at)
    groups = [
        GroupEntry(pk, one.group, intake.starts_on - timedelta(days=random.randrange(60, 700)))
        for pk, one in fresh.items()
        if one.group and random.random() < 0.8
    ]
    groups_add_many(entries=groups, guaranteed_by="公共就业服务登记（演示）", actor=officer, at=at)
    pictures = portraits(random)
    photos = {pk: next(pictures) for pk in fresh if random.random() < 0.93}
    photos_set_many(photos=photos, actor=officer, at=at)


def sessions_held(intake: Intake, teaching: Teaching) -> None:
    """Every meeting: a few people leave for good, most come, some are late or away.

    One school in three keys its paper rosters in every day, the others all of a class when it has ended.
    """
    sessions = timed_sessions(intake.run)
    papers = _papers(intake, teaching, sessions)
    if intake.place % 3 == 0 or sessions[-1].ends_at.date() >= teaching.days.today:
        for session in sessions:
            _session_held(session, papers[session.pk], intake.campus.staff, teaching.days)
        return
    at = teaching.days.at(sessions[-1].ends_at.date(), 19)
    registers_enter(class_run_id=intake.run.pk, papers=papers, reason=ON_PAPER, actor=intake.campus.staff, at=at)


def _papers(intake: Intake, teaching: Teaching, sessions: Sequence[Session]) -> dict[int, dict[int, AttendanceState]]:
    """Who was there, by session. Whoever leaves does so on a morning, and is on no paper of the class."""
    here = dict(intake.enrolments)
    for pk, number in list(_leavers(intake, teaching.random)):
        session, reason = sessions[number], teaching.random.choice(LEAVES)
        if session.starts_at.date() >= teaching.days.today:
            continue
        enrolment_leave(
            enrolment_id=pk, actor=intake.campus.staff, at=session.starts_at, reason=reason, note="本人申请，学校登记"
        )
        here.pop(pk)
    return {one.pk: {pk: _state(person, teaching.random) for pk, person in here.items()} for one in sessions}


def _session_held(session: Session, states: Mapping[int, AttendanceState], staff: User, days: Days) -> None:
    days.at(session.starts_at.date(), 9)  # not before its day
    days.clock.at = session.starts_at + timedelta(minutes=25)
    roster_enter(session_id=session.pk, states=states, reason=ON_PAPER, actor=staff, at=days.clock.at)
    days.clock.at = session.ends_at
    session_finish(session_id=session.pk, people=people_in_the_room(session.pk), actor=staff, at=session.ends_at)


def _leavers(intake: Intake, random: Random) -> Iterator[tuple[int, int]]:
    for pk, one in intake.enrolments.items():
        if one.diligence < LEAVES_BELOW:
            yield pk, random.randrange(2, 6)


def _state(one: Person, random: Random) -> AttendanceState:
    """How somebody of her diligence comes this morning: most never miss an hour, for every hour is asked for."""
    if one.diligence >= MISSES_BELOW or random.random() < 0.8:
        return AttendanceState.LATE if random.random() < 0.03 else AttendanceState.PRESENT
    return AttendanceState.LEAVE if random.random() < 0.5 else AttendanceState.ABSENT


def class_finished(intake: Intake, teaching: Teaching) -> None:
    """Everybody judged and frozen, as previewed."""
    run = intake.run = ClassRun.objects.get(pk=intake.run.pk)
    at = teaching.days.at(run.ends_on, 17)
    closer: User = intake.campus.staff
    class_close(class_run_id=run.pk, seen=preview_digest(preview_of(run, at=at)), actor=closer, at=at)


def class_played(intake: Intake, teaching: Teaching) -> None:
    """All of it, as far as the days go. Raises ``NotYet`` at the first step whose day has not come."""
    class_prepared(intake, teaching)
    class_filed(intake, teaching)
    if intake.fate in {"refuse", "cancel"}:
        return
    class_opened(intake, teaching)
    sessions_held(intake, teaching)
    class_finished(intake, teaching)
