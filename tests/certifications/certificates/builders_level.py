"""A filed body with its scope and numbers, people, and certificates of theirs: only what matters is passed in."""

import io
from datetime import date, timedelta
from decimal import Decimal
from itertools import count
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from certifications.bodies.models import AssessmentBody, BodyScope, NumberRange
from certifications.certificates.level_facts import LevelEntry
from certifications.plans.models import AssessmentPlan, Candidate
from certifications.plans.states import PlanKind, PlanState
from certifications.scoring.models import Result
from courses.catalogue.models import Occupation, OccupationLevel, WorkType
from foundation.accounts.models import Membership, Organisation, User
from foundation.accounts.services import groups_sync
from foundation.accounts.states import OrganisationKind, Role
from foundation.database import period
from foundation.policy.states import Provenance
from tests.courses.builders import an_occupation
from tests.workers.builders import NOW, TODAY
from workers.models import Worker

SINCE = date(2020, 1, 1)
ISSUED = date(2026, 10, 8)
_numbers = count(1)


def a_body(*, serial: str = "990001", kind: str = "S", name: str = "", **fields: Any) -> AssessmentBody:
    """A social body of Fujian, filed since 2020, with all serials of 2026; no scope yet (``a_body_scope``)."""
    n = next(_numbers)
    organisation = Organisation.objects.create(
        kind=OrganisationKind.ASSESSMENT_BODY, name=name or f"示例评价中心{n}", credit_code=f"52350200MJB{n:06d}X"
    )
    given = {
        "short_name": f"评价{n}",
        "filing_number": f"闽备{n:06d}",
        "filed": period(SINCE),
        "serial": serial,
        "address": "厦门市思明区示例路 2 号",
        "district_code": "350203",
        "contact_name": "黄主任",
        "contact_phone": "0592-0000000",
        "registered_on": SINCE,
    }
    body = AssessmentBody.objects.create(organisation=organisation, kind=kind, **(given | fields))
    NumberRange.objects.create(
        body=body, year=2026, first=1, last=500_000, basis="示例", granted_by=None, granted_at=NOW
    )
    return body


def body_staff(body: AssessmentBody) -> User:
    user = User.objects.create(username=f"body-{next(_numbers)}", name="黄评价")
    Membership.objects.create(user=user, organisation=body.organisation, role=Role.BODY_STAFF, effective=period(SINCE))
    groups_sync(user=user, on=TODAY)
    return User.objects.get(pk=user.pk)


def housekeeping() -> tuple[Occupation, WorkType]:
    """家政服务员 with two work types at 五 to 三 and an unsplit 二级, as in the standard of 2019."""
    occupation = an_occupation()
    types = [
        WorkType.objects.get_or_create(occupation=occupation, name=name)[0] for name in ("母婴护理员", "家务服务员")
    ]
    for work_type, levels in ((types[0], (5, 4, 3)), (types[1], (5, 4, 3)), (None, (2,))):
        for level in levels:
            OccupationLevel.objects.get_or_create(
                occupation=occupation,
                work_type=work_type,
                level=level,
                defaults={
                    "effective": period(date(2019, 1, 1)), "source": "示例", "provenance": Provenance.PLATFORM,
                },
            )  # fmt: skip
    return occupation, types[0]


def a_body_scope(body: AssessmentBody, *, levels: tuple[int, ...] = (5, 4, 3), until: date | None = None) -> None:
    """The body may assess 家政服务员 at these levels, every work type."""
    occupation, _work_type = housekeeping()
    for level in levels:
        BodyScope.objects.create(
            body=body, occupation=occupation, level=level, effective=period(SINCE, until), basis="示例",
            granted_by=None, granted_at=NOW,
        )  # fmt: skip


def an_entry(worker: Worker, **changes: Any) -> LevelEntry:
    """母婴护理员 五级 of 8 October 2026, number 1 of body 990001."""
    given = {
        "number": "S000035990001265000001",
        "name": worker.name,
        "id_number": worker.id_number,
        "occupation": "家政服务员",
        "work_type": "母婴护理员",
        "level": 5,
        "issued_on": ISSUED,
        "theory": Decimal("78"),
        "practical": Decimal("85.5"),
    }
    return LevelEntry(**(given | changes))


def a_final_result(
    body: AssessmentBody, worker: Worker, *, outcome: str = "passed", state: str = PlanState.FINAL, **fields: Any
) -> Result:
    """What an assessment of 母婴护理员 五级 by the body said of her."""
    occupation, work_type = housekeeping()
    n = next(_numbers)
    plan = AssessmentPlan.objects.create(
        number=f"P{n:06d}", kind=PlanKind.LEVEL, organisation=body.organisation, body=body, title="示例认定",
        occupation=occupation, work_type=work_type, level=5, state=state, seats=30, published_at=NOW,
        appeal_until=TODAY - timedelta(days=1), created_at=NOW,
    )  # fmt: skip
    candidate = Candidate.objects.create(plan=plan, worker=worker, ticket_number=f"T{n:06d}", admitted_at=NOW)
    given = {"marks": {"theory": "78", "practical": "85.5"}, "criterion": {}, "checks": [], "at": NOW}
    return Result.objects.create(candidate=candidate, outcome=outcome, judged_by=body_staff(body), **(given | fields))


def a_photo(name: str = "paper.jpg") -> SimpleUploadedFile:
    out = io.BytesIO()
    Image.new("RGB", (400, 560), "white").save(out, "JPEG")
    return SimpleUploadedFile(name, out.getvalue(), content_type="image/jpeg")
