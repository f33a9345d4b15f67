"""Of a seat and a duty given at one moment, one is refused; of two plans for one hour, one gets the person."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import IntegrityError, connections

from certifications.plans.models import Candidate, RoomDuty, Seat
from certifications.plans.services import candidate_admit, plan_arrange
from certifications.plans.states import PlanState
from tests.certifications.builders import an_assessor
from tests.certifications.builders_plans import a_candidate, a_duty, a_level_assessment, a_part, a_plan, a_room, a_seat
from tests.courses.attendance.builders import a_session
from tests.courses.builders import a_class_run, an_enrolment
from tests.courses.builders_filing import a_teacher
from tests.workers.builders import NOW, a_worker

pytestmark = pytest.mark.django_db(transaction=True)


def together(*acts):
    """Each act on its own connection at one moment: what it gave, or the constraint that refused it."""
    barrier = Barrier(len(acts))

    def run(act):
        try:
            barrier.wait(20)
            return act()
        except IntegrityError as error:
            return error.__cause__.diag.constraint_name
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


def test_a_seat_and_a_duty_at_one_moment_do_not_slip_past_each_other():
    run = a_class_run()
    teacher = a_teacher(run.school)
    a_session(run, teacher=teacher)
    for _n in range(4):
        worker = an_enrolment(run).worker
        plan = a_plan()
        room = a_room(a_part(plan))
        judge = an_assessor(plan.organisation, id_number=teacher.id_number)
        she = a_candidate(plan, worker)
        found = together(lambda: a_seat(she, room, number=1).pk, lambda: a_duty(room, judge).pk)  # noqa: B023
        assert found.count("judge_has_not_trained_the_candidate") == 1
        assert Seat.objects.filter(room=room).count() + RoomDuty.objects.filter(room=room).count() == 1
        RoomDuty.objects.all().delete()


def test_two_plans_arranged_at_one_moment_seat_a_person_once():
    worker = a_worker()
    plans = [a_level_assessment([worker], state=PlanState.OPEN) for _n in range(1)]
    plans.append(a_level_assessment(1, state=PlanState.OPEN))
    candidate_admit(plan_id=plans[1][0].pk, worker_id=worker.pk, actor=plans[1][1], at=NOW)
    Seat.objects.all().delete()
    found = together(
        *[lambda plan=plan, staff=staff: plan_arrange(plan_id=plan.pk, actor=staff, at=NOW) for plan, staff in plans]
    )
    assert sorted(len(one.left_over) for one in found) == [0, 2]
    assert Seat.objects.filter(worker=worker).count() == 2


def test_two_admissions_at_one_moment_take_two_numbers_and_twice_is_once():
    plan, staff = a_level_assessment(1, state=PlanState.OPEN)
    one, other = a_worker(), a_worker()
    admit = [
        lambda worker=worker: candidate_admit(plan_id=plan.pk, worker_id=worker.pk, actor=staff, at=NOW).ticket_number
        for worker in (one, other, one, other)
    ]
    assert sorted(together(*admit)) == ["20260002", "20260002", "20260003", "20260003"]
    assert Candidate.objects.filter(plan=plan).count() == 3
