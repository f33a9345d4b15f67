"""Plans, their rooms, panels and candidates, and classes to be tested: only what matters is passed in.

``a_plan`` and its parts are rows written straight into the tables; ``a_school_test`` and ``a_level_assessment`` go
through the services up to the arrangement.
"""

from datetime import date, datetime, time, timedelta
from itertools import count
from typing import Any

from django.utils import timezone

from certifications.bodies.models import AssessmentBody, Assessor
from certifications.plans.base_loading import plans_base_load
from certifications.plans.models import AssessmentPlan, Candidate, PlanPart, PlanRoom, RoomDuty, Seat
from certifications.plans.services import (
    candidate_admit,
    candidates_from_class,
    duty_assign,
    part_set,
    plan_arrange,
    plan_create,
    plan_move,
    room_add,
)
from certifications.plans.states import DUTY_OF, CandidateState, PartKind, PlanKind, PlanState
from courses.catalogue.states import SkillLevel
from courses.classes.models import ClassRun, Enrolment
from courses.classes.states import ClassState, EnrolmentState
from courses.completion.models import ClassClose, Completion
from courses.completion.states import Outcome
from foundation.accounts.models import User
from tests.certifications.builders import a_body, a_body_scope, an_assessor, body_staff
from tests.courses.builders import a_class_run, an_enrolment, an_occupation, school_staff
from tests.workers.builders import NOW, TODAY, a_worker
from workers.models import Worker

EXAM = TODAY + timedelta(days=14)
APPLIES = (TODAY, TODAY + timedelta(days=7))
ADDRESS = "厦门市思明区示例路 9 号 3 楼"
BOTH = (PartKind.THEORY, PartKind.PRACTICAL)
# When each part is held on its day.
HOURS = {PartKind.THEORY: (9, 0, 90), PartKind.PRACTICAL: (13, 30, 180), PartKind.REVIEW: (17, 0, 60)}
_numbers = count(1)


def assessment_figures() -> None:
    """The figures of staffing, rooms and minutes that come with the platform."""
    plans_base_load(on=TODAY)


def hours_of(kind: str, day: date = EXAM) -> tuple[datetime, datetime]:
    """When a part is held on a day."""
    hour, minute, minutes = HOURS[PartKind(kind)]
    starts_at = datetime.combine(day, time(hour, minute), timezone.get_default_timezone())
    return starts_at, starts_at + timedelta(minutes=minutes)


def a_closed_class(completed: int = 2, *, not_completed: int = 0, workers: list[Worker] | None = None) -> ClassRun:
    """A class that was closed, with so many people who completed it and so many who did not."""
    run = a_class_run(state=ClassState.CLOSED, starts_on=TODAY - timedelta(days=40), seats=100)
    staff = school_staff(run.school)
    people = workers if workers is not None else [a_worker(verified=True) for _n in range(completed)]
    for worker in people:
        a_completion(an_enrolment(run, worker, state=EnrolmentState.COMPLETED), staff)
    for _n in range(not_completed):
        enrolment = an_enrolment(run, state=EnrolmentState.NOT_COMPLETED)
        a_completion(enrolment, staff, outcome=Outcome.NOT_COMPLETED)
    ClassClose.objects.create(
        class_run=run, completed=len(people), not_completed=not_completed, closed_by=staff, at=NOW
    )
    return run


def a_completion(enrolment: Enrolment, judge: User, *, outcome: str = Outcome.COMPLETED, **fields: Any) -> Completion:
    given = {"criterion": {}, "facts": {}, "checks": [], "at": NOW}
    return Completion.objects.create(enrolment=enrolment, outcome=outcome, judged_by=judge, **(given | fields))


def a_plan(
    *, kind: str = PlanKind.LEVEL, body: AssessmentBody | None = None, class_run: ClassRun | None = None, **fields: Any
) -> AssessmentPlan:
    """A plan in preparation with a hundred seats and no parts: of 家政服务员 level five, or of a closed class."""
    n = next(_numbers)
    given: dict[str, Any] = {
        "number": f"KH2026T{n:05d}",
        "kind": kind,
        "title": f"示例考核{n}",
        "seats": 100,
        "seed": n,
        "created_at": NOW,
    }
    if kind == PlanKind.LEVEL:
        body = body or a_body()
        given |= {"body": body, "organisation": body.organisation, "occupation": an_occupation()}
        given["level"] = SkillLevel.FIVE
    else:
        class_run = class_run or a_closed_class()
        package = class_run.course_version.package_version.package
        given |= {"class_run": class_run, "organisation": class_run.school.organisation, "level": package.level}
        given |= {"occupation": package.occupation, "work_type": package.work_type}
    return AssessmentPlan.objects.create(**(given | fields))


def a_part(plan: AssessmentPlan, kind: str = PartKind.PRACTICAL, *, day: date = EXAM, **fields: Any) -> PlanPart:
    starts_at, ends_at = hours_of(kind, day)
    given = {"starts_at": starts_at, "ends_at": ends_at, "method": "现场操作"}
    return PlanPart.objects.create(plan=plan, kind=kind, **(given | fields))


def a_room(part: PlanPart, **fields: Any) -> PlanRoom:
    """A room with a camera and twenty places."""
    given = {"name": f"{next(_numbers)} 号考场", "address": ADDRESS, "capacity": 20, "has_camera": True}
    return PlanRoom.objects.create(part=part, **(given | fields))


def a_duty(room: PlanRoom, assessor: Assessor | None = None, *, duty: str = "") -> RoomDuty:
    """Somebody on duty in the room; by default a new assessor of the organisation, doing what the part asks for."""
    assessor = assessor or an_assessor(room.part.plan.organisation)
    return RoomDuty.objects.create(room=room, assessor=assessor, duty=duty or DUTY_OF[PartKind(room.part.kind)])


def a_candidate(plan: AssessmentPlan, worker: Worker | None = None, **fields: Any) -> Candidate:
    given = {
        "ticket_number": f"2026{plan.candidates.count() + 1:04d}",
        "state": CandidateState.ADMITTED,
        "admitted_at": NOW,
    }
    return Candidate.objects.create(plan=plan, worker=worker or a_worker(verified=True), **(given | fields))


def a_seat(candidate: Candidate, room: PlanRoom, *, number: int = 0) -> Seat:
    number = number or room.places.count() + 1
    return Seat.objects.create(candidate=candidate, part=room.part, room=room, number=number)


def laid_out(
    plan: AssessmentPlan,
    actor: User,
    *,
    parts: tuple[str, ...] = BOTH,
    day: date = EXAM,
    capacity: int = 20,
    on_duty: int = 3,
) -> None:
    """Hours, one room and so many people on duty for each part, by the services."""
    for kind in parts:
        starts_at, ends_at = hours_of(kind, day)
        part_set(plan_id=plan.pk, kind=kind, starts_at=starts_at, ends_at=ends_at, actor=actor, at=NOW)
        room = room_add(
            plan_id=plan.pk,
            part=kind,
            name="一号考场" if kind == PartKind.THEORY else "二号考场",
            address=ADDRESS,
            capacity=capacity,
            has_camera=True,
            actor=actor,
            at=NOW,
        )
        for _n in range(on_duty):
            duty_assign(room_id=room.pk, assessor_id=an_assessor(plan.organisation).pk, actor=actor, at=NOW)


def a_school_test(
    run: ClassRun | None = None, *, state: str = PlanState.ARRANGED, day: date = EXAM, **fields: Any
) -> tuple[AssessmentPlan, User]:
    """A school's test of a closed class: in preparation with everybody seated, arranged, or held; and its staff."""
    run = run or a_closed_class()
    staff = school_staff(run.school)
    plan = plan_create(
        kind=PlanKind.SCHOOL_TEST,
        organisation=run.school.organisation,
        class_run_id=run.pk,
        seats=100,
        actor=staff,
        at=NOW,
    )
    laid_out(plan, staff, day=day, capacity=100, **fields)
    candidates_from_class(plan_id=plan.pk, actor=staff, at=NOW)
    return _brought_to(plan, staff, state, day), staff


def a_level_assessment(
    workers: int | list[Worker] = 2,
    *,
    body: AssessmentBody | None = None,
    level: int = SkillLevel.FIVE,
    state: str = PlanState.ARRANGED,
    day: date = EXAM,
    **fields: Any,
) -> tuple[AssessmentPlan, User]:
    """A body's assessment of a level with these candidates: in preparation, open, arranged or held; and its staff."""
    if body is None:
        body = a_body()
        a_body_scope(body, level=level)
    staff = body_staff(body)
    plan = plan_create(
        kind=PlanKind.LEVEL,
        organisation=body.organisation,
        body=body,
        occupation=an_occupation(),
        level=level,
        seats=20,
        applies=APPLIES,
        actor=staff,
        at=NOW,
    )
    laid_out(plan, staff, day=day, **fields)
    if state != PlanState.DRAFT:
        plan_move(plan_id=plan.pk, action="open", actor=staff, at=NOW)
    people = [a_worker(verified=True) for _n in range(workers)] if isinstance(workers, int) else workers
    for worker in people:
        candidate_admit(plan_id=plan.pk, worker_id=worker.pk, actor=staff, at=NOW)
    return _brought_to(plan, staff, state, day), staff


def _brought_to(plan: AssessmentPlan, staff: User, state: str, day: date) -> AssessmentPlan:
    plan_arrange(plan_id=plan.pk, actor=staff, at=NOW)
    if state in {PlanState.ARRANGED, PlanState.HELD}:
        plan_move(plan_id=plan.pk, action="arrange", actor=staff, at=NOW)
    if state == PlanState.HELD:
        evening = datetime.combine(day, time(20), timezone.get_default_timezone())
        plan_move(plan_id=plan.pk, action="hold", actor=staff, at=evening)
    plan.refresh_from_db()
    return plan
