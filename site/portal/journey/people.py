"""The invented school of the rehearsal with its people, and an officer of the bureau. Made once, found again later."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, time

from django.db.models import Q
from django.utils import timezone

from courses.catalogue.models import PackageVersion
from courses.classes.models import Session
from courses.classes.states import SessionState
from courses.schools.models import Premises, School, Teacher
from courses.schools.rules import SchoolFacts
from courses.schools.selectors import scope_covers
from courses.schools.services import (
    PremisesEntry,
    QualificationEntry,
    ScopeLine,
    TeacherEntry,
    premises_add,
    qualification_add,
    school_register,
    scope_grant,
    teacher_account_open,
    teacher_add,
)
from courses.schools.states import PremisesKind, TeacherKind
from foundation.accounts.models import Membership, Organisation, User
from foundation.accounts.services import organisation_create, staff_account_open
from foundation.accounts.states import OrganisationKind, Role
from foundation.database import in_force, period
from workers.identity import check_character

SINCE = date(2025, 1, 1)
BASIS = "流程演练登记"
SCHOOL = ("白鹭流程演练培训学校", "523502000000000199")
SURNAMES = "廖江柯方潘卢沈余傅龚"
DIGITS = "零一二三四五六七八九"
MOST_CREWS = 99
BUREAU = ("流程演练人力资源和社会保障局", "113502000000000199")


@dataclass(frozen=True)
class Cast:
    """Everybody who acts for the school and the bureau."""

    school: School
    staff: User
    second: User
    officer: User
    second_officer: User
    reviewer: User
    finance: User
    second_finance: User


@dataclass(frozen=True)
class Crew:
    """Who teaches a class, and where."""

    teacher: Teacher
    classroom: Premises
    workshop: Premises

    @property
    def user(self) -> User:
        assert self.teacher.user is not None
        return self.teacher.user


def crew_free(school: School, taken: Collection[int], *, seats: int, actor: User, since: date, until: date) -> Crew:
    """The first teacher with her two rooms whom no class has between two days; engaged when there is none yet.

    ``taken`` are the teachers of classes that have no sessions yet.
    """
    at = founded_at()
    for number in range(1, MOST_CREWS + 1):
        mark = "" if number == 1 else f" {number}"
        rounds, place = divmod(number - 1, len(SURNAMES))
        teacher = teacher_made(
            school,
            f"{SURNAMES[place]}老师{numeral(rounds + 1) if rounds else ''}",
            901 if number == 1 else 800 + number,
            username="journey-teacher" if number == 1 else f"journey-teacher-{number}",
            actor=actor,
            at=at,
        )
        room = premises_made(school, f"演练理论教室{mark}", PremisesKind.CLASSROOM, seats, actor=actor, at=at)
        workshop = premises_made(school, f"演练实训室{mark}", PremisesKind.WORKSHOP, seats, actor=actor, at=at)
        busy = Session.objects.filter(Q(teacher=teacher) | Q(premises__in=[room, workshop]))
        busy = busy.filter(starts_at__date__lte=until, ends_at__date__gte=since).exclude(state=SessionState.CANCELLED)
        held = Membership.objects.filter(in_force(since), user=teacher.user, role=Role.TEACHER)
        if teacher.pk not in taken and held.exists() and not busy.exists():
            return Crew(teacher, room, workshop)
    raise LookupError("every teacher of the rehearsal's school is busy")


def founded_at() -> datetime:
    """When the rehearsal's school began: before any day that is rehearsed."""
    return timezone.make_aware(datetime.combine(SINCE, time(9)))


def cast_find(package: PackageVersion, *, today: date) -> Cast:
    """The school, its people and the officer. ``today`` is the day on which accounts are opened in truth."""
    at = founded_at()
    admin = _administrator(today)
    bureau = Organisation.objects.filter(kind=OrganisationKind.BUREAU).order_by("pk").first() or _organisation(
        BUREAU, OrganisationKind.BUREAU
    )
    own = _organisation(SCHOOL, OrganisationKind.SCHOOL)
    officer = _account(("journey-officer", "苏受理"), bureau, Role.OFFICER_INTAKE, admin, today)
    second_officer = _account(("journey-officer-2", "曹受理"), bureau, Role.OFFICER_INTAKE, admin, today)
    reviewer = _account(("journey-reviewer", "戴复核"), bureau, Role.OFFICER_REVIEW, admin, today)
    finance = _account(("journey-finance", "范拨付"), bureau, Role.OFFICER_FINANCE, admin, today)
    second_finance = _account(("journey-finance-2", "方拨付"), bureau, Role.OFFICER_FINANCE, admin, today)
    staff = _account(("journey-school", "邱教务"), own, Role.SCHOOL_STAFF, admin, today)
    second = _account(("journey-school-2", "曾校长"), own, Role.SCHOOL_STAFF, admin, today)
    school = School.objects.filter(organisation=own).first() or school_register(
        organisation_id=own.pk, facts=_facts(), basis=BASIS, actor=officer, at=at
    )
    scope_made(school, package, actor=officer, at=at, basis=BASIS, since=SINCE)
    return Cast(school, staff, second, officer, second_officer, reviewer, finance, second_finance)


def _administrator(today: date) -> User:
    held = Membership.objects.filter(in_force(today), role=Role.ADMINISTRATOR, user__is_active=True)
    known = held.select_related("user").order_by("pk").first()
    if known is not None:
        return known.user
    bureau = _organisation(BUREAU, OrganisationKind.BUREAU)
    return staff_account_open(
        username="journey-admin",
        name="赖系统",
        organisation=bureau,
        role=Role.ADMINISTRATOR,
        effective=period(SINCE),
        actor=None,
        on=today,
    )


def _organisation(about: tuple[str, str], kind: OrganisationKind) -> Organisation:
    name, code = about
    return Organisation.objects.filter(name=name).first() or organisation_create(
        name=name, kind=kind, credit_code=_credit_code(code), district_code="350203", actor=None
    )


def _credit_code(stem: str) -> str:
    """The code with the check character of GB 32100."""
    letters = "0123456789ABCDEFGHJKLMNPQRTUWXY"
    rest = sum(letters.index(one) * pow(3, place, 31) for place, one in enumerate(stem[:17])) % 31
    return stem[:17] + letters[(31 - rest) % 31]


def _account(about: tuple[str, str], body: Organisation, role: Role, admin: User, today: date) -> User:
    username, name = about
    known = User.objects.filter(username=username).first()
    return known or staff_account_open(
        username=username,
        name=name,
        organisation=body,
        role=role,
        effective=period(SINCE),
        actor=admin,
        on=today,
    )


def _facts() -> SchoolFacts:
    return SchoolFacts(
        short_name="白鹭演练",
        address="厦门市思明区演练路 1 号",
        district_code="350203",
        contact_name="邱教务",
        contact_phone="19900009901",
        licence_number="人社民3502034000099号",
        licensed_from=SINCE,
    )


def scope_made(school: School, package: PackageVersion, *, actor: User, at: datetime, basis: str, since: date) -> None:
    """The school may train what the package trains, from a day on."""
    about = package.package
    line = ScopeLine(about.occupation_id, about.work_type_id, about.level, about.kind)
    covered = scope_covers(
        school,
        occupation_id=about.occupation_id,
        work_type_id=about.work_type_id,
        level=about.level,
        kind=about.kind,
        on=max(since, package.effective.lower),
    )
    if covered is None:
        starts_on = max(since, package.effective.lower)
        scope_grant(school_id=school.pk, line=line, starts_on=starts_on, ends_on=None, basis=basis, actor=actor, at=at)


def teacher_made(
    school: School, name: str, number: int, *, actor: User, at: datetime, username: str = "", since: date = SINCE
) -> Teacher:
    """A teacher with a paper that holds for every occupation, and an account when a user name is given."""
    known = Teacher.objects.filter(school=school, name=name).first()
    if known is not None:
        return known
    entry = TeacherEntry(
        name=name, kind=TeacherKind.FULL_TIME, starts_on=since, id_number=id_number_of(number), subjects="母婴护理"
    )
    teacher = teacher_add(school_id=school.pk, entry=entry, actor=actor, at=at)
    paper = QualificationEntry(name="职业培训师", starts_on=since, level="二级")
    qualification_add(teacher_id=teacher.pk, entry=paper, actor=actor, at=at)
    if username:
        teacher, _password = teacher_account_open(teacher_id=teacher.pk, username=username, actor=actor, at=at)
    return teacher


def premises_made(
    school: School,
    name: str,
    kind: PremisesKind,
    seats: int,
    *,
    actor: User,
    at: datetime,
    district: str = "350203",
    since: date = SINCE,
) -> Premises:
    known = Premises.objects.filter(school=school, name=name).first()
    entry = PremisesEntry(name, kind, f"厦门市示例路 {len(name)} 号", district, seats, since)
    return known or premises_add(school_id=school.pk, entry=entry, actor=actor, at=at)


def numeral(number: int) -> str:
    """A number under a hundred as it stands in a name: ``23`` → ``二十三``."""
    tens, ones = divmod(number, 10)
    head = f"{DIGITS[tens] if tens > 1 else ''}十" if tens else ""
    return head + (DIGITS[ones] if ones or not tens else "")


def id_number_of(number: int) -> str:
    """An invented person's number: the area code belongs to nobody."""
    first = f"35020119800101{number:03d}"
    return first + check_character(first)
