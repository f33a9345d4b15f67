"""Many phones at once: thirty people, one person twice, and the close of the class in the middle."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connections, transaction

from courses.attendance.errors import AttendanceError
from courses.attendance.models import Attendance, AttendanceEvent, SessionRegister
from courses.attendance.services import session_finish
from courses.attendance.states import AttendanceState
from courses.classes.models import ClassRun
from courses.classes.services.locks import class_run_lock
from courses.classes.states import ClassState
from tests.courses.attendance.builders import STARTS, a_session, people, scan, the_figures
from tests.courses.builders import a_class_run

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def session():
    the_figures()
    return a_session(a_class_run(seats=40))


def at_once(*acts):
    """Every act in a thread of its own, all beginning together; what each gave or raised."""
    barrier = Barrier(len(acts))

    def run(act):
        try:
            barrier.wait(20)
            return act()
        except AttendanceError as refusal:
            return refusal.code
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


def test_thirty_people_scan_at_once_and_all_are_in_the_register(session):
    everybody = people(session.class_run, 30)
    at_once(*[lambda she=she, n=n: scan(session, she, device=f"d{n}") for n, she in enumerate(everybody)])
    assert Attendance.objects.filter(state=AttendanceState.PRESENT).count() == 30
    assert AttendanceEvent.objects.count() == 30
    assert SessionRegister.objects.count() == 1


def test_one_person_on_two_phones_is_there_once(session):
    (she,) = people(session.class_run, 1)
    at_once(*[lambda n=n: scan(session, she, device=f"d{n}") for n in range(6)])
    assert (Attendance.objects.count(), AttendanceEvent.objects.count()) == (1, 1)


def test_the_end_of_the_session_and_a_scan_leave_one_clear_state(session):
    (she,) = people(session.class_run, 1)
    teacher = session.teacher.user
    answers = at_once(
        lambda: scan(session, she),
        lambda: session_finish(session_id=session.pk, people=1, actor=teacher, at=STARTS),
    )
    row = Attendance.objects.get()
    expected = AttendanceState.ABSENT if answers[0] == "finished" else AttendanceState.PRESENT
    assert row.state == expected
    assert row.events.count() == 1


def test_nobody_signs_in_after_the_class_has_closed_in_the_same_second(session):
    everybody = people(session.class_run, 8)

    def close():
        with transaction.atomic():
            run = class_run_lock(session.class_run_id)
            counted = Attendance.objects.count()
            ClassRun.objects.filter(pk=run.pk).update(state=ClassState.CLOSED)
            return counted

    *signed, counted = at_once(*[lambda she=she: scan(session, she) for she in everybody], close)
    assert sum(answer != "class_not_open" for answer in signed) == counted
    assert Attendance.objects.count() == counted
