"""Tests and certificates of the demonstration: a class with certificates, a level passed, a plan to apply for."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from django.db import transaction
from django.utils import timezone

from certifications.bodies.models import AssessmentBody
from certifications.bodies.selectors import assessors_of
from certifications.certificates.level_facts import LevelEntry
from certifications.certificates.services.batches import batch_request, batch_work
from certifications.certificates.services.level import level_certificate_record
from certifications.plans.models import AssessmentPlan
from certifications.plans.selectors import candidates_of, parts_of
from certifications.plans.services.admitting import candidate_admit, candidates_from_class
from certifications.plans.services.arranging import plan_arrange
from certifications.plans.services.laying_out import duty_assign, part_set, room_add
from certifications.plans.services.moving import plan_move
from certifications.plans.services.plans import plan_create
from certifications.plans.states import JUDGES_OF, PartKind, PlanKind
from certifications.scoring.services.results import results_finalise, results_publish
from certifications.scoring.services.scores import ScoreEntry, scores_enter
from certifications.scoring.states import ScoreSource
from courses.catalogue.models import Occupation
from courses.classes.models import ClassRun
from courses.classes.states import ClassState
from foundation.accounts.models import Membership, User
from foundation.accounts.states import Role
from foundation.crypto.cipher import blind_index
from portal.journey.clock import Clock, simulated_clock
from portal.journey.demo import was_there_before
from workers.demo import id_number_of, portrait_drawn
from workers.models import Worker
from workers.services import photo_set

HOME = "4-10-01-06"
LEVEL = 5
PLACE = "厦门市湖里区示例路 18 号"
# Theory and practice of the class, in the order of its people; the last but one has to come again.
CLASS_MARKS = ((82, 88), (76, 91), (68, 73), (52, 80), (90, 85), (71, 79))
LEVEL_MARKS = ((74, 81), (88, 92), (63, 58))
LEVEL_PEOPLE = (2, 3, 4)
WITH_PORTRAIT = 5


@dataclass(frozen=True)
class Day:
    """A day of assessment: theory in the morning, practice in the afternoon, everybody in one room."""

    on: date
    capacity: int

    def hours(self, kind: PartKind) -> tuple[datetime, datetime]:
        starts = time(9) if kind == PartKind.THEORY else time(13)
        begins = timezone.make_aware(datetime.combine(self.on, starts))
        return begins, begins + timedelta(minutes=90 if kind == PartKind.THEORY else 240)


@transaction.atomic
def certifications_demo_load(*, on: date) -> None:
    """What the demonstration's school and body have tested, issued and announced. Loading again changes nothing."""
    if AssessmentPlan.objects.exists():
        return
    begins = timezone.make_aware(datetime.combine(on - timedelta(days=60), time(9)))
    with simulated_clock(begins) as clock:
        body = AssessmentBody.objects.filter(kind="S").select_related("organisation").order_by("pk").first()
        clerk = _clerk(body.organisation_id, Role.BODY_STAFF, on) if body else None
        if body is not None and clerk is not None:
            _level_passed(body, clerk, clock, on)
            _level_announced(body, clerk, clock, on)
        run = ClassRun.objects.filter(state=ClassState.CLOSED).select_related("school__organisation").first()
        staff = _clerk(run.school.organisation_id, Role.SCHOOL_STAFF, on) if run else None
        if run is not None and staff is not None:
            _class_tested(run, staff, clock)


def _clerk(organisation_id: int, role: Role, on: date) -> User | None:
    """Who keeps the books of the organisation, and did so in the months before today."""
    held = Membership.objects.filter(organisation=organisation_id, role=role).select_related("user").order_by("pk")
    first = held.first()
    if first is None:
        return None
    was_there_before(first.user, on=on)
    return first.user


def _level_passed(body: AssessmentBody, clerk: User, clock: Clock, on: date) -> None:
    """Three people assessed a month and a half ago; two passed and hold the certificate the body printed."""
    at = clock.put(on - timedelta(days=55), 9)
    plan = _level_plan(body, clerk, at, applies=(on - timedelta(days=60), on - timedelta(days=54)), seats=15)
    people = [Worker.objects.get(id_number_index=blind_index("id_number", id_number_of(n))) for n in LEVEL_PEOPLE]
    day = Day(on - timedelta(days=45), 15)
    _laid_out(plan, clerk, at, day)
    plan_move(plan_id=plan.pk, action="open", actor=clerk, at=at)
    for worker in people:
        candidate_admit(plan_id=plan.pk, worker_id=worker.pk, actor=clerk, at=at)
    plan_arrange(plan_id=plan.pk, actor=clerk, at=at)
    plan_move(plan_id=plan.pk, action="arrange", actor=clerk, at=at)
    passed_on = _marked(plan, clerk, clock, day, LEVEL_MARKS)
    for place, worker in enumerate(people[:2], start=1):
        entry = LevelEntry(
            number=f"{body.prefix}{passed_on:%y}{LEVEL}{place:06d}",
            name=worker.name,
            id_number=worker.id_number,
            occupation=plan.occupation.name,
            work_type=plan.work_type.name if plan.work_type else "--",
            level=LEVEL,
            issued_on=passed_on,
        )
        level_certificate_record(body_id=body.pk, entry=entry, actor=clerk, at=clock.forward(600), source="演示")


def _level_announced(body: AssessmentBody, clerk: User, clock: Clock, on: date) -> None:
    """A plan that workers may apply for now."""
    at = clock.put(on - timedelta(days=5), 9)
    applies = (on - timedelta(days=5), on + timedelta(days=20))
    plan = _level_plan(body, clerk, at, applies=applies, seats=30)
    _laid_out(plan, clerk, at, Day(on + timedelta(days=35), 30))
    plan_move(plan_id=plan.pk, action="open", actor=clerk, at=at)


def _level_plan(
    body: AssessmentBody, clerk: User, at: datetime, *, applies: tuple[date, date], seats: int
) -> AssessmentPlan:
    occupation = Occupation.objects.get(code=HOME)
    return plan_create(
        kind=PlanKind.LEVEL,
        organisation=body.organisation,
        body=body,
        occupation=occupation,
        work_type=occupation.work_types.get(name="母婴护理员"),
        level=LEVEL,
        seats=seats,
        applies=applies,
        notice="请带身份证原件和准考证，提前半小时到场。",
        actor=clerk,
        at=at,
    )


def _class_tested(run: ClassRun, staff: User, clock: Clock) -> None:
    """The closed class: its test, results, certificates. Whoever failed has to come again."""
    at = clock.put(run.ends_on + timedelta(days=1), 9)
    plan = plan_create(
        kind=PlanKind.SCHOOL_TEST,
        organisation=run.school.organisation,
        class_run_id=run.pk,
        seats=run.seats,
        actor=staff,
        at=at,
    )
    candidates_from_class(plan_id=plan.pk, actor=staff, at=at)
    day = Day(run.ends_on + timedelta(days=3), run.seats)
    _laid_out(plan, staff, at, day)
    plan_arrange(plan_id=plan.pk, actor=staff, at=at)
    plan_move(plan_id=plan.pk, action="arrange", actor=staff, at=at)
    issued_on = _marked(plan, staff, clock, day, CLASS_MARKS)
    _photographed(run, clock)
    batch = batch_request(class_run_id=run.pk, issued_on=issued_on, actor=staff, at=clock.forward(600))
    batch_work(batch_id=batch.pk, at=clock.forward(5))


def _photographed(run: ClassRun, clock: Clock) -> None:
    """Some have brought a portrait to the counter; the others are told what keeps their certificate."""
    officer = User.objects.get(username="intake")
    people = run.enrolments.select_related("worker").order_by("enrolled_at", "pk")
    for enrolment in people[:WITH_PORTRAIT]:
        if not enrolment.worker.photo:
            photo_set(worker_id=enrolment.worker_id, upload=portrait_drawn(), actor=officer, at=clock.forward(60))


def _laid_out(plan: AssessmentPlan, clerk: User, at: datetime, day: Day) -> None:
    """Both parts, a room for each, and who is on duty: invigilators in the first, judges in the second."""
    people = list(assessors_of(plan.organisation, on=day.on))
    for kind in (PartKind.THEORY, PartKind.PRACTICAL):
        starts, ends = day.hours(kind)
        part_set(plan_id=plan.pk, kind=kind, starts_at=starts, ends_at=ends, actor=clerk, at=at)
        room = room_add(
            plan_id=plan.pk,
            part=kind,
            name="一号考场" if kind == PartKind.THEORY else "一号操作间",
            address=PLACE,
            capacity=day.capacity,
            has_camera=True,
            actor=clerk,
            at=at,
        )
        wanted = people[:3] if kind in JUDGES_OF else people[-2:]
        for assessor in wanted:
            duty_assign(room_id=room.pk, assessor_id=assessor.pk, actor=clerk, at=at)


def _marked(plan: AssessmentPlan, clerk: User, clock: Clock, day: Day, marks: Collection[tuple[int, int]]) -> date:
    """Marks entered the same evening, published, and final after the days of appeal; the day they became final."""
    at = clock.put(day.on, 18)
    plan_move(plan_id=plan.pk, action="hold", actor=clerk, at=at)
    kinds = [PartKind(part.kind) for part in parts_of(plan)]
    entries = [
        ScoreEntry(candidate.pk, kind, Decimal(mark))
        for candidate, pair in zip(candidates_of(plan), marks, strict=False)
        for kind, mark in zip(kinds, pair, strict=True)
    ]
    scores_enter(plan_id=plan.pk, entries=entries, source=ScoreSource.DESK, actor=clerk, at=at)
    plan = results_publish(plan_id=plan.pk, actor=clerk, at=clock.forward(3600))
    assert plan.appeal_until is not None
    final_on = plan.appeal_until + timedelta(days=1)
    results_finalise(plan_id=plan.pk, actor=None, at=clock.put(final_on, 9))
    clock.forward(1800)
    return final_on
