"""Two invented assessment bodies with scope, numbers, assessors; a school's own. Loading twice changes nothing."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from certifications.bodies import services
from certifications.bodies.models import AssessmentBody, Assessor
from certifications.bodies.rules import AssessorEntry, BodyFacts, QualificationEntry, ScopeLine
from certifications.bodies.selectors import accounts_to_link
from certifications.bodies.states import BodyKind
from courses.catalogue.models import Occupation, WorkType
from courses.schools.models import School
from foundation.accounts.models import Membership, Organisation, User
from foundation.accounts.services import organisation_create, staff_account_open
from foundation.accounts.states import OrganisationKind, Role
from foundation.database import period
from workers.identity import check_character

BASIS = "演示数据"
HOME, CHILD, ELDERLY = "4-10-01-06", "4-10-01-02", "4-10-01-05"
EMPLOYER = ("厦门示例家政服务有限公司（演示）", "91350200MA0TE0099E")
# What each body may assess: occupation, work type, level.
SOCIAL_SCOPE = [(HOME, "", level) for level in (5, 4, 3, 2)] + [
    (code, "", level) for code in (CHILD, ELDERLY) for level in (5, 4, 3)
]
EMPLOYER_SCOPE = [(HOME, "母婴护理员", 5), (HOME, "母婴护理员", 4)]
# name, days until her qualification ends, highest level
SOCIAL_ASSESSORS = [("蔡考评", 700, 2), ("方示例", 700, 2), ("洪示例", 400, 3), ("施示例", 40, 3), ("柯示例", 400, 4)]
EMPLOYER_ASSESSORS = [("江示例", 400, 3), ("董示例", 400, 4), ("卢示例", 400, 4)]
SCHOOL_ASSESSORS = [("洪考评", 400, 3), ("石示例", 400, 3), ("白示例", 400, 3)]


@dataclass(frozen=True)
class Keeper:
    """Who enters what, and when."""

    officer: User
    on: date
    at: datetime

    def acting(self, user: User | None = None) -> dict[str, Any]:
        return {"actor": user or self.officer, "at": self.at}


@transaction.atomic
def demo_bodies_load(*, on: date) -> list[AssessmentBody]:
    """Register the demonstration's bodies and the assessors of its school; nothing without the demo accounts."""
    if AssessmentBody.objects.exists():
        return list(AssessmentBody.objects.order_by("pk"))
    officer = User.objects.filter(username="intake").first()
    held = Membership.objects.filter(role=Role.BODY_STAFF).select_related("user", "organisation").first()
    if officer is None or held is None or held.organisation is None:
        return []
    keeper = Keeper(officer, on, timezone.make_aware(datetime.combine(on, time(9))))
    social = _body(keeper, held.organisation, BodyKind.SOCIAL, short_name="鹭江评价", serial="990001", place=1)
    _scopes(keeper, social, SOCIAL_SCOPE)
    _ranges(keeper, social, [(None, 1, 20_000)])
    _assessors(keeper, social.organisation, held.user, SOCIAL_ASSESSORS, 1)
    employer = _body(keeper, _employer(), BodyKind.EMPLOYER, short_name="示例家政", serial="990002", place=2)
    clerk = _employer_clerk(keeper, employer.organisation)
    _scopes(keeper, employer, EMPLOYER_SCOPE)
    _ranges(keeper, employer, [(5, 1, 500), (4, 1, 300)])
    _assessors(keeper, employer.organisation, clerk, EMPLOYER_ASSESSORS, 21)
    _school_assessors(keeper)
    return [social, employer]


def _body(
    keeper: Keeper, organisation: Organisation, kind: BodyKind, *, short_name: str, serial: str, place: int
) -> AssessmentBody:
    year = keeper.on.year
    facts = BodyFacts(
        kind=kind.value,
        short_name=short_name,
        filing_number=f"厦人社评备示例 {year - 1}-0{place} 号",
        filed_from=date(year - 1, 1, 1),
        filed_until=date(year + 2, 12, 31),
        serial=serial,
        address=f"厦门市湖里区示例路 {place}8 号",
        district_code="350206",
        contact_name="吴评价" if kind is BodyKind.SOCIAL else "江示例",
        contact_phone=f"0592-000001{place}",
    )
    return services.body_register(
        organisation_id=organisation.pk, facts=facts, basis=facts.filing_number, **keeper.acting()
    )


def _employer() -> Organisation:
    name, credit_code = EMPLOYER
    return Organisation.objects.filter(credit_code=credit_code).first() or organisation_create(
        name=name,
        kind=OrganisationKind.ASSESSMENT_BODY,
        credit_code=credit_code,
        district_code="350206",
        actor=None,
    )


def _employer_clerk(keeper: Keeper, organisation: Organisation) -> User:
    """Nobody signs in as her: the demonstration's accounts are those of the social body."""
    return User.objects.filter(username="body2").first() or staff_account_open(
        username="body2",
        name="江示例",
        organisation=organisation,
        role=Role.BODY_STAFF,
        effective=period(keeper.on),
        actor=User.objects.get(username="admin"),
        on=keeper.on,
    )


def _scopes(keeper: Keeper, body: AssessmentBody, lines: list[tuple[str, str, int]]) -> None:
    for code, work_type, level in lines:
        occupation = Occupation.objects.get(code=code)
        kind = WorkType.objects.get(occupation=occupation, name=work_type) if work_type else None
        services.scope_grant(
            body_id=body.pk,
            line=ScopeLine(occupation.pk, kind.pk if kind else None, level),
            starts_on=date(keeper.on.year - 1, 1, 1),
            ends_on=date(keeper.on.year + 1, 12, 31),
            basis=body.filing_number,
            **keeper.acting(),
        )


def _ranges(keeper: Keeper, body: AssessmentBody, lines: list[tuple[int | None, int, int]]) -> None:
    for year in (keeper.on.year - 1, keeper.on.year, keeper.on.year + 1):
        for level, first, last in lines:
            services.range_allot(
                body_id=body.pk, year=year, level=level, first=first, last=last, basis=BASIS, **keeper.acting()
            )


def _assessors(
    keeper: Keeper, organisation: Organisation, clerk: User, people: list[tuple[str, int, int]], place: int
) -> None:
    for count, (name, ends_in, highest) in enumerate(people, start=place):
        first = f"350201{1968 + count % 20}0718{700 + count * 2:03d}"
        entry = AssessorEntry(
            name=name,
            starts_on=date(keeper.on.year - 1, 1, 1),
            id_number=first + check_character(first),
            card_number=f"示考评{count:04d}",
            title="高级讲师" if highest < 4 else "技师",
        )
        assessor = services.assessor_add(organisation_id=organisation.pk, entry=entry, **keeper.acting(clerk))
        for code in (HOME, CHILD, ELDERLY):
            paper = QualificationEntry(
                starts_on=date(keeper.on.year - 2, 1, 1),
                occupation_id=Occupation.objects.get(code=code).pk,
                # 育婴员 ends at level three.
                highest_level=max(highest, 3) if code == CHILD else highest,
                ends_on=keeper.on + timedelta(days=ends_in),
            )
            services.assessor_qualification_add(assessor_id=assessor.pk, entry=paper, **keeper.acting(clerk))
        _link(keeper, assessor, clerk)


def _link(keeper: Keeper, assessor: Assessor, clerk: User) -> None:
    """The account of the demonstration that bears her name is hers."""
    account = accounts_to_link(assessor.organisation).filter(name=assessor.name).first()
    if account is not None:
        services.assessor_account_link(assessor_id=assessor.pk, user_id=account.pk, **keeper.acting(clerk))


def _school_assessors(keeper: Keeper) -> None:
    """A school that tests its own classes keeps assessors too: people who do not teach there."""
    school = School.objects.select_related("organisation").order_by("pk").first()
    if school is None:
        return
    held = Membership.objects.filter(organisation=school.organisation, role=Role.SCHOOL_STAFF).select_related("user")
    clerk = held.order_by("pk").first()
    if clerk is not None:
        _assessors(keeper, school.organisation, clerk.user, SCHOOL_ASSESSORS, 41)
