"""What every service of scoring begins with: the lock, who may, and what a person's parts say."""

from collections.abc import Collection
from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext as _

from certifications.plans.models import AssessmentPlan, Candidate
from certifications.plans.services.parties import keeper_required, plan_lock
from certifications.plans.states import CandidateState
from certifications.scoring.errors import ScoringError
from certifications.scoring.models import PartScore
from certifications.scoring.selectors import scores_in_force
from certifications.scoring.states import MARKING, PUBLIC
from foundation.accounts.models import User

__all__ = ["desk_required", "marking_required", "not_her_own", "plan_lock", "reason_required", "scores_by_place"]


def desk_required(actor: User, plan: AssessmentPlan, *, at: datetime) -> None:
    """``PermissionDenied`` unless the actor works in the office that runs the plan."""
    keeper_required(actor, plan.kind, plan.organisation, at=at)


def marking_required(plan: AssessmentPlan) -> None:
    """Refuse what is only done before the marks are published."""
    if plan.state in MARKING:
        return
    if plan.state in PUBLIC:
        raise ScoringError(
            "published",
            _("成绩已经公布，不能直接改。本人可以申请复核；确有错误的，请人社部门退回后更正。"),
        )
    raise ScoringError(
        "wrong_state",
        _("考核计划现在是“%(state)s”，还不能登记成绩。请先编排考场。") % {"state": plan.get_state_display()},
    )


def reason_required(reason: str) -> str:
    """The reason without blanks around it; refuses an empty one."""
    if not reason.strip():
        raise ScoringError("reason_missing", _("请写明原因，再提交。"))
    return reason.strip()


def candidate_in(plan: AssessmentPlan, candidate_id: int) -> Candidate:
    """A candidate of the plan who is still admitted."""
    candidate = Candidate.objects.select_related("worker__user").get(pk=candidate_id, plan=plan)
    if candidate.state != CandidateState.ADMITTED:
        raise ScoringError(
            "not_admitted",
            _("%(ticket)s 号考生是“%(state)s”，不登记成绩。")
            % {"ticket": candidate.ticket_number, "state": candidate.get_state_display()},
        )
    return candidate


def scores_by_place(
    plan: AssessmentPlan, candidates: Collection[int] | None = None
) -> dict[tuple[int, int], PartScore]:
    """The marks that count, by candidate and part."""
    scores = scores_in_force().filter(part__plan=plan)
    if candidates is not None:
        scores = scores.filter(candidate__in=candidates)
    return {(score.candidate_id, score.part_id): score for score in scores}


def not_her_own(actor: User, candidate: Candidate) -> None:
    """Nobody writes anything about herself."""
    if candidate.worker.user_id == actor.pk:
        raise PermissionDenied(_("这是您本人的成绩，请由另一位工作人员办理。"))
