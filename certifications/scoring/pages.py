"""What the pages of scoring share: who asks, which plan, room and candidate. What she may not see is not there."""

from typing import Any

from django.http import Http404, HttpRequest
from django.utils import timezone

from certifications.plans.models import AssessmentPlan, Candidate, PlanPart, PlanRoom, RoomDuty
from certifications.plans.selectors import plan_runs_here
from certifications.plans.states import PartKind
from certifications.scoring.selectors.panels import rooms_to_rate
from certifications.scoring.selectors.results import results_of_worker
from certifications.scoring.selectors.tables import plans_to_score
from foundation.requests import user_of
from workers.selectors import proven_worker_of


def _found(found: Any) -> Any:
    if found is None:
        raise Http404
    return found


def plan_or_404(request: HttpRequest, pk: int) -> AssessmentPlan:
    """A plan whose scores she may see."""
    plan: AssessmentPlan = _found(plans_to_score(user_of(request), on=timezone.localdate()).filter(pk=pk).first())
    return plan


def own_plan_or_404(request: HttpRequest, pk: int) -> AssessmentPlan:
    """A plan her own office runs."""
    plan = plan_or_404(request, pk)
    if not runs_here(request, plan):
        raise Http404
    return plan


def runs_here(request: HttpRequest, plan: AssessmentPlan) -> bool:
    return plan_runs_here(user_of(request), plan, on=timezone.localdate())


def part_or_404(plan: AssessmentPlan, kind: str) -> PlanPart:
    part: PlanPart = _found(plan.parts.filter(kind=kind).first() if kind in PartKind.values else None)
    return part


def candidate_or_404(request: HttpRequest, pk: int) -> Candidate:
    """A candidate of a plan whose scores she may see."""
    plans = plans_to_score(user_of(request), on=timezone.localdate())
    rows = Candidate.objects.filter(pk=pk, plan__in=plans.values("pk"))
    found: Candidate = _found(rows.select_related("worker__user", "plan__organisation").first())
    return found


def room_or_404(request: HttpRequest, pk: int) -> PlanRoom:
    """A room of such a plan."""
    plans = plans_to_score(user_of(request), on=timezone.localdate())
    rooms = PlanRoom.objects.filter(pk=pk, part__plan__in=plans.values("pk"))
    found: PlanRoom = _found(rooms.select_related("part__plan__organisation", "part__plan__occupation").first())
    return found


def duty_or_404(request: HttpRequest, room: int) -> RoomDuty:
    """Her own duty as a judge in a room."""
    duties = rooms_to_rate(user_of(request), on=timezone.localdate()).filter(room=room)
    found: RoomDuty = _found(duties.select_related("room__part__plan__occupation", "assessor").first())
    return found


def my_candidacy_or_404(request: HttpRequest, pk: int) -> Candidate:
    """Her own assessment whose results are published."""
    worker = proven_worker_of(user_of(request))
    found: Candidate = _found(results_of_worker(worker).filter(pk=pk).first() if worker is not None else None)
    return found
