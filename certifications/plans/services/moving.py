"""The one place where a plan changes its state."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from certifications.plans.errors import PlanError
from certifications.plans.models import AssessmentPlan
from certifications.plans.rules.facts import Stage
from certifications.plans.selectors import plan_problems
from certifications.plans.services.parties import event_add, keeper_required, plan_lock
from certifications.plans.services.telling import candidates_tell_cancelled, candidates_tell_tickets
from certifications.plans.signals import plan_moving
from certifications.plans.states import PAST, TRANSITIONS, Move, PlanKind, PlanState
from foundation.accounts.models import User
from foundation.accounts.selectors import memberships_of, roles_of
from foundation.audit.services import audit_record


@dataclass
class Step:
    """A move under way: what its effects need to know."""

    plan: AssessmentPlan
    actor: User | None
    at: datetime
    reason: str
    data: Mapping[str, Any] = field(default_factory=dict)

    @property
    def on(self) -> date:
        return timezone.localdate(self.at)


@transaction.atomic
def plan_move(
    *,
    plan_id: int,
    action: str,
    actor: User | None,
    at: datetime,
    reason: str = "",
    data: Mapping[str, Any] | None = None,
) -> AssessmentPlan:
    """Open, arrange, reopen, hold, publish, finalise or cancel a plan.

    ``publish`` takes ``{"appeal_until": date}``. Without an actor it is the system that finalises. Raises
    ``PermissionDenied`` for whoever may not, ``PlanError`` for a move that does not fit the state, lacks its reason or
    that a check holds up; then nothing has changed.
    """
    move = TRANSITIONS[action]
    plan = plan_lock(plan_id)
    is_keeper = _permit(plan, move, action, actor, at)
    source = PlanState(plan.state)
    kind = PlanKind(plan.kind)
    if source not in move.sources.get(kind, frozenset()):
        raise PlanError(
            "wrong_state",
            _("考核计划现在是“%(state)s”，不能这样办理，可能刚刚有人办过。请刷新页面再看。")
            % {"state": plan.get_state_display()},
        )
    step = Step(plan, actor, at, reason.strip(), data or {})
    if move.needs_reason and not step.reason:
        raise PlanError("reason_missing", _("请写明原因，再提交。"))
    plan_moving.send(sender=AssessmentPlan, plan=plan, action=action, is_keeper=is_keeper)
    _BEFORE.get(action, _nothing)(step)
    plan.state = move.targets[kind]
    plan.save(update_fields=["state", "published_at", "appeal_until"])
    kept = {name: str(value) for name, value in step.data.items()}
    event_add(plan, action, actor=actor, at=at, source=source, target=plan.state, reason=step.reason, data=kept)
    _AFTER.get(action, _nothing)(step)
    audit_record(f"plans.plan.{PAST[action]}", plan, actor=actor, reason=step.reason)
    return plan


def _permit(plan: AssessmentPlan, move: Move, action: str, actor: User | None, at: datetime) -> bool:
    """Whether it is the plan's keeper who moves it; ``PermissionDenied`` for whoever may not."""
    if actor is None:
        if action != "finalise":
            raise PermissionDenied(_("这一步要由工作人员办理。"))
        return False
    on = timezone.localdate(at)
    if move.others & roles_of(actor, on=on):
        # An officer who also works there would decide in her own cause.
        if memberships_of(actor, on=on).filter(organisation=plan.organisation_id).exists():
            raise PermissionDenied(_("您在这家单位任职，请由另一位工作人员办理。"))
        return False
    if not move.is_keepers:
        raise PermissionDenied(_("这一步由人社部门办理。"))
    keeper_required(actor, plan.kind, plan.organisation, at=at)
    return True


def _check(step: Step, stage: Stage) -> None:
    wrong = [check for check in plan_problems(step.plan, on=step.on, stage=stage) if check.blocks]
    if wrong:
        names = "；".join(f"{check.name}（{check.found}）" for check in wrong)
        raise PlanError("checks_failed", _("还有要处理的事项：%(names)s。处理好再办理。") % {"names": names})


def _open(step: Step) -> None:
    _check(step, "open")


def _arrange(step: Step) -> None:
    _check(step, "arrange")


def _hold(step: Step) -> None:
    last = step.plan.parts.order_by("-starts_at").first()
    if last is not None and step.at < last.starts_at:
        moment = timezone.localtime(last.starts_at).strftime("%Y-%m-%d %H:%M")
        raise PlanError("too_early", _("最后一部分 %(moment)s 才开始，考完再办理。") % {"moment": moment})


def _publish(step: Step) -> None:
    until = step.data.get("appeal_until")
    if not isinstance(until, date):
        raise PlanError("appeal_missing", _("请填写复核申请的截止日期，再公布成绩。"))
    if until < step.on:
        raise PlanError("appeal_past", _("复核申请的截止日期已经过了。请改到公布之后。"))
    step.plan.published_at, step.plan.appeal_until = step.at, until


def _finalise(step: Step) -> None:
    until = step.plan.appeal_until
    if until is not None and step.on <= until:
        words = {"day": until.isoformat()}
        raise PlanError("appeals_run", _("复核申请到 %(day)s 才截止，成绩还不能确定。") % words)


def _nothing(_step: Step) -> None:
    """Most moves need nothing besides."""


_BEFORE: dict[str, Callable[[Step], None]] = {
    "open": _open,
    "arrange": _arrange,
    "hold": _hold,
    "publish": _publish,
    "finalise": _finalise,
}
_AFTER: dict[str, Callable[[Step], None]] = {
    "arrange": lambda step: candidates_tell_tickets(step.plan),
    "cancel": lambda step: candidates_tell_cancelled(step.plan, reason=step.reason),
}
