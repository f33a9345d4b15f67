"""Results: which one counts, and what became final."""

from datetime import date

from django.conf import settings
from django.db.models import Q, QuerySet
from django.utils import timezone

from certifications.plans.models import AssessmentPlan, Candidate
from certifications.plans.states import CandidateState, PartKind, PlanKind, PlanState
from certifications.scoring.models import PartScore, Result
from certifications.scoring.rules import PassMark
from certifications.scoring.states import PUBLIC, ResultOutcome
from courses.classes.models import ClassRun, Enrolment
from courses.completion.selectors import completions_in_force
from courses.completion.states import Outcome
from foundation.policy.selectors import parameter_on
from workers.models import Worker

PASS_MARKS = {
    PartKind.THEORY: "assessment.pass.theory",
    PartKind.PRACTICAL: "assessment.pass.practical",
    PartKind.REVIEW: "assessment.pass.review",
}
APPEAL_DAYS = "assessment.appeal.days"


def scores_in_force() -> QuerySet[PartScore]:
    """The marks that count: those no later one replaces."""
    return PartScore.objects.filter(replaced_by__isnull=True)


def results_in_force() -> QuerySet[Result]:
    """The results that count: those no later one replaces."""
    return Result.objects.filter(replaced_by__isnull=True)


def result_in_force(candidate: Candidate) -> Result | None:
    """The result of a candidate that counts now, published or not; ``None`` before she was judged."""
    return results_in_force().filter(candidate=candidate).first()


def public_result_of(candidate: Candidate) -> Result | None:
    """The result as she may see it: nothing before her plan's results are published."""
    return result_in_force(candidate) if candidate.plan.state in PUBLIC else None


def final_results() -> QuerySet[Result]:
    """Every result that became final, of candidates who are still admitted."""
    return results_in_force().filter(candidate__plan__state=PlanState.FINAL, candidate__state=CandidateState.ADMITTED)


def final_results_of(class_run: ClassRun) -> dict[int, Result]:
    """The final result of each enrolment of a class: a passed one wins, of those that are alike the newest."""
    found: dict[int, Result] = {}
    rows = (
        final_results()
        .filter(
            candidate__plan__kind=PlanKind.SCHOOL_TEST,
            candidate__plan__class_run=class_run,
            candidate__enrolment__class_run=class_run,
        )
        .select_related("candidate__plan")
        .order_by("candidate__plan__published_at", "at", "pk")
    )
    for result in rows:
        enrolment_id = result.candidate.enrolment_id
        assert enrolment_id is not None
        known = found.get(enrolment_id)
        if known is None or result.outcome == ResultOutcome.PASSED or known.outcome == ResultOutcome.FAILED:
            found[enrolment_id] = result
    return found


def final_level_result_of(worker: Worker, *, occupation_id: int, work_type_id: int | None, level: int) -> Result | None:
    """The newest final result of a level's assessment she passed; ``None`` when there is none."""
    return (
        final_results()
        .filter(
            outcome=ResultOutcome.PASSED,
            candidate__worker=worker,
            candidate__plan__kind=PlanKind.LEVEL,
            candidate__plan__occupation=occupation_id,
            candidate__plan__work_type=work_type_id,
            candidate__plan__level=level,
        )
        .select_related("candidate__plan")
        .order_by("-candidate__plan__published_at", "-pk")
        .first()
    )


def to_resit(class_run: ClassRun) -> QuerySet[Enrolment]:
    """Whoever completed the class, has failed finally and never passed, and waits for no other test of it."""
    failed = [pk for pk, result in final_results_of(class_run).items() if result.outcome == ResultOutcome.FAILED]
    waiting = Candidate.objects.filter(
        plan__class_run=class_run, state=CandidateState.ADMITTED, enrolment__in=failed
    ).exclude(plan__state__in=[PlanState.FINAL, PlanState.CANCELLED])
    completed = completions_in_force().filter(enrolment__in=failed, outcome=Outcome.COMPLETED)
    return (
        Enrolment.objects.filter(pk__in=completed.values("enrolment"))
        .exclude(pk__in=waiting.values("enrolment"))
        .select_related("worker")
        .order_by("pk")
    )


def criterion_of(plan: AssessmentPlan) -> dict[PartKind, PassMark]:
    """What each part asks for by the rule in force on the day it is held; ``PolicyGapError`` when there is none."""
    criterion = {}
    for part in plan.parts.order_by("starts_at", "pk"):
        kind, on = PartKind(part.kind), timezone.localdate(part.starts_at)
        figure = parameter_on(PASS_MARKS[kind], city=settings.CITY_CODE, on=on)
        criterion[kind] = PassMark(figure.value, on, figure.version_id, figure.verified)
    return criterion


def results_of_worker(worker: Worker) -> QuerySet[Candidate]:
    """Her assessments whose results are published, the newest first."""
    return (
        Candidate.objects.filter(worker=worker, plan__state__in=sorted(PUBLIC))
        .select_related("plan__organisation", "plan__occupation")
        .order_by("-plan__published_at", "-pk")
    )


def plans_due(*, on: date) -> QuerySet[AssessmentPlan]:
    """Published plans whose days of appeal are over and where no appeal waits for an answer."""
    open_appeals = Q(candidates__scores__appeal__state="open")
    return AssessmentPlan.objects.filter(state=PlanState.PUBLISHED, appeal_until__lt=on).exclude(
        pk__in=AssessmentPlan.objects.filter(open_appeals).values("pk")
    )
