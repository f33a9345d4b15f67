"""Who may run a plan, the lock everything happens under, and the event each change leaves."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied
from django.utils import timezone
from django.utils.translation import gettext as _

from certifications.plans.errors import PlanError
from certifications.plans.models import AssessmentPlan, PlanEvent
from certifications.plans.states import EDITABLE, KEEPERS, PlanKind
from foundation.accounts.models import Organisation, User
from foundation.accounts.selectors import memberships_of


def keeper_required(actor: User, kind: str, organisation: Organisation, *, at: datetime) -> None:
    """``PermissionDenied`` unless the actor works in the office that runs plans of this kind there."""
    held = memberships_of(actor, on=timezone.localdate(at)).filter(role=KEEPERS[PlanKind(kind)])
    if not held.filter(organisation=organisation).exists():
        raise PermissionDenied(_("您只能办理本单位的考核计划。"))


def plan_lock(plan_id: int) -> AssessmentPlan:
    """The plan, locked for this transaction. It is locked before workers, rooms and seats."""
    return (
        AssessmentPlan.objects.select_for_update(of=("self",), no_key=True)
        .select_related("organisation", "body__organisation", "class_run__school", "occupation", "work_type")
        .get(pk=plan_id)
    )


def plan_editable(plan_id: int, actor: User, *, at: datetime) -> AssessmentPlan:
    """The plan under lock, for its keeper, while times, rooms and people may change."""
    plan = plan_lock(plan_id)
    keeper_required(actor, plan.kind, plan.organisation, at=at)
    if plan.state not in EDITABLE:
        raise PlanError(
            "not_editable",
            _("考核计划现在是“%(state)s”，不能修改。已编排考场的，请先“重新编排”；已取消的，请另建计划。")
            % {"state": plan.get_state_display()},
        )
    return plan


def event_add(
    plan: AssessmentPlan,
    action: str,
    *,
    actor: User | None,
    at: datetime,
    source: str = "",
    target: str = "",
    reason: str = "",
    data: Mapping[str, Any] | None = None,
) -> PlanEvent:
    """One row of the plan's history."""
    return PlanEvent.objects.create(
        plan=plan, action=action, source=source, target=target, data=dict(data or {}), reason=reason, actor=actor, at=at
    )
