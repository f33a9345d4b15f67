"""An invented school in the register, and an application of it that waits. Loading twice changes nothing."""

from dataclasses import replace
from datetime import date, datetime, time, timedelta

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.utils import timezone

from courses.catalogue.models import Occupation
from courses.catalogue.states import TrainingKind
from courses.schools import services
from courses.schools.models import School, SchoolApplication
from courses.schools.rules import SchoolFacts
from courses.schools.selectors import accounts_to_link
from courses.schools.services import PremisesEntry, QualificationEntry, ScopeLine, TeacherEntry
from courses.schools.states import ApplicationKind, PaperKind, PremisesKind, TeacherKind
from foundation.accounts.models import Membership, Organisation, User
from foundation.accounts.states import OrganisationKind, Role
from workers.identity import check_character

PAPER = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\nstartxref\n0\n%%EOF\n"
LEVELS = [("4-10-01-06", 5), ("4-10-01-06", 4), ("4-10-01-02", 5), ("4-10-01-02", 4)]
# name, days until her paper ends (0: never), full time
TEACHERS = [("黄老师", 0, True), ("林示例", 40, True), ("苏示例", 400, False)]


@transaction.atomic
def demo_schools_load(*, on: date, officer: User) -> School | None:
    """Register the demonstration's school. ``officer`` is one of intake; nothing without a school's account."""
    organisation = Organisation.objects.filter(kind=OrganisationKind.SCHOOL).order_by("pk").first()
    held = Membership.objects.filter(organisation=organisation, role=Role.SCHOOL_STAFF).select_related("user").first()
    if organisation is None or held is None:
        return None
    known = School.objects.filter(organisation=organisation).first()
    if known is not None:
        return known
    at = timezone.make_aware(datetime.combine(on, time(9)))
    facts = SchoolFacts(
        short_name="鹭岛家政",
        address="厦门市思明区示例路 1 号",
        district_code="350203",
        contact_name="李教务",
        contact_phone="0592-0000000",
        licence_number="示人社民 3502030000001 号",
        licensed_from=date(on.year - 1, 1, 1),
        licensed_until=date(on.year + 2, 12, 31),
    )
    school = services.school_register(
        organisation_id=organisation.pk, facts=facts, basis="演示数据", actor=officer, at=at
    )
    for code, level in LEVELS:
        services.scope_grant(
            school_id=school.pk,
            line=ScopeLine(Occupation.objects.get(code=code).pk, None, level, TrainingKind.LEVEL),
            starts_on=date(on.year - 1, 1, 1),
            ends_on=date(on.year + 1, 12, 31),
            basis="演示数据",
            actor=officer,
            at=at,
        )
    _rooms(school, on, held.user, at)
    _teachers(school, on, held.user, at)
    _application(school, on, held.user, at)
    return school


def _rooms(school: School, on: date, clerk: User, at: datetime) -> None:
    room = PremisesEntry(
        "301 理论教室", PremisesKind.CLASSROOM, "思明区示例路 1 号 3 楼", "350203", 50, date(on.year - 1, 1, 1)
    )
    lease = on + timedelta(days=50)
    workshop = replace(room, name="母婴护理实训室", kind=PremisesKind.WORKSHOP, seats=24, ends_on=lease)
    island = replace(room, name="湖里校区 201 教室", address="湖里区示例路 2 号", district_code="350206", seats=36)
    for entry in (room, workshop, island):
        services.premises_add(school_id=school.pk, entry=entry, actor=clerk, at=at)


def _teachers(school: School, on: date, clerk: User, at: datetime) -> None:
    for place, (name, ends_in, is_full_time) in enumerate(TEACHERS):
        first = f"350201{1975 + place}0605{902 + place * 2:03d}"
        entry = TeacherEntry(
            name=name,
            kind=TeacherKind.FULL_TIME if is_full_time else TeacherKind.PART_TIME,
            starts_on=date(on.year - 1, 3, 1),
            id_number=first + check_character(first),
            title="讲师" if is_full_time else "",
            subjects="母婴护理、婴幼儿照护",
        )
        teacher = services.teacher_add(school_id=school.pk, entry=entry, actor=clerk, at=at)
        for code in ("4-10-01-06", "4-10-01-02"):
            occupation = Occupation.objects.get(code=code)
            paper = QualificationEntry(
                name=f"{occupation.name}职业技能等级证书",
                level="三级/高级工",
                starts_on=date(on.year - 3, 1, 1),
                occupation_id=occupation.pk,
                ends_on=on + timedelta(days=ends_in) if ends_in else None,
            )
            services.qualification_add(teacher_id=teacher.pk, entry=paper, actor=clerk, at=at)
        account = accounts_to_link(school).filter(name=name).first()
        if account is not None:
            services.teacher_account_link(teacher_id=teacher.pk, user_id=account.pk, actor=clerk, at=at)


def _application(school: School, on: date, clerk: User, at: datetime) -> SchoolApplication:
    """A wish for more scope, handed in."""
    draft = services.application_start(
        organisation_id=school.organisation_id, kind=ApplicationKind.SCOPE, actor=clerk, at=at
    )
    days = {"scope_from": (on + timedelta(days=30)).isoformat(), "scope_until": f"{on.year + 1}-12-31"}
    services.application_answers_save(application_id=draft.pk, answers=days, actor=clerk, at=at)
    line = ScopeLine(Occupation.objects.get(code="4-10-01-06").pk, None, 3, TrainingKind.LEVEL)
    services.application_scope_add(application_id=draft.pk, line=line, actor=clerk, at=at)
    upload = SimpleUploadedFile("设施设备清单.pdf", PAPER)
    services.application_paper_add(application_id=draft.pk, kind=PaperKind.EQUIPMENT, upload=upload, actor=clerk, at=at)
    return services.application_submit(application_id=draft.pk, actor=clerk, at=at)
