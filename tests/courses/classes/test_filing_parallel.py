"""Two people at the same second: one decision, one teacher, one place, one seat at an hour."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connections

from courses.classes.errors import ClassError
from courses.classes.models import ClassEvent, ClassRun, Session
from courses.classes.services.filing import class_run_move
from courses.classes.states import ClassState
from tests.courses.builders_filing import (
    NOW,
    a_room,
    a_school_that_files,
    a_submitted_run,
    a_teacher,
    an_officer,
    filing_figures,
)
from tests.workers.builders import a_worker

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*moves):
    """Make the moves at the same moment; for each its state, or the code of its refusal."""
    gate = Barrier(len(moves))

    def move(wanted):
        run, action, actor = wanted
        try:
            gate.wait()
            marks = [{"field": "plan", "remark": "请补"}]
            return class_run_move(
                class_run_id=run.pk, action=action, actor=actor, at=NOW, reason="说明", marks=marks
            ).state
        except ClassError as refusal:
            return refusal.code
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(moves)) as pool:
        return sorted(pool.map(move, moves))


def test_two_officers_decide_one_class_run_once():
    filing_figures()
    run, _staff = a_submitted_run()
    answers = at_once((run, "file", an_officer()), (run, "return", an_officer()))
    assert "wrong_state" in answers
    run.refresh_from_db()
    assert {run.state} == set(answers) - {"wrong_state"}
    assert ClassEvent.objects.filter(class_run=run, action__in=["file", "return"]).count() == 1


def test_two_schools_with_one_person_at_one_hour_one_is_filed():
    filing_figures()
    worker = a_worker()
    one, other = (a_submitted_run(workers=[worker])[0] for _number in range(2))
    assert at_once((one, "file", an_officer()), (other, "file", an_officer())) == ["checks_failed", "filed"]
    assert ClassRun.objects.filter(state=ClassState.FILED).count() == 1
    assert Session.objects.filter(is_binding=True).count() == 1


def test_two_schools_with_one_teacher_at_one_hour_one_is_filed():
    filing_figures()
    number = "350201198001010048"
    runs = []
    for _number in range(2):
        of = a_school_that_files()
        runs.append(a_submitted_run(of=of, teacher=a_teacher(of[0], id_number=number))[0])
    answers = at_once(*((run, "file", an_officer()) for run in runs))
    assert answers == ["checks_failed", "filed"]


def test_two_classes_with_one_room_at_one_hour_one_is_filed():
    filing_figures()
    of = a_school_that_files()
    room = a_room(of[0])
    runs = [a_submitted_run(of=of, room=room)[0] for _number in range(2)]
    answers = at_once(*((run, "file", an_officer()) for run in runs))
    assert "filed" in answers
    assert set(answers) & {"premises_taken", "checks_failed"}
    assert Session.objects.filter(is_binding=True).count() == 1
