"""Invented schools, packages, courses, class runs and people in them: only what matters is passed in.

Rows are written straight into the tables, so that a test of one app does not depend on the services of another.
"""

import uuid
from datetime import date, timedelta
from itertools import count
from typing import Any

from wagtail.models import Page

from courses.catalogue.models import (
    Occupation,
    PackageModule,
    PackageUnit,
    PackageVersion,
    TrainingPackage,
    WorkType,
)
from courses.catalogue.states import PackageStatus, SkillLevel, SkillNature, TrainingKind
from courses.classes.models import ClassRun, Enrolment
from courses.classes.states import SEATED, ClassState, EnrolmentSource, EnrolmentState
from courses.content.models import CoursePage, CourseVersion, Lesson
from courses.content.states import CourseMode, LessonKind
from courses.schools.models import School, SchoolScope
from courses.schools.states import SchoolState
from foundation.accounts.models import Membership, Organisation, User
from foundation.accounts.services import groups_sync
from foundation.accounts.states import OrganisationKind, Role
from foundation.database import period
from foundation.policy.states import Provenance
from tests.workers.builders import NOW, TODAY, a_worker
from workers.models import Worker

SINCE = date(2020, 1, 1)
_numbers = count(1)

# code, theory hours, practice hours, online allowed
Unit = tuple[str, float, float, bool]
UNITS: tuple[Unit, ...] = (("yy-01", 2, 0, True), ("yy-02", 2, 0, True), ("yy-03", 0, 4, False))


def a_school(*, name: str = "", organisation: Organisation | None = None, **fields: Any) -> School:
    """A school in the register with a licence in force; no scope yet (``a_scope``)."""
    n = next(_numbers)
    organisation = organisation or Organisation.objects.create(
        kind=OrganisationKind.SCHOOL, name=name or f"示例培训学校{n}", credit_code=f"52350200MJC{n:06d}X"
    )
    given = {
        "short_name": f"示例{n}",
        "licence_number": f"人社民3502004{n:06d}号",
        "licensed": period(SINCE),
        "address": "厦门市思明区示例路 1 号",
        "district_code": "350203",
        "contact_name": "陈主任",
        "contact_phone": "0592-0000000",
        "state": SchoolState.ACTIVE,
        "registered_on": SINCE,
    }
    return School.objects.create(organisation=organisation, **(given | fields))


def school_staff(school: School, *, role: Role = Role.SCHOOL_STAFF) -> User:
    """Somebody who works for a school, with her groups in the page editor."""
    user = User.objects.create(username=f"{role.value}-{next(_numbers)}-s", name="陈校")
    Membership.objects.create(user=user, organisation=school.organisation, role=role, effective=period(SINCE))
    groups_sync(user=user, on=TODAY)
    return User.objects.get(pk=user.pk)


def an_occupation(
    *, code: str = "4-10-01-06", name: str = "家政服务员", nature: SkillNature = SkillNature.PRACTICAL
) -> Occupation:
    given = {"name": name, "nature": nature, "source": "示例", "provenance": Provenance.PLATFORM}
    return Occupation.objects.get_or_create(code=code, defaults=given)[0]


def a_package_version(
    *,
    occupation: Occupation | None = None,
    work_type: str = "母婴护理员",
    level: SkillLevel | None = SkillLevel.FIVE,
    kind: TrainingKind = TrainingKind.LEVEL,
    units: tuple[Unit, ...] = UNITS,
    status: PackageStatus = PackageStatus.PUBLISHED,
    **fields: Any,
) -> PackageVersion:
    """The first edition of a new package, with one module of the units."""
    occupation = occupation or an_occupation()
    n = next(_numbers)
    package = TrainingPackage.objects.create(
        code=f"package-{n}",
        title=f"{work_type or occupation.name}培训包{n}",
        occupation=occupation,
        work_type=WorkType.objects.get_or_create(occupation=occupation, name=work_type)[0] if work_type else None,
        level=level,
        kind=kind,
    )
    given = {"number": 1, "effective": period(SINCE), "source": "示例", "provenance": Provenance.PLATFORM}
    version = PackageVersion.objects.create(package=package, **(given | fields))
    module = PackageModule.objects.create(version=version, position=1, title="新生儿护理")
    for place, (code, theory, practice, online) in enumerate(units, start=1):
        PackageUnit.objects.create(
            module=module,
            code=code,
            position=place,
            title=f"单元{code}",
            theory_hours=theory,
            practice_hours=practice,
            is_online_allowed=online,
        )
    if status != PackageStatus.DRAFT:
        version.status, version.published_at = status, NOW
        version.save()
    version.refresh_from_db()
    return version


def a_scope(school: School, package_version: PackageVersion, **fields: Any) -> SchoolScope:
    """What lets the school teach the package."""
    package = package_version.package
    given = {
        "occupation": package.occupation,
        "work_type": package.work_type,
        "level": package.level,
        "kind": package.kind,
        "effective": period(SINCE),
        "basis": "示例批复",
        "granted_at": NOW,
    }
    return SchoolScope.objects.create(school=school, **(given | fields))


def unit_of(package_version: PackageVersion, code: str) -> PackageUnit:
    return PackageUnit.objects.get(module__version=package_version, code=code)


def lessons_for(package_version: PackageVersion) -> list[dict[str, Any]]:
    """One lesson for each unit: a video for theory, a practical session for practice."""
    lessons = []
    for unit in PackageUnit.objects.filter(module__version=package_version).order_by("position"):
        is_practical = unit.practice_hours > 0
        hours = unit.practice_hours or unit.theory_hours
        lessons.append(
            {
                "kind": LessonKind.PRACTICAL if is_practical else LessonKind.VIDEO,
                "title": unit.title,
                "unit": unit,
                "seconds": 0 if is_practical else int(hours * 45 * 60),
                "credited_minutes": int(hours * 45),
            }
        )
    return lessons


def a_course_version(
    *,
    school: School | None = None,
    package_version: PackageVersion | None = None,
    lessons: list[dict[str, Any]] | None = None,
    page: CoursePage | None = None,
    number: int = 1,
    **fields: Any,
) -> CourseVersion:
    """A published course: the page (live) and the version with its lessons, by default one for each unit."""
    n = next(_numbers)
    school = school or (page.school if page else a_school())
    package_version = package_version or (page.package_version if page else a_package_version())
    given = {
        "title": f"母婴护理员五级课程{n}",
        "mode": CourseMode.BLENDED,
        "fee_fen": 120000,
        "is_ordered": True,
    } | fields
    speed_max = given.pop("speed_max", None)
    page = page or a_course_page(school, package_version, n, speed_max, given)
    version = CourseVersion.objects.create(
        page=page,
        number=number,
        school=school,
        package_version=package_version,
        speed_max=speed_max,
        content_hash=f"{n:064d}",
        revision=0,
        published_at=NOW,
        **given,
    )
    rows = lessons_for(package_version) if lessons is None else lessons
    for place, row in enumerate(rows, start=1):
        Lesson.objects.create(**({"version": version, "key": uuid.uuid4(), "position": place} | row))
    return version


def a_course_page(
    school: School, package_version: PackageVersion, n: int, speed_max: Any, given: dict[str, Any]
) -> CoursePage:
    parent = getattr(school.organisation, "page", None) or Page.get_first_root_node()
    return parent.add_child(
        instance=CoursePage(
            slug=f"course-{n}",
            summary="晚上和周末上课，零基础也能学。",
            school=school,
            package_version=package_version,
            speed_max=speed_max,
            **given,
        )
    )


def a_class_run(course_version: CourseVersion | None = None, **fields: Any) -> ClassRun:
    """A class run that is open, with twenty seats, of the next four weeks."""
    n = next(_numbers)
    course_version = course_version or a_course_version()
    given = {
        "number": f"XM2026{n:06d}",
        "name": f"2026{course_version.school.short_name}第{n}期",
        "school": course_version.school,
        "state": ClassState.OPEN,
        "starts_on": TODAY,
        "ends_on": fields.get("starts_on", TODAY) + timedelta(days=28),
        "enrols_until": TODAY + timedelta(days=7),
        "seats": 20,
        "district_code": course_version.school.district_code,
        "created_at": NOW,
    }
    return ClassRun.objects.create(course_version=course_version, **(given | fields))


def an_enrolment(class_run: ClassRun | None = None, worker: Worker | None = None, **fields: Any) -> Enrolment:
    """A worker in a class run, confirmed unless another state is given; her seat is counted."""
    class_run = class_run or a_class_run()
    worker = worker or a_worker()
    given = {"state": EnrolmentState.CONFIRMED, "source": EnrolmentSource.SELF, "enrolled_at": NOW, "confirmed_at": NOW}
    enrolment = Enrolment.objects.create(class_run=class_run, worker=worker, **(given | fields))
    if enrolment.state in SEATED:
        class_run.seats_taken += 1
        class_run.save(update_fields=["seats_taken"])
    return enrolment
