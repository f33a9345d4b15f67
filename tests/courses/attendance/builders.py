"""Sessions with people in them, and the platform's figures: only what matters is passed in."""

from datetime import date, datetime, timedelta
from itertools import count
from typing import Any

from courses.attendance.codes import code_of
from courses.attendance.services import sign_in, text_see
from courses.classes.models import ClassRun, Enrolment, Session
from courses.classes.states import SessionMode
from courses.schools.models import Teacher
from courses.schools.states import TeacherKind
from foundation.accounts.models import User
from foundation.accounts.states import Role
from foundation.database import period
from foundation.policy.models import Parameter
from foundation.policy.states import Unit
from tests.courses.builders import a_class_run, an_enrolment, school_staff
from tests.foundation.policy_builders import a_parameter, a_published_version
from tests.workers.builders import NOW, a_worker, an_id_number

FIGURES = {
    "attendance.late.after": (10, Unit.MINUTE),
    "attendance.open.before": (30, Unit.MINUTE),
    "attendance.late.share": (100, Unit.PERCENT),
    "attendance.rate.min": (80, Unit.PERCENT),
    "completion.presence.min": (80, Unit.PERCENT),
}
STARTS = NOW
_numbers = count(1)


def the_figures(**others: int) -> None:
    """The platform's figures from 2020 on; another value by the code with ``_`` for ``.``."""
    for code, (value, unit) in FIGURES.items():
        if Parameter.objects.filter(code=code).exists():
            continue
        parameter = a_parameter(code, unit=unit, meaning=code)
        given = others.get(code.replace(".", "_"), value)
        a_published_version(parameter, given, date(2020, 1, 1), provenance="P")


def a_teacher(class_run: ClassRun, *, user: User | None = None) -> Teacher:
    n = next(_numbers)
    return Teacher.objects.create(
        school=class_run.school,
        user=user or school_staff(class_run.school, role=Role.TEACHER),
        name="林老师",
        id_number=an_id_number(sequence=2 * n % 1000, born=date(1980, 1, 2)),
        kind=TeacherKind.FULL_TIME,
        employed=period(date(2020, 1, 1)),
    )


def a_session(class_run: ClassRun | None = None, *, starts_at: datetime = STARTS, **fields: Any) -> Session:
    """A practical session of four hours with a teacher of its own."""
    class_run = class_run or a_class_run()
    if "teacher" not in fields:
        known = Teacher.objects.filter(school=class_run.school).first()
        fields["teacher"] = known or a_teacher(class_run)
    given = {
        "number": class_run.sessions.count() + 1,
        "mode": SessionMode.PRACTICE,
        "starts_at": starts_at,
        "ends_at": starts_at + timedelta(hours=3),
        "content": "新生儿洗澡",
        "practice_hours": 4,
    }
    return Session.objects.create(class_run=class_run, **(given | fields))


def people(class_run: ClassRun, number: int) -> list[Enrolment]:
    """So many enrolled workers with accounts."""
    return [an_enrolment(class_run, a_worker()) for _n in range(number)]


def scan(session: Session, enrolment: Enrolment, *, at: datetime = STARTS, device: str = "") -> Any:
    """She scans what the teacher shows at the moment."""
    seen = text_see(text=code_of(session.pk, at=at).text, at=at)
    return sign_in(worker=enrolment.worker, seen=seen, device=device, actor=enrolment.worker.user, at=at)
