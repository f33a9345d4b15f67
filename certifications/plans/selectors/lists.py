"""Plans, their rooms and their candidates, as far as somebody may see them."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Exists, Min, Model, OuterRef, Prefetch, Q, QuerySet

from certifications.bodies.states import BodyState
from certifications.plans.models import AssessmentPlan, Candidate, PlanPart, PlanRoom, RoomDuty, Seat
from certifications.plans.states import KEEPERS, OVERSEERS, CandidateState, PlanKind, PlanState
from courses.attendance.selectors import numbers_in
from courses.classes.models import ClassRun, Enrolment
from courses.classes.states import ClassState
from courses.completion.models import Completion
from courses.completion.states import Outcome
from courses.schools.states import SchoolState
from foundation.accounts.models import Organisation, User
from foundation.accounts.selectors import memberships_of, roles_of
from foundation.accounts.states import Role
from foundation.database import in_force
from workers.models import Worker

WITH_NAMES = ("organisation", "body__organisation", "class_run", "occupation", "work_type")


def plans() -> QuerySet[AssessmentPlan]:
    """Every plan with what its name is made of."""
    return AssessmentPlan.objects.select_related(*WITH_NAMES)


def plans_listed(user: User, *, on: date) -> QuerySet[AssessmentPlan]:
    """What somebody sees of plans in a list: when the first part begins and how many are admitted."""
    people = Count("candidates", filter=Q(candidates__state=CandidateState.ADMITTED), distinct=True)
    rows = plans_visible_to(user, on=on).annotate(first_at=Min("parts__starts_at"), people=people)
    return rows.order_by("-created_at", "-pk")


def plans_visible_to(user: User, *, on: date) -> QuerySet[AssessmentPlan]:
    """The bureau sees every plan but others' drafts; a body's or school's staff see their own organisation's."""
    if not user.is_authenticated or not user.is_active:
        return plans().none()
    held = memberships_of(user, on=on)
    own = Q()
    for kind, role in KEEPERS.items():
        own |= Q(kind=kind, organisation__in=held.filter(role=role).values("organisation"))
    if OVERSEERS & roles_of(user, on=on):
        own |= ~Q(state=PlanState.DRAFT)
    return plans().filter(own)


def plan_runs_here(user: User, plan: AssessmentPlan, *, on: date) -> bool:
    """Whether somebody works in the office that runs the plan."""
    held = memberships_of(user, on=on)
    return held.filter(role=KEEPERS[PlanKind(plan.kind)], organisation=plan.organisation_id).exists()


def plans_open_to_applications(*, on: date) -> QuerySet[AssessmentPlan]:
    """Level assessments that take applications on a day, the soonest first."""
    open_now = plans().filter(kind=PlanKind.LEVEL, state=PlanState.OPEN, applies__contains=on)
    return open_now.prefetch_related("parts").order_by("applies", "pk")


def parts_of(plan: AssessmentPlan) -> QuerySet[PlanPart]:
    """The parts by the hour, with rooms, duties and how many sit in each room."""
    duties = RoomDuty.objects.select_related("assessor").order_by("duty", "assessor__name", "pk")
    rooms = PlanRoom.objects.annotate(seated=Count("places", distinct=True)).order_by("name", "pk")
    return plan.parts.order_by("starts_at", "pk").prefetch_related(
        Prefetch("rooms", rooms.prefetch_related(Prefetch("duties", duties)))
    )


def rooms_of(plan: AssessmentPlan) -> QuerySet[PlanRoom]:
    """Every room of a plan, by part and name."""
    rooms = PlanRoom.objects.filter(part__plan=plan).select_related("part__plan")
    return rooms.order_by("part__starts_at", "name", "pk")


def candidates_of(plan: AssessmentPlan, *, admitted_only: bool = True) -> QuerySet[Candidate]:
    """Whoever is admitted, by ticket number, with her seats; with the others too on demand."""
    rows = Candidate.objects.filter(plan=plan).select_related("worker__user", "enrolment").order_by("ticket_number")
    if admitted_only:
        rows = rows.filter(state=CandidateState.ADMITTED)
    seats = Seat.objects.select_related("part", "room").order_by("part__starts_at")
    return rows.prefetch_related(Prefetch("places", seats))


def exams_of(worker: Worker) -> QuerySet[Candidate]:
    """A worker's own assessments, the newest first. Where she sits, she learns when the rooms are arranged."""
    rows = Candidate.objects.filter(worker=worker).exclude(plan__state=PlanState.DRAFT, plan__kind=PlanKind.LEVEL)
    seats = Seat.objects.select_related("part", "room").order_by("part__starts_at")
    return (
        rows.select_related("worker", *(f"plan__{name}" for name in WITH_NAMES))
        .prefetch_related(Prefetch("places", seats), "plan__parts")
        .order_by("-plan__created_at", "-pk")
    )


def duties_of_user(user: User, *, on: date) -> QuerySet[RoomDuty]:
    """The rooms somebody is on duty in while a plan is arranged or being marked, the soonest first.

    None for a body or a school that has closed: nobody assesses for it any more.
    """
    held = memberships_of(user, on=on).filter(role=Role.ASSESSOR).values("organisation")
    duties = RoomDuty.objects.filter(
        in_force(on, "assessor__engaged"), assessor__user=user, assessor__organisation__in=held
    )
    shown = [PlanState.ARRANGED, PlanState.HELD]
    return (
        duties.filter(room__part__plan__state__in=shown)
        .exclude(assessor__organisation__assessment_body__state=BodyState.CLOSED)
        .exclude(assessor__organisation__school__state=SchoolState.CLOSED)
        .select_related("room__part__plan__organisation", "assessor")
        .order_by("room__part__starts_at", "pk")
    )


def classes_of(organisation: Organisation) -> QuerySet[ClassRun]:
    """Closed classes of a school with people who completed: what a test can be for, a resit too."""
    completed = Completion.objects.filter(
        enrolment__class_run=OuterRef("pk"), outcome=Outcome.COMPLETED, replaced_by__isnull=True
    )
    runs = ClassRun.objects.filter(Exists(completed), school__organisation=organisation, state=ClassState.CLOSED)
    return runs.select_related("close").order_by("-ends_on", "-pk")


def classes_to_test(organisation: Organisation) -> QuerySet[ClassRun]:
    """Those of them without a test, or with cancelled ones only."""
    live = AssessmentPlan.objects.filter(class_run=OuterRef("pk")).exclude(state=PlanState.CANCELLED)
    return classes_of(organisation).filter(~Exists(live))


def people_of_class(plan: AssessmentPlan) -> list[tuple[int, Enrolment, str]]:
    """Whoever completed the class of a test and is not in it: number in the class, enrolment, other tests of hers."""
    done = Completion.objects.filter(outcome=Outcome.COMPLETED, replaced_by__isnull=True)
    people = Enrolment.objects.filter(
        pk__in=done.filter(enrolment__class_run=plan.class_run_id).values("enrolment")
    ).select_related("worker")
    inside = plan.candidates.filter(state=CandidateState.ADMITTED).values("enrolment")
    others = Candidate.objects.filter(plan__class_run=plan.class_run_id, state=CandidateState.ADMITTED)
    others = others.exclude(plan=plan).exclude(plan__state=PlanState.CANCELLED).select_related("plan")
    known = {one.enrolment_id: f"{one.plan.number} {one.plan.get_state_display()}" for one in others}
    numbers = numbers_in(plan.class_run_id) if plan.class_run_id else {}
    rows = [(numbers[one.pk], one, known.get(one.pk, "")) for one in people.exclude(pk__in=inside)]
    return sorted(rows, key=lambda row: row[0])


def is_in_own_assessment(user: User, subject: Model, on: date) -> bool:
    """Whether somebody is a candidate of the viewer's organisation, or sits in a room the viewer is on duty in."""
    held = memberships_of(user, on=on)
    keeps = held.filter(role__in=KEEPERS.values()).values("organisation")
    rows = Candidate.objects.filter(worker=subject.pk, state=CandidateState.ADMITTED)
    rows = rows.exclude(plan__state__in=[PlanState.DRAFT, PlanState.CANCELLED])
    hers = Q(plan__organisation__in=keeps)
    hers |= Q(places__room__duties__assessor__user=user, plan__state=PlanState.ARRANGED)
    return rows.filter(hers).exists()


def schools_of(user: User, *, on: date) -> QuerySet[Organisation]:
    """The schools in whose office somebody works."""
    held = memberships_of(user, on=on).filter(role=Role.SCHOOL_STAFF)
    return Organisation.objects.filter(pk__in=held.values("organisation"))


@dataclass(frozen=True)
class Ticket:
    """An admission ticket: whose, and where she sits each part. The code stands in its QR and says nothing of her."""

    candidate: Candidate
    seats: tuple[Seat, ...]

    @property
    def code(self) -> str:
        return f"{self.candidate.plan.number}-{self.candidate.ticket_number}"


def ticket_of(candidate: Candidate) -> Ticket | None:
    """Her ticket; none before the rooms are arranged, or when she is not admitted."""
    if candidate.state != CandidateState.ADMITTED or candidate.plan.state not in TICKETED:
        return None
    seats = tuple(candidate.places.all())
    return Ticket(candidate, seats) if seats else None


def tickets_of(plan: AssessmentPlan, *, room: PlanRoom | None = None) -> list[Ticket]:
    """The tickets of a plan by number, or of those who sit in one room, by place."""
    rows = list(candidates_of(plan).select_related(*(f"plan__{name}" for name in WITH_NAMES), "worker__user"))
    tickets = [ticket for ticket in map(ticket_of, rows) if ticket]
    if room is None:
        return tickets
    places = {seat.candidate_id: seat.number for seat in room.places.all()}
    inside = [ticket for ticket in tickets if ticket.candidate.pk in places]
    return sorted(inside, key=lambda ticket: places[ticket.candidate.pk])


# From the arrangement on a ticket holds; it stays readable after the assessment.
TICKETED = frozenset({PlanState.ARRANGED, PlanState.HELD, PlanState.PUBLISHED, PlanState.FINAL})
