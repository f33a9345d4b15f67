"""A school body that is not registered yet, and applications of it: only what matters is passed in."""

from datetime import date
from itertools import count
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from courses.catalogue.models import Occupation, OccupationLevel, WorkType
from courses.catalogue.states import TrainingKind
from courses.schools import services
from courses.schools.models import SchoolApplication
from courses.schools.services import ScopeLine
from courses.schools.states import ApplicationKind, PaperKind
from foundation.accounts.models import Membership, Organisation, User
from foundation.accounts.services import groups_sync
from foundation.accounts.states import OrganisationKind, Role
from foundation.database import period
from foundation.policy.states import Provenance
from tests.courses.builders import SINCE, an_occupation
from tests.workers.builders import NOW, TODAY

_numbers = count(1)
PDF = b"%PDF-1.4\n1 0 obj<<>>endobj\nstartxref\n0\n%%EOF\n"
ANSWERS = {
    "short_name": "鹭岛家政",
    "address": "示例路 1 号",
    "district_code": "350203",
    "contact_name": "陈主任",
    "contact_phone": "0592-0000000",
    "licence_number": "人社民3502004000001号",
    "licensed_from": "2026-01-01",
    "licensed_until": "2029年12月31日",
    "scope_from": "2026-12-01",
    "scope_until": "2028-11-30",
    "note": "",
}


def a_body() -> Organisation:
    n = next(_numbers)
    return Organisation.objects.create(
        kind=OrganisationKind.SCHOOL, name=f"新办培训学校{n}", credit_code=f"52350200MJB{n:06d}X"
    )


def staff_of(organisation: Organisation, role: Role = Role.SCHOOL_STAFF) -> User:
    user = User.objects.create(username=f"{role.value}-{next(_numbers)}-b", name="李教务")
    Membership.objects.create(user=user, organisation=organisation, role=role, effective=period(SINCE))
    groups_sync(user=user, on=TODAY)
    return User.objects.get(pk=user.pk)


def levels(*numbers: int, work_type: WorkType | None = None) -> Occupation:
    """家政服务员 with these levels in its standard."""
    occupation = an_occupation()
    for number in numbers:
        OccupationLevel.objects.get_or_create(
            occupation=occupation,
            work_type=work_type,
            level=number,
            defaults={"effective": period(date(2019, 1, 1)), "source": "示例", "provenance": Provenance.PLATFORM},
        )
    return occupation


def a_line(level: int = 5) -> ScopeLine:
    return ScopeLine(levels(level).pk, None, level, TrainingKind.LEVEL)


def a_paper(name: str = "许可证.pdf", content: bytes = PDF) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def a_draft(
    organisation: Organisation | None = None,
    kind: ApplicationKind = ApplicationKind.REGISTRATION,
    actor: User | None = None,
) -> SchoolApplication:
    organisation = organisation or a_body()
    actor = actor or staff_of(organisation)
    return services.application_start(organisation_id=organisation.pk, kind=kind, actor=actor, at=NOW)


def filled(draft: SchoolApplication, **answers: Any) -> SchoolApplication:
    """Everything a submission needs."""
    act: dict[str, Any] = {"application_id": draft.pk, "actor": draft.started_by, "at": NOW}
    services.application_answers_save(answers=ANSWERS | answers, **act)
    if draft.kind in {ApplicationKind.REGISTRATION, ApplicationKind.SCOPE}:
        services.application_scope_add(line=a_line(), **act)
    if draft.kind != ApplicationKind.SCOPE:
        for kind in (PaperKind.LICENCE, PaperKind.BODY, PaperKind.PREMISES):
            services.application_paper_add(kind=kind, upload=a_paper(), **act)
    draft.refresh_from_db()
    return draft


def submitted(draft: SchoolApplication | None = None, **answers: Any) -> SchoolApplication:
    draft = filled(draft or a_draft(), **answers)
    return services.application_submit(application_id=draft.pk, actor=draft.started_by, at=NOW)
