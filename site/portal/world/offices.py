"""Who works in the city: officers of the bureau, schools with their people and rooms, a body that assesses levels."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from random import Random
from typing import Any

from certifications.bodies import services as bodies
from certifications.bodies.models import AssessmentBody, Assessor
from certifications.bodies.rules import AssessorEntry, BodyFacts
from certifications.bodies.rules import ScopeLine as BodyLine
from certifications.bodies.states import BodyKind
from courses.catalogue.models import Occupation
from courses.content.models import CourseVersion
from courses.schools import services as schools
from courses.schools.models import Premises, School, Teacher
from courses.schools.rules import SchoolFacts
from courses.schools.services import PremisesEntry, QualificationEntry, ScopeLine, TeacherEntry
from courses.schools.states import PremisesKind, TeacherKind
from foundation.accounts.models import Organisation, User
from foundation.accounts.services import organisation_create, staff_account_open
from foundation.accounts.states import OrganisationKind, Role
from foundation.database import period
from portal.journey.courses import Authors, CourseText, course_published, package_open, practicals, school_page_shown
from portal.world.days import Days
from portal.world.people import CITY, NAMES, credit_code
from workers.identity import check_character

SINCE = timedelta(days=400)
BASIS = "演示数据"
SEATS = 50
OFFICERS = (
    ("year-intake-1", Role.OFFICER_INTAKE),
    ("year-intake-2", Role.OFFICER_INTAKE),
    ("year-intake-3", Role.OFFICER_INTAKE),
    ("year-review-1", Role.OFFICER_REVIEW),
    ("year-review-2", Role.OFFICER_REVIEW),
    ("year-finance-1", Role.OFFICER_FINANCE),
    ("year-finance-2", Role.OFFICER_FINANCE),
)
TRACKS = 3
ASSESSORS = 5
BODY = ("厦门家庭服务职业技能评价中心（演示）", "厦门家服评价", "990003")
BODY_SCOPE = (("4-10-01-06", (5, 4, 3)), ("4-10-01-02", (5, 4, 3)), ("4-10-01-05", (5, 4, 3)))


@dataclass(frozen=True)
class Bureau:
    """Officers who take turns: whoever filed at the counter does not decide, and who decided does not pay."""

    counter: User
    intakes: Sequence[User]
    reviews: Sequence[User]
    finances: Sequence[User]

    @property
    def moderator(self) -> User:
        return self.intakes[0]


@dataclass
class Track:
    """A teacher with a classroom and a workshop: one class after the other."""

    teacher: Teacher
    classroom: Premises
    workshop: Premises


@dataclass
class Campus:
    """A school at work."""

    school: School
    staff: User
    second: User
    district: str
    address: str
    tracks: list[Track] = field(default_factory=list)
    assessors: list[Assessor] = field(default_factory=list)
    courses: list[CourseVersion] = field(default_factory=list)
    test_days: set[date] = field(default_factory=set)


@dataclass
class Founder:
    """Opens offices before the year begins, and gives invented staff their names and numbers, each once."""

    random: Random
    days: Days
    admin: User
    at: datetime
    number: int = 0

    @property
    def since(self) -> date:
        return self.days.first - SINCE

    def name(self) -> str:
        return f"{self.random.choice(NAMES['family'])}{self.random.choice(NAMES['women'])}"

    def id_number(self) -> str:
        self.number += 1
        born = date(1966 + self.number % 25, 1 + self.number % 9, 1 + self.number // 25)
        first = f"350201{born:%Y%m%d}{700 + self.number % 99 * 2}"
        return first + check_character(first)

    def account(self, username: str, body: Organisation, role: Role) -> User:
        """Somebody who has worked there since before the year."""
        return staff_account_open(
            username=username,
            name=self.name(),
            organisation=body,
            role=role,
            effective=period(self.since),
            actor=self.admin,
            on=self.days.today,
        )


def bureau_staffed(founder: Founder, bureau: Organisation) -> Bureau:
    """The officers of the year."""
    opened = [founder.account(username, bureau, role) for username, role in OFFICERS]
    return Bureau(counter=opened[2], intakes=opened[:2], reviews=opened[3:5], finances=opened[5:])


def school_opened(founder: Founder, place: int, *, officer: User) -> Campus:
    """A school with its people, rooms and courses."""
    about = CITY["school"][place]
    organisation = organisation_create(
        name=about["name"],
        kind=OrganisationKind.SCHOOL,
        credit_code=credit_code(f"5235020000000{301 + place}0"),
        district_code=about["district"],
        actor=founder.admin,
    )
    staff, second = (
        founder.account(f"year-school-{place + 1}{letter}", organisation, Role.SCHOOL_STAFF) for letter in "ab"
    )
    facts = SchoolFacts(
        short_name=about["short"],
        address=f"厦门市{about['address']}",
        district_code=about["district"],
        contact_name=staff.name,
        contact_phone=f"1990000{991 + place:04d}",
        licence_number=f"示人社民 {about['district']}000{21 + place} 号",
        licensed_from=founder.since,
        licensed_until=founder.days.today + SINCE * 2,
    )
    school = schools.school_register(
        organisation_id=organisation.pk, facts=facts, basis=BASIS, actor=officer, at=founder.at
    )
    campus = Campus(school, staff, second, about["district"], about["address"])
    _people(founder, campus)
    _courses(founder, campus, about["packages"], officer=officer)
    return campus


def _people(founder: Founder, campus: Campus) -> None:
    """A teacher with two rooms for each track, and assessors who teach nobody."""
    about: dict[str, Any] = {"actor": campus.staff, "at": founder.at}
    since, school = founder.since, campus.school
    for track in range(1, TRACKS + 1):
        entry = TeacherEntry(
            name=founder.name(),
            kind=TeacherKind.FULL_TIME,
            starts_on=since,
            id_number=founder.id_number(),
            title="讲师",
            subjects="家政服务、护理",
        )
        teacher = schools.teacher_add(school_id=school.pk, entry=entry, **about)
        paper = QualificationEntry(name="职业培训师", starts_on=since, level="二级")
        schools.qualification_add(teacher_id=teacher.pk, entry=paper, **about)
        rooms = [
            schools.premises_add(
                school_id=school.pk,
                entry=PremisesEntry(name, kind, campus.address, campus.district, SEATS, since),
                **about,
            )
            for name, kind in (
                (f"{track}01 理论教室", PremisesKind.CLASSROOM),
                (f"{track}02 实训室", PremisesKind.WORKSHOP),
            )
        ]
        campus.tracks.append(Track(teacher, *rooms))
    for _place in range(ASSESSORS):
        line = AssessorEntry(name=founder.name(), starts_on=since, id_number=founder.id_number(), title="三级/高级工")
        campus.assessors.append(bodies.assessor_add(organisation_id=school.organisation_id, entry=line, **about))


def _courses(founder: Founder, campus: Campus, packages: Sequence[str], *, officer: User) -> None:
    """A course for each package, let through by the school's second person and the bureau."""
    school_page_shown(campus.school, officer=officer)
    for code in packages:
        package = package_open(code, on=founder.days.first)
        assert package is not None
        about = package.package
        schools.scope_grant(
            school_id=campus.school.pk,
            line=ScopeLine(about.occupation_id, about.work_type_id, about.level, about.kind),
            starts_on=package.effective.lower,
            ends_on=None,
            basis=BASIS,
            actor=officer,
            at=founder.at,
        )
        title = about.title.removesuffix("培训包")
        text = CourseText(
            slug=f"{code}-{campus.school.pk}",
            title=title,
            summary="到校上课，老师手把手教，学完参加考核。",
            lessons=practicals(package),
            fee_fen=80000 if about.level is None else 160000,
            fields={"mode": "offline"},
        )
        authors = Authors(campus.staff, campus.second, officer)
        campus.courses.append(course_published(school=campus.school, package=package, text=text, authors=authors))


def body_opened(founder: Founder, *, officer: User) -> tuple[AssessmentBody, User]:
    """The body that assesses levels all year, and who keeps its records."""
    (name, short_name, serial), days = BODY, founder.days
    organisation = organisation_create(
        name=name,
        kind=OrganisationKind.ASSESSMENT_BODY,
        credit_code=credit_code("52350200000000350"),
        district_code="350206",
        actor=founder.admin,
    )
    clerk = founder.account("year-body", organisation, Role.BODY_STAFF)
    since = date(days.first.year - 1, 1, 1)
    facts = BodyFacts(
        kind=BodyKind.SOCIAL.value,
        short_name=short_name,
        filing_number=f"厦人社评备示例 {days.first.year - 1}-03 号",
        filed_from=since,
        filed_until=date(days.today.year + 2, 12, 31),
        serial=serial,
        address="厦门市湖里区示例路 66 号",
        district_code="350206",
        contact_name=clerk.name,
        contact_phone="0592-0000013",
    )
    about: dict[str, Any] = {"actor": officer, "at": founder.at}
    body = bodies.body_register(organisation_id=organisation.pk, facts=facts, basis=facts.filing_number, **about)
    for code, levels in BODY_SCOPE:
        for level in levels:
            bodies.scope_grant(
                body_id=body.pk,
                line=BodyLine(Occupation.objects.get(code=code).pk, None, level),
                starts_on=since,
                ends_on=date(days.today.year + 1, 12, 31),
                basis=facts.filing_number,
                **about,
            )
    for year in sorted({days.first.year, days.today.year}):
        bodies.range_allot(body_id=body.pk, year=year, level=None, first=1, last=50_000, basis=BASIS, **about)
    return body, clerk
