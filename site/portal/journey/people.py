"""The invented school of the rehearsal with its people, and an officer of the bureau. Made once, found again later."""

from dataclasses import dataclass
from datetime import date, datetime

from courses.catalogue.models import PackageVersion
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
BUREAU = ("流程演练人力资源和社会保障局", "113502000000000199")


@dataclass(frozen=True)
class Cast:
    """Everybody who acts for the school and the bureau."""

    school: School
    staff: User
    second: User
    teacher: Teacher
    officer: User
    second_officer: User
    reviewer: User
    finance: User
    second_finance: User
    classroom: Premises
    workshop: Premises

    @property
    def teacher_user(self) -> User:
        assert self.teacher.user is not None
        return self.teacher.user


def cast_find(package: PackageVersion, *, seats: int, at: datetime, today: date) -> Cast:
    """The school, its people and the officer. ``today`` is the day on which accounts are opened in truth."""
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
    teacher = teacher_made(school, "廖老师", 901, username="journey-teacher", actor=staff, at=at)
    room = premises_made(school, "演练理论教室", PremisesKind.CLASSROOM, seats, actor=staff, at=at)
    workshop = premises_made(school, "演练实训室", PremisesKind.WORKSHOP, seats, actor=staff, at=at)
    return Cast(
        school, staff, second, teacher, officer, second_officer, reviewer, finance, second_finance, room, workshop
    )


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


def id_number_of(number: int) -> str:
    """An invented person's number: the area code belongs to nobody."""
    first = f"35020119800101{number:03d}"
    return first + check_character(first)
