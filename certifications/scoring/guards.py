"""What scoring has to say before a plan moves."""

from typing import Any

from django.dispatch import receiver
from django.utils.translation import gettext as _

from certifications.plans.errors import PlanError
from certifications.plans.models import AssessmentPlan
from certifications.plans.signals import plan_moving
from certifications.scoring.models import PartScore, Rating


@receiver(plan_moving)
def marks_are_not_undone(
    sender: type[AssessmentPlan], *, plan: AssessmentPlan, action: str, is_keeper: bool, **_more: Any
) -> None:
    """Once somebody was marked, whoever runs the test can neither lay it out anew nor throw it away."""
    if action != "reopen" and not (action == "cancel" and is_keeper):
        return
    candidates = {"candidate__plan": plan}
    if PartScore.objects.filter(**candidates).exists() or Rating.objects.filter(**candidates).exists():
        raise PlanError(
            "marked_already",
            _("已经有考生有了评分或成绩，不能再重新编排或取消。请按考核结束办理；确有必要取消的，请报人社部门。"),
        )
