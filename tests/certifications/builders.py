"""Assessment bodies, their people and assessors: only what matters is passed in.

Rows are written straight into the tables, so that a test of one app does not depend on the services of another.
"""

from datetime import date
from itertools import count
from typing import Any

from certifications.bodies.models import AssessmentBody, Assessor, AssessorQualification, BodyScope, NumberRange
from certifications.bodies.states import BodyKind
from courses.catalogue.models import Occupation, OccupationLevel, WorkType
from foundation.accounts.models import Membership, Organisation, User
from foundation.accounts.services import groups_sync
from foundation.accounts.states import OrganisationKind, Role
from foundation.database import period
from foundation.policy.states import Provenance
from tests.courses.builders import SINCE, an_occupation
from tests.workers.builders import NOW, TODAY, an_id_number

_numbers = count(1)


def a_body_organisation(name: str = "") -> Organisation:
    """An assessment body among the organisations, not in the register yet."""
    n = next(_numbers)
    return Organisation.objects.create(
        kind=OrganisationKind.ASSESSMENT_BODY,
        name=name or f"示例评价机构{n}",
        credit_code=f"52350200MJP{n:06d}X",
        district_code="350203",
    )


def a_body(*, name: str = "", organisation: Organisation | None = None, **fields: Any) -> AssessmentBody:
    """A social body in the register whose filing runs; no scope and no numbers yet."""
    n = next(_numbers)
    given = {
        "kind": BodyKind.SOCIAL,
        "short_name": f"示例{n}",
        "filing_number": f"厦评备示例{n:04d}号",
        "filed": period(SINCE),
        "serial": f"99{n:04d}",
        "address": "厦门市思明区示例路 9 号",
        "district_code": "350203",
        "contact_name": "吴主任",
        "contact_phone": "0592-0000009",
        "registered_on": SINCE,
    }
    return AssessmentBody.objects.create(organisation=organisation or a_body_organisation(name), **(given | fields))


def an_insider(organisation: Organisation, role: Role, name: str = "吴示例") -> User:
    """Somebody who holds a role in an organisation, with her groups."""
    user = User.objects.create(username=f"{role.value}-{next(_numbers)}-p", name=name)
    Membership.objects.create(user=user, organisation=organisation, role=role, effective=period(SINCE))
    groups_sync(user=user, on=TODAY)
    return User.objects.get(pk=user.pk)


def body_staff(body: AssessmentBody) -> User:
    """Somebody who works for a body."""
    return an_insider(body.organisation, Role.BODY_STAFF)


def an_occupation_with(
    *levels: int, work_type: WorkType | None = None, occupation: Occupation | None = None
) -> Occupation:
    """家政服务员, or another occupation, with these levels in its standard."""
    occupation = occupation or an_occupation()
    for level in levels:
        OccupationLevel.objects.get_or_create(
            occupation=occupation,
            work_type=work_type,
            level=level,
            defaults={"effective": period(date(2019, 1, 1)), "source": "示例", "provenance": Provenance.PLATFORM},
        )
    return occupation


def a_body_scope(body: AssessmentBody, *, level: int = 5, **fields: Any) -> BodyScope:
    """A line of what the body may assess, since its filing; the occupation's standard has the level."""
    occupation = fields.pop("occupation", None)
    work_type = fields.get("work_type")
    occupation = an_occupation_with(level, work_type=work_type, occupation=occupation)
    given = {"occupation": occupation, "level": level, "effective": period(SINCE), "basis": "示例", "granted_at": NOW}
    return BodyScope.objects.create(body=body, **(given | fields))


def a_number_range(body: AssessmentBody, *, year: int = 2026, **fields: Any) -> NumberRange:
    """Serial numbers 1 to 1000 of a year for every level, unless said otherwise."""
    given = {"first": 1, "last": 1000, "basis": "示例", "granted_at": NOW}
    return NumberRange.objects.create(body=body, year=year, **(given | fields))


def an_assessor(
    organisation: Organisation, *, name: str = "郑考评", id_number: str = "", qualified: bool = True, **fields: Any
) -> Assessor:
    """Somebody who assesses for a body or a school since long ago, everything unless ``qualified`` is false."""
    number = id_number or an_id_number(born=date(1970, 3, 4), sequence=next(_numbers) % 1000)
    given = {"engaged": period(SINCE)}
    assessor = Assessor.objects.create(organisation=organisation, name=name, id_number=number, **(given | fields))
    if qualified:
        a_qualification(assessor)
    return assessor


def a_qualification(assessor: Assessor, **fields: Any) -> AssessorQualification:
    """A qualification for every occupation and level, valid since long ago."""
    return AssessorQualification.objects.create(assessor=assessor, **({"valid": period(SINCE)} | fields))


def assessor_account(assessor: Assessor) -> User:
    """An account of the assessor's, with the role in her organisation."""
    user = an_insider(assessor.organisation, Role.ASSESSOR, assessor.name)
    assessor.user = user
    assessor.save(update_fields=["user"])
    return user
