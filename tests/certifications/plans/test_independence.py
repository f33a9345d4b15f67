"""Nobody judges whom she trained, nor herself; nobody is in two places at one hour. The database holds it."""

import pytest
from django.db import IntegrityError, transaction

from certifications.plans.errors import PlanError
from certifications.plans.models import RoomDuty, Seat
from certifications.plans.selectors import has_trained, plan_checks, trained_by
from certifications.plans.services import (
    candidate_admit,
    duty_assign,
    part_set,
    plan_arrange,
    plan_move,
    room_add,
)
from certifications.plans.states import Duty, PartKind, PlanState
from courses.classes.states import ClassState, EnrolmentState, SessionState
from tests.certifications.builders import an_assessor, body_staff
from tests.certifications.builders_plans import (
    ADDRESS,
    EXAM,
    a_candidate,
    a_closed_class,
    a_duty,
    a_level_assessment,
    a_part,
    a_plan,
    a_room,
    a_school_test,
    a_seat,
    hours_of,
)
from tests.courses.attendance.builders import a_session
from tests.courses.builders import a_class_run, an_enrolment
from tests.courses.builders_filing import a_teacher
from tests.workers.builders import NOW, TODAY, a_worker

pytestmark = pytest.mark.django_db


def refused_by(write):
    """The constraint that refuses a write."""
    with pytest.raises(IntegrityError) as refusal, transaction.atomic():
        write()
    return refusal.value.__cause__.diag.constraint_name


def the_same_person(teacher, organisation):
    """The teacher as an assessor: another row, the same number."""
    return an_assessor(organisation, name=teacher.name, id_number=teacher.id_number)


@pytest.fixture
def taught():
    """A worker taught by a teacher in one session, and a plan with a room."""
    run = a_class_run()
    teacher = a_teacher(run.school)
    a_session(run, teacher=teacher)
    worker = a_worker()
    an_enrolment(run, worker)
    plan = a_plan()
    return run, teacher, worker, a_room(a_part(plan))


def test_the_database_refuses_a_seat_before_a_judge_who_taught_her(taught):
    _run, teacher, worker, room = taught
    a_duty(room, the_same_person(teacher, room.part.plan.organisation))
    she = a_candidate(room.part.plan, worker)
    assert refused_by(lambda: a_seat(she, room)) == "judge_has_not_trained_the_candidate"
    assert not Seat.objects.exists()


def test_the_database_refuses_a_judge_before_somebody_she_taught(taught):
    _run, teacher, worker, room = taught
    a_seat(a_candidate(room.part.plan, worker), room)
    judge = the_same_person(teacher, room.part.plan.organisation)
    assert refused_by(lambda: a_duty(room, judge)) == "judge_has_not_trained_the_candidate"
    assert not RoomDuty.objects.exists()


def test_an_invigilator_may_have_taught_her_until_she_is_to_judge(taught):
    _run, teacher, worker, room = taught
    a_seat(a_candidate(room.part.plan, worker), room)
    duty = a_duty(room, the_same_person(teacher, room.part.plan.organisation), duty=Duty.INVIGILATOR)
    duty.duty = Duty.ASSESSOR
    assert refused_by(duty.save) == "judge_has_not_trained_the_candidate"


def test_a_judge_known_by_her_account_alone_is_refused_too(taught):
    run, _teacher, worker, room = taught
    user = worker.user
    other = a_teacher(run.school)
    other.user = user
    other.save()
    run.head_teacher = other
    run.save()
    judge = an_assessor(room.part.plan.organisation, user=user)
    a_seat(a_candidate(room.part.plan, worker), room)
    assert refused_by(lambda: a_duty(room, judge)) == "judge_has_not_trained_the_candidate"


def test_the_head_teacher_has_trained_the_class():
    run = a_class_run()
    run.head_teacher = teacher = a_teacher(run.school)
    run.save()
    worker = an_enrolment(run).worker
    judge = the_same_person(teacher, a_plan().organisation)
    assert has_trained(judge.pk, worker.pk)
    assert [(row.worker_id, row.class_name) for row in trained_by([judge.pk], [worker.pk])] == [(worker.pk, run.name)]


def test_nobody_judges_herself():
    plan = a_plan()
    room, worker = a_room(a_part(plan)), a_worker()
    judge = an_assessor(plan.organisation, id_number=worker.id_number)
    a_seat(a_candidate(plan, worker), room)
    assert refused_by(lambda: a_duty(room, judge)) == "judge_has_not_trained_the_candidate"
    assert trained_by([judge.pk], [worker.pk])[0].is_herself


@pytest.mark.parametrize(
    ("state", "session", "counts"),
    [
        (EnrolmentState.CONFIRMED, SessionState.PLANNED, True),
        (EnrolmentState.COMPLETED, SessionState.HELD, True),
        (EnrolmentState.DROPPED, SessionState.HELD, True),
        (EnrolmentState.CONFIRMED, SessionState.CANCELLED, False),
        (EnrolmentState.INVITED, SessionState.HELD, False),
        (EnrolmentState.WITHDRAWN, SessionState.HELD, False),
    ],
)
def test_who_counts_as_trained_and_the_two_questions_answer_alike(state, session, counts):
    run = a_class_run()
    teacher = a_teacher(run.school)
    a_session(run, teacher=teacher, state=session)
    reason = {"end_reason": "family"} if state == EnrolmentState.DROPPED else {}
    worker = an_enrolment(run, state=state, **reason).worker
    judge = the_same_person(teacher, a_plan().organisation)
    assert has_trained(judge.pk, worker.pk) is counts
    assert bool(trained_by([judge.pk], [worker.pk])) is counts


def test_a_teacher_of_the_same_school_who_never_taught_the_class_may_judge(taught):
    run, _teacher, worker, room = taught
    colleague = a_teacher(run.school, name="周老师")
    a_duty(room, the_same_person(colleague, room.part.plan.organisation))
    assert a_seat(a_candidate(room.part.plan, worker), room).pk


def test_the_refusal_names_the_person_and_the_class(taught):
    run, teacher, worker, room = taught
    a_seat(a_candidate(room.part.plan, worker), room)
    judge = the_same_person(teacher, room.part.plan.organisation)
    staff = body_staff(room.part.plan.body)
    with pytest.raises(PlanError) as refusal:
        duty_assign(room_id=room.pk, assessor_id=judge.pk, actor=staff, at=NOW)
    assert refusal.value.code == "trained_them"
    assert f"{teacher.name}在“{run.name}”教过{worker.masked_name}" in refusal.value.message
    assert not RoomDuty.objects.exists()


def test_the_arrangement_seats_her_before_somebody_else_or_says_why_not(taught):
    run, teacher, worker, room = taught
    plan = room.part.plan
    staff = body_staff(plan.body)
    judge = the_same_person(teacher, plan.organisation)
    a_duty(room, judge)
    she = a_candidate(plan, worker)
    a_candidate(plan)
    found = plan_arrange(plan_id=plan.pk, actor=staff, at=NOW)
    assert [(one.candidate, one.part) for one in found.left_over] == [(she, PartKind.PRACTICAL)]
    assert f"{teacher.name}在“{run.name}”教过" in found.left_over[0].reason
    assert found.seats == 1
    failed = {check.code for check in plan_checks(plan, on=TODAY, stage="arrange") if check.blocks}
    assert "seated" in failed
    other = room_add(plan_id=plan.pk, part="practical", name="三号", address=ADDRESS, capacity=1, actor=staff, at=NOW)
    for _n in range(5):
        assert plan_arrange(plan_id=plan.pk, actor=staff, at=NOW).is_complete
        assert she.places.get().room == other


def test_the_arrangement_is_the_same_each_time_and_in_every_part_another():
    plan, staff = a_school_test(a_closed_class(8), state=PlanState.DRAFT)
    first = list(Seat.objects.order_by("candidate", "part").values_list("candidate", "part", "number"))
    plan_arrange(plan_id=plan.pk, actor=staff, at=NOW)
    assert list(Seat.objects.order_by("candidate", "part").values_list("candidate", "part", "number")) == first
    theory = Seat.objects.filter(part__kind="theory").order_by("candidate").values_list("number", flat=True)
    practical = Seat.objects.filter(part__kind="practical").order_by("candidate").values_list("number", flat=True)
    assert sorted(theory) == sorted(practical) == list(range(1, 9))
    assert list(theory) != list(practical)


def test_nobody_sits_two_assessments_at_one_hour():
    worker = a_worker()
    a_level_assessment([worker])
    plan, staff = a_level_assessment(1, state=PlanState.OPEN)
    she = candidate_admit(plan_id=plan.pk, worker_id=worker.pk, actor=staff, at=NOW)
    found = plan_arrange(plan_id=plan.pk, actor=staff, at=NOW)
    assert {(one.candidate, one.reason) for one in found.left_over} == {(she, "同一时间在参加另一场考核")}
    room = plan.parts.first().rooms.first()
    assert refused_by(lambda: a_seat(she, room, number=9)) == "candidate_is_in_one_place_at_an_hour"


def test_the_hour_is_free_again_when_the_other_is_cancelled():
    worker = a_worker()
    first, keeper = a_level_assessment([worker])
    plan_move(plan_id=first.pk, action="cancel", actor=keeper, at=NOW, reason="场地停电")
    plan, staff = a_level_assessment([worker], state=PlanState.OPEN)
    assert plan_arrange(plan_id=plan.pk, actor=staff, at=NOW).is_complete


def test_a_judge_is_in_one_room_at_an_hour_under_whoevers_name():
    one, other = a_room(a_part(a_plan())), a_room(a_part(a_plan()))
    judge = an_assessor(one.part.plan.organisation)
    again = an_assessor(other.part.plan.organisation, id_number=judge.id_number)
    a_duty(one, judge)
    assert refused_by(lambda: a_duty(other, again)) == "judge_is_in_one_room_at_an_hour"
    with pytest.raises(PlanError) as refusal:
        duty_assign(room_id=other.pk, assessor_id=again.pk, actor=body_staff(other.part.plan.body), at=NOW)
    assert refusal.value.code == "judge_elsewhere"
    assert one.part.plan.title not in refusal.value.message


def test_a_part_is_not_moved_to_an_hour_at_which_its_judge_is_elsewhere():
    plan = a_plan()
    staff = body_staff(plan.body)
    theory, practical = a_part(plan, PartKind.THEORY), a_part(plan)
    judge = an_assessor(plan.organisation)
    a_duty(a_room(theory), judge)
    a_duty(a_room(practical), judge)
    starts_at, ends_at = hours_of(PartKind.THEORY, EXAM)
    with pytest.raises(PlanError) as refusal:
        part_set(plan_id=plan.pk, kind="practical", starts_at=starts_at, ends_at=ends_at, actor=staff, at=NOW)
    assert refusal.value.code == "judge_elsewhere"
    practical.refresh_from_db()
    assert practical.starts_at == hours_of(PartKind.PRACTICAL)[0]


def test_a_seat_is_in_a_room_of_its_part_and_plan_and_within_it():
    plan = a_plan()
    room, theory = a_room(a_part(plan), capacity=2), a_part(plan, PartKind.THEORY)
    she, stranger = a_candidate(plan), a_candidate(a_plan())
    assert refused_by(lambda: a_seat(she, room, number=3)) == "seat_is_within_the_room"
    assert refused_by(lambda: a_seat(stranger, room)) == "seat_is_of_its_plan"
    wrong = Seat(candidate=she, part=theory, room=room, number=1)
    assert refused_by(wrong.save) == "seat_is_in_a_room_of_its_part"


def test_the_same_room_at_the_same_hour_is_a_warning():
    body_plan, _staff = a_level_assessment(1, state=PlanState.OPEN)
    twin = a_plan(body=body_plan.body)
    a_room(a_part(twin), name="二号考场")
    found = {check.code: check for check in plan_checks(twin, on=TODAY, stage="open")}
    assert found["taken_practical"].passed is False
    assert found["taken_practical"].is_advice
    assert body_plan.title in found["taken_practical"].found


def test_a_class_that_is_not_closed_is_not_tested():
    plan, _staff = a_school_test(a_closed_class(1), state=PlanState.DRAFT)
    plan.class_run.state = ClassState.OPEN
    failed = {check.code for check in plan_checks(plan, on=TODAY) if check.blocks}
    assert failed == {"class"}
