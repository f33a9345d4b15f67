"""Classes in which people studied and attended: only what matters is passed in."""

from datetime import datetime
from typing import Any

from courses.attendance.services import session_finish
from courses.classes.models import ClassRun, Enrolment, Session
from courses.content.models import Lesson
from courses.content.states import LessonKind
from courses.study.models import LessonProgress
from tests.courses.attendance.builders import STARTS, a_session, scan
from tests.courses.builders import unit_of


def study(enrolment: Enrolment, *, part: float = 1.0, passed_at: datetime | None = STARTS) -> None:
    """So much of every lesson, with its check passed at a moment."""
    for lesson in Lesson.objects.filter(version=enrolment.class_run.course_version).exclude(kind=LessonKind.PRACTICAL):
        worth = lesson.credited_minutes * 60_000
        accepted = int(worth * part)
        needs = lesson.needs_check
        is_credited = not needs or passed_at is not None
        LessonProgress.objects.create(
            enrolment=enrolment,
            lesson=lesson,
            length_ms=max(worth, 1),
            worth_ms=worth,
            needs_check=needs,
            watched=[0, accepted] if accepted else [],
            reported_ms=accepted,
            accepted_ms=accepted,
            credited_ms=accepted if is_credited else 0,
            check_passed_at=passed_at if needs else None,
            completed_at=STARTS if is_credited and part >= 0.95 else None,
        )


def a_practical_session(run: ClassRun, **fields: Any) -> Session:
    unit = unit_of(run.course_version.package_version, "yy-03")
    return a_session(run, unit=unit, **fields)


def hold(session: Session, there: list[Enrolment]) -> None:
    """The session with these people in the room, ended by its teacher."""
    for she in there:
        scan(session, she)
    session_finish(session_id=session.pk, people=len(there), actor=session.teacher.user, at=session.ends_at)
