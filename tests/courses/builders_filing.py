"""A class run that is ready to be filed, and the figures the checks ask for: only what matters is passed in."""

from datetime import date, datetime, time, timedelta
from decimal import Decimal
from itertools import count
from typing import Any

from django.utils import timezone

from courses.classes.models import ClassRun, Session
from courses.classes.services.class_runs import ClassDetails, class_run_create
from courses.classes.services.filing import class_run_move
from courses.classes.services.plan import SessionEntry, session_save
from courses.classes.states import ClassState, EnrolmentState, SessionMode
from courses.content.models import CourseVersion
from courses.schools.models import Premises, School, Teacher, TeacherQualification
from courses.schools.states import PremisesKind, TeacherKind
from foundation.accounts.models import User
from foundation.database import period
from foundation.policy.states import Provenance, Unit
from tests.courses.builders import (
    SINCE,
    a_course_version,
    a_package_version,
    a_school,
    a_scope,
    an_enrolment,
    school_staff,
    unit_of,
)
from tests.foundation.policy_builders import a_parameter, a_published_version
from tests.workers.builders import NOW, TODAY, an_id_number, an_officer

__all__ = ["NOW", "TODAY", "an_officer"]
STARTS = date(2026, 12, 7)
ENDS = date(2026, 12, 31)
_numbers = count(1)

FIGURES = {
    "class.size.max": (50, Unit.PERSON),
    "class.online_share.max": (50, Unit.PERCENT),
    "class.filing.before": (5, Unit.WORKING_DAY),
    "class.filing.decide": (5, Unit.WORKING_DAY),
    "class.day_hours.max": (8, Unit.CREDITED_HOUR),
}


def filing_figures(**others: Any) -> None:
    """The platform's figures of filing, in force since 2020."""
    for code, (value, unit) in FIGURES.items():
        parameter = a_parameter(code, unit=unit, meaning=code)
        a_published_version(parameter, others.get(code, value), SINCE, provenance=Provenance.PLATFORM)


def a_teacher(school: School, *, name: str = "周老师", id_number: str = "", is_qualified: bool = True) -> Teacher:
    number = id_number or an_id_number(born=date(1980, 1, 1), sequence=2 * next(_numbers) % 1000)
    teacher = Teacher.objects.create(
        school=school, name=name, id_number=number, kind=TeacherKind.FULL_TIME, employed=period(SINCE)
    )
    if is_qualified:
        TeacherQualification.objects.create(teacher=teacher, name="育婴员", level="一级", valid=period(SINCE))
    return teacher


def a_room(school: School, *, name: str = "", seats: int = 40) -> Premises:
    return Premises.objects.create(
        school=school,
        name=name or f"{next(_numbers)} 号教室",
        kind=PremisesKind.CLASSROOM,
        address="厦门市思明区示例路 1 号",
        district_code="350203",
        seats=seats,
        usable=period(SINCE),
    )


def moment(day: date, hour: int, minute: int = 0) -> datetime:
    return datetime.combine(day, time(hour, minute), timezone.get_default_timezone())


def a_school_that_files() -> tuple[School, User, CourseVersion]:
    """A school with a scope, a member of its office and a published course of eight hours, half of them online."""
    school = a_school()
    package = a_package_version()
    a_scope(school, package)
    return school, school_staff(school), a_course_version(school=school, package_version=package)


def a_draft(
    version: CourseVersion, staff: User, *, starts_on: date = STARTS, seats: int = 20, **fields: Any
) -> ClassRun:
    details = ClassDetails(starts_on=starts_on, ends_on=fields.pop("ends_on", ENDS), seats=seats, **fields)
    return class_run_create(course_version_id=version.pk, details=details, actor=staff, at=NOW)


def an_entry(run: ClassRun, *, day: date = STARTS, hour: int = 19, hours: int = 4, **fields: Any) -> SessionEntry:
    """An evening of practice that covers the practical unit."""
    starts_at = moment(day, hour)
    given: dict[str, Any] = {
        "mode": SessionMode.PRACTICE,
        "starts_at": starts_at,
        "ends_at": starts_at + timedelta(minutes=45 * hours),
        "content": "新生儿护理实操",
        "unit_id": unit_of(run.course_version.package_version, "yy-03").pk,
        "practice_hours": Decimal(hours),
    }
    return SessionEntry(**(given | fields))


def a_ready_run(**fields: Any) -> tuple[ClassRun, User]:
    """A class run that passes every check, with one person on its roster; and somebody of its school."""
    school, staff, version = fields.pop("of", None) or a_school_that_files()
    teacher = fields.pop("teacher", None) or a_teacher(school)
    room = fields.pop("room", None) or a_room(school)
    workers = fields.pop("workers", None)
    day, hour = fields.pop("day", STARTS), fields.pop("hour", 18)
    run = a_draft(version, staff, **fields)
    entry = an_entry(run, day=day, hour=hour, teacher_id=teacher.pk, premises_id=room.pk)
    session_save(class_run_id=run.pk, entry=entry, actor=staff, at=NOW)
    run.refresh_from_db()
    run.assessment_on, run.assessment_place, run.assessment_plan = ENDS, "本校", "理论和实操各占一半"
    run.save()
    for worker in workers or [None]:
        an_enrolment(run, worker, state=EnrolmentState.CONFIRMED)
    return ClassRun.objects.get(pk=run.pk), staff


def moved(run: ClassRun, action: str, actor: User, **fields: Any) -> ClassRun:
    return class_run_move(class_run_id=run.pk, action=action, actor=actor, at=fields.pop("at", NOW), **fields)


def a_submitted_run(**fields: Any) -> tuple[ClassRun, User]:
    run, staff = a_ready_run(**fields)
    return moved(run, "submit", staff), staff


def a_filed_run(**fields: Any) -> tuple[ClassRun, User]:
    run, staff = a_submitted_run(**fields)
    return moved(run, "file", an_officer()), staff


def put_in(run: ClassRun, state: ClassState) -> ClassRun:
    """The class run as if it had come to the state; for tables of moves."""
    run.state = state
    run.save(update_fields=["state"])
    return run


def only_session(run: ClassRun) -> Session:
    return run.sessions.get()
