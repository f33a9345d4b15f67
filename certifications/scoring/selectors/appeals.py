"""Appeals, from what the viewer may see."""

from datetime import date

from django.db.models import QuerySet

from certifications.plans.models import AssessmentPlan, Candidate
from certifications.plans.states import PlanState
from certifications.scoring.models import ScoreAppeal
from certifications.scoring.selectors.tables import plans_to_score
from foundation.accounts.models import User


def appeals_seen_by(user: User, *, on: date) -> QuerySet[ScoreAppeal]:
    """The appeals of plans somebody sees, with candidate and mark."""
    plans = plans_to_score(user, on=on).values("pk")
    return ScoreAppeal.objects.filter(score__candidate__plan__in=plans).select_related(
        "score__part",
        "score__entered_by",
        "score__assessor",
        "score__candidate__worker",
        "score__candidate__plan__organisation",
        "answered_by",
    )


def appeals_run(plan: AssessmentPlan, *, on: date) -> bool:
    """Whether marks of the plan may be asked about on a day; the last day still counts."""
    until = plan.appeal_until
    return plan.state == PlanState.PUBLISHED and until is not None and on <= until


def appeals_of(candidate: Candidate) -> QuerySet[ScoreAppeal]:
    """What a candidate asked, with the answers."""
    return ScoreAppeal.objects.filter(score__candidate=candidate).select_related("score__part").order_by("made_at")
