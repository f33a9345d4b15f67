"""The courses of the demonstration: a school at work, with classes in four stages. Loading again changes nothing."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from wagtail.models import Page

from courses.attendance.services import register_open, roster_enter, session_finish
from courses.attendance.states import AttendanceState
from courses.classes.models import ClassRun, Enrolment
from courses.classes.selectors import timed_sessions
from courses.classes.services.class_runs import ClassDetails, assessment_plan_save, class_run_create
from courses.classes.services.enrolment_roster import RosterRow, roster_enrol
from courses.classes.services.enrolments import enrolment_confirm, enrolment_create
from courses.classes.services.filing import class_run_move
from courses.classes.services.plan import Layout, plan_lay_out
from courses.completion.selectors import preview_of
from courses.completion.services import class_close, preview_digest
from courses.content.models import CourseVersion, ParentClassIndexPage, ParentClassPage, Video
from courses.schools.models import Premises, School, Teacher
from courses.schools.rules import SchoolFacts
from courses.schools.services import colleague_open, school_register, teacher_account_link
from courses.schools.states import PremisesKind
from foundation.accounts.models import Membership, User
from foundation.accounts.selectors import user_by_phone
from foundation.accounts.services import membership_grant
from foundation.accounts.states import Role
from foundation.crypto.cipher import blind_index
from foundation.database import period
from portal.journey.clock import Clock, simulated_clock
from portal.journey.courses import (
    Authors,
    CourseText,
    article,
    bank_made,
    block,
    course_published,
    moderated,
    package_open,
    practicals,
    quiz,
    school_page_shown,
)
from portal.journey.demo_media import demo_film
from portal.journey.people import premises_made, scope_made, teacher_made
from portal.journey.texts import SENTENCES
from portal.sign_in.demo import WORKER_PHONE
from workers.demo import id_number_of
from workers.models import Worker

BASIS = "演示登记"
BACK = timedelta(days=120)
SEATS = 20


@dataclass(frozen=True)
class World:
    """The school and everybody who acts in the demonstration."""

    on: date
    clock: Clock
    school: School
    staff: User
    second: User
    officer: User
    teachers: Sequence[Teacher]
    classroom: Premises
    workshop: Premises
    other: Premises


@transaction.atomic
def courses_demo_load(*, on: date) -> None:
    """A school with courses, an open parent class, and classes enrolling, open, waiting for the officer and closed."""
    begins = timezone.make_aware(datetime.combine(on - timedelta(days=90), time(9)))
    with simulated_clock(begins) as clock:
        world = _world(on, clock)
        film = demo_film(world.school, actor=world.staff, at=clock.at, on=timezone.localdate(clock.at))
        mother, companion = _mother_course(world, film), _companion_course(world)
        _parent_class(world, film)
        _closed(world, companion)
        _open(world, mother)
        _enrolling(world, companion)
        _submitted(world, mother)


def _user(username: str) -> User:
    return User.objects.get(username=username)


def _world(on: date, clock: Clock) -> World:
    at = clock.at
    staff, officer, teacher = _user("school"), _user("intake"), _user("teacher")
    for user in (staff, officer, teacher):
        was_there_before(user, on=on)
    organisation = Membership.objects.get(user=staff, role=Role.SCHOOL_STAFF, effective__contains=on).organisation
    assert organisation is not None
    since = on - BACK
    school = School.objects.filter(organisation=organisation).first() or school_register(
        organisation_id=organisation.pk, facts=_facts(since), basis=BASIS, actor=officer, at=at
    )
    second = User.objects.filter(username="school2").first()
    if second is None:
        second, _password = colleague_open(school_id=school.pk, username="school2", name="何校长", actor=staff, at=at)
    about: dict[str, Any] = {"actor": staff, "at": at, "since": since}
    teachers = [teacher_made(school, name, 910 + place, **about) for place, name in enumerate(TEACHERS)]
    if teachers[0].user_id is None:
        teachers[0] = teacher_account_link(teacher_id=teachers[0].pk, user_id=teacher.pk, actor=staff, at=at)
    room = premises_made(school, "301 理论教室", PremisesKind.CLASSROOM, 50, district="350203", **about)
    workshop = premises_made(school, "母婴护理实训室", PremisesKind.WORKSHOP, 24, district="350203", **about)
    other = premises_made(school, "湖里校区 201 教室", PremisesKind.CLASSROOM, 36, district="350206", **about)
    school_page_shown(school, officer=officer)
    return World(on, clock, school, staff, second, officer, teachers, room, workshop, other)


TEACHERS = ("黄老师", "林示例", "苏示例")


def _facts(since: date) -> SchoolFacts:
    return SchoolFacts(
        short_name="鹭岛家政",
        address="厦门市思明区示例路 8 号",
        district_code="350203",
        contact_name="李教务",
        contact_phone="19900009911",
        licence_number="人社民3502034000002号",
        licensed_from=since,
    )


def was_there_before(user: User, *, on: date) -> None:
    """The demonstration's accounts begin today; her classes of last month need her there then."""
    held = Membership.objects.filter(user=user).order_by("effective").first()
    since = on - BACK
    if held is None or held.organisation is None or held.effective.lower <= since:
        return
    membership_grant(
        user=user,
        organisation=held.organisation,
        role=Role(held.role),
        effective=period(since, held.effective.lower - timedelta(days=1)),
        actor=_user("admin"),
        on=on,
    )


def _authors(world: World) -> Authors:
    return Authors(world.staff, world.second, world.officer)


def _mother_course(world: World, film: Video | None) -> CourseVersion:
    """Theory on the phone with a film, practice at the school."""
    package = package_open("mother-baby-care-5", on=world.on)
    assert package is not None
    clock = world.clock
    today = timezone.localdate(clock.at)
    scope_made(world.school, package, actor=world.officer, at=clock.at, basis=BASIS, since=world.on - BACK)
    bank = bank_made(world.school, "母婴护理题库（演示）", actor=world.staff, at=clock.at, on=today)
    unchecked = {"bank": None, "count": 1, "pass_points": None, "attempts": None}
    lessons = [article("ethics", "第一课 进门的规矩", 44 if film else 45)]
    if film:
        seen = block("video", unit="ethics", title="怎样抱宝宝", video=film.pk, credited_minutes=1, check=unchecked)
        lessons.insert(0, seen)
    lessons += [
        article("law", "第二课 合同和工资", 45, check=bank.pk),
        quiz("law", "线上学习小测验", bank.pk),
        *practicals(package),
    ]
    text = CourseText(
        slug="mother-baby-care",
        title="母婴护理员（五级）",
        summary="零基础学月嫂：手机上看视频、学规矩，到校练手法。",
        lessons=lessons,
        fee_fen=180000,
        is_ordered=False,
    )
    return course_published(school=world.school, package=package, text=text, authors=_authors(world))


def _companion_course(world: World) -> CourseVersion:
    """Everything at the school, in the evening."""
    package = package_open("patient-companion", on=world.on)
    assert package is not None
    scope_made(world.school, package, actor=world.officer, at=world.clock.at, basis=BASIS, since=world.on - BACK)
    text = CourseText(
        slug="patient-companion",
        title="病患陪护（专项职业能力）",
        summary="晚上上课，四十学时，学会照顾卧床的老人和病人。",
        lessons=practicals(package),
        fee_fen=80000,
        fields={"mode": "offline"},
    )
    return course_published(school=world.school, package=package, text=text, authors=_authors(world))


def _parent_class(world: World, film: Video | None) -> None:
    """One free class for families, through the bureau's one step."""
    section: Page = ParentClassIndexPage.objects.get()
    if ParentClassPage.objects.child_of(section).filter(slug="holding-a-baby").exists():
        return
    page = ParentClassPage(
        title="怎样抱宝宝，宝宝才舒服",
        slug="holding-a-baby",
        summary="新手爸妈和奶奶外婆都能学的三分钟。",
        live=False,
        owner=_user("policy"),
    )
    body = [{"type": "video", "value": film.pk}] if film else []
    body += [{"type": "paragraph", "value": f"<p>{text}</p>"} for text in SENTENCES[6:]]
    page.body = page._meta.get_field("body").stream_block.to_python(body)
    section.add_child(instance=page)
    moderated(page, writer=_user("policy"), approvers=[world.officer])


@dataclass(frozen=True)
class Wanted:
    """A class of the demonstration: its days, its hours, its teacher."""

    name: str
    starts_on: date
    ends_on: date
    teacher: int
    hours: tuple[time, time]
    weekdays: Collection[int] = range(5)
    enrols_until: date | None = None
    is_elsewhere: bool = False


def _prepared(world: World, version: CourseVersion, wanted: Wanted) -> ClassRun | None:
    """A class run with plan and assessment; None when it was made before."""
    if ClassRun.objects.filter(school=world.school, name=wanted.name).exists():
        return None
    at, teacher = world.clock.at, world.teachers[wanted.teacher]
    rooms = (world.other, world.other) if wanted.is_elsewhere else (world.classroom, world.workshop)
    details = ClassDetails(
        starts_on=wanted.starts_on,
        ends_on=wanted.ends_on,
        seats=SEATS,
        name=wanted.name,
        enrols_until=wanted.enrols_until,
        head_teacher_id=teacher.pk,
        contact_phone="19900009911",
        materials="平台示范教材",
    )
    run = class_run_create(course_version_id=version.pk, details=details, actor=world.staff, at=at)
    layout = Layout(
        first_on=wanted.starts_on,
        until=wanted.ends_on,
        weekdays=wanted.weekdays,
        starts=wanted.hours[0],
        ends=wanted.hours[1],
        teacher_id=teacher.pk,
        classroom_id=rooms[0].pk,
        workshop_id=rooms[1].pk,
        is_holiday_taught=True,
    )
    plan_lay_out(class_run_id=run.pk, layout=layout, actor=world.staff, at=at)
    assessment_plan_save(
        class_run_id=run.pk,
        assessment_on=wanted.ends_on,
        place=world.workshop.name,
        plan="理论和实操各占一半，由评价机构派考评员。",
        actor=world.staff,
        at=at,
    )
    return run


def _moved(world: World, run: ClassRun, action: str, actor: User) -> None:
    class_run_move(class_run_id=run.pk, action=action, actor=actor, at=world.clock.at)


def _brought(world: World, run: ClassRun, indexes: Iterable[bytes]) -> None:
    """People of the demonstration on the roster, who have signed on paper."""
    people = [Worker.objects.get(id_number_index=index) for index in indexes]
    rows = [RosterRow(one.name, one.id_number, one.phone) for one in people]
    made = roster_enrol(class_run_id=run.pk, rows=rows, actor=world.staff, at=world.clock.at)
    for pk in made:
        enrolment_confirm(enrolment_id=pk, actor=world.staff, at=world.clock.at, note="确认单在教务室档案柜")


def _index(number: int) -> bytes:
    return blind_index("id_number", id_number_of(number))


def _closed(world: World, version: CourseVersion) -> None:
    """A class of last month: six people, one of whom missed a day, and the demonstration's own worker."""
    clock, first = world.clock, world.on - timedelta(days=40)
    clock.put(first - timedelta(days=20), 9)
    wanted = Wanted("病患陪护第1班（演示）", first, first + timedelta(days=14), 1, (time(9), time(15)))
    run = _prepared(world, version, wanted)
    if run is None:
        return
    own = Worker.objects.filter(user=user_by_phone(WORKER_PHONE)).values_list("id_number_index", flat=True)
    _brought(world, run, [*map(bytes, own), *map(_index, range(2, 8))])
    _moved(world, run, "submit", world.staff)
    clock.put(first - timedelta(days=15), 10)
    _moved(world, run, "file", world.officer)
    clock.put(first, 8)
    _moved(world, run, "open", world.staff)
    people = list(Enrolment.objects.filter(class_run=run).order_by("pk").values_list("pk", flat=True))
    for number, session in enumerate(timed_sessions(run)):
        away = people[-1] if number == 1 else None
        states = {pk: AttendanceState.ABSENT if pk == away else AttendanceState.PRESENT for pk in people}
        about: dict[str, Any] = {"session_id": session.pk, "actor": world.second}
        clock.at = session.starts_at
        register_open(**about, at=clock.at)
        roster_enter(**about, states=states, reason="按纸质签到表录入", at=clock.forward(1200))
        clock.at = session.ends_at
        session_finish(**about, people=len(people) - (away is not None), at=clock.at)
    clock.put(wanted.ends_on, 17)
    run.refresh_from_db()
    seen = preview_digest(preview_of(run, at=clock.at))
    class_close(class_run_id=run.pk, seen=seen, actor=world.staff, at=clock.at)


def _open(world: World, version: CourseVersion) -> None:
    """Studied now: evenings from today on with the demonstration's teacher; its worker is in it."""
    clock, on = world.clock, world.on
    clock.put(on - timedelta(days=14), 9)
    wanted = Wanted(
        name="母婴护理员晚班（演示）",
        starts_on=on,
        ends_on=on + timedelta(days=45),
        teacher=0,
        hours=(time(19), time(21, 15)),
        weekdays=range(7),
        enrols_until=on + timedelta(days=2),
    )
    run = _prepared(world, version, wanted)
    if run is None:
        return
    _brought(world, run, map(_index, range(8, 13)))
    _moved(world, run, "submit", world.staff)
    clock.put(on - timedelta(days=8), 10)
    _moved(world, run, "file", world.officer)
    clock.put(on - timedelta(days=4), 20)
    user = user_by_phone(WORKER_PHONE)
    if user is not None:
        worker = Worker.objects.get(user=user)
        enrolment_create(class_run_id=run.pk, worker_id=worker.pk, actor=user, at=clock.at)
    clock.put(on, 8)
    _moved(world, run, "open", world.staff)


def _enrolling(world: World, version: CourseVersion) -> None:
    """Free seats in the evening, from the week after next."""
    clock, on = world.clock, world.on
    clock.put(on - timedelta(days=10), 9)
    first = on + timedelta(days=14)
    wanted = Wanted(
        name="病患陪护晚班（演示）",
        starts_on=first,
        ends_on=first + timedelta(days=30),
        teacher=1,
        hours=(time(18, 30), time(21, 30)),
        enrols_until=first - timedelta(days=2),
        is_elsewhere=True,
    )
    run = _prepared(world, version, wanted)
    if run is None:
        return
    _moved(world, run, "submit", world.staff)
    clock.put(on - timedelta(days=5), 10)
    _moved(world, run, "file", world.officer)


def _submitted(world: World, version: CourseVersion) -> None:
    """Waits for the officer of intake."""
    clock, on = world.clock, world.on
    clock.put(on - timedelta(days=1), 15)
    first = on + timedelta(days=21)
    wanted = Wanted("母婴护理员日班（演示）", first, first + timedelta(days=30), 2, (time(9), time(15)))
    run = _prepared(world, version, wanted)
    if run is None:
        return
    _brought(world, run, map(_index, range(13, 19)))
    _moved(world, run, "submit", world.staff)
