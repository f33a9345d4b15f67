"""A plan in plain words, for her own page and for the counter."""

from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from certifications.applications.words import Answer, answer_words, span_words
from foundation.policy.values import plain
from residency.planner.rules.benefits import Benefit
from residency.planner.rules.costs import Cost
from residency.planner.selectors import Plan, Step
from residency.planner.selectors.classes import ClassChoice
from residency.planner.states import (
    BENEFIT_TONES,
    READINESS_TONES,
    BenefitKind,
    BenefitState,
    Readiness,
    StepKind,
)

CLASSES_SHOWN = 3
KINDS = tuple(BenefitKind)
# What may come to her leads; what does not, and what nobody knows today, is folded away.
FOLDED = frozenset({BenefitState.NO, BenefitState.GAP})
WHY = {
    StepKind.NEXT: gettext_lazy("往上一级"),
    StepKind.HIGHER: gettext_lazy("可以跳级"),
    StepKind.NEIGHBOUR: gettext_lazy("相近的职业"),
    StepKind.WAY_IN: gettext_lazy("入门"),
}
BENEFIT_LABELS = {
    BenefitState.OPEN: gettext_lazy("现在有"),
    BenefitState.CHECK: gettext_lazy("要核对"),
    BenefitState.NO: gettext_lazy("现在领不到"),
    BenefitState.CLOSED: gettext_lazy("不在申报时间"),
    BenefitState.ELSEWHERE: gettext_lazy("别的单位发"),
    BenefitState.GAP: gettext_lazy("政策待确认"),
}


@dataclass(frozen=True)
class BenefitWords:
    """A benefit with the words and colours of its state."""

    benefit: Benefit

    @property
    def tone(self) -> str:
        return BENEFIT_TONES[self.benefit.state]

    @property
    def label(self) -> str:
        return str(BENEFIT_LABELS[self.benefit.state])

    @property
    def is_unverified(self) -> bool:
        """Whether it is shown as 待核实. A demonstration says what it is; a gap has nothing to verify."""
        return not (self.benefit.verified or self.benefit.is_demonstration or self.benefit.state == BenefitState.GAP)

    @property
    def is_official(self) -> bool:
        return self.benefit.verified and not self.benefit.is_demonstration and self.benefit.state != BenefitState.GAP


@dataclass(frozen=True)
class StepWords:
    """One card of the plan."""

    step: Step
    answer: Answer

    @property
    def anchor(self) -> str:
        return f"step-{self.step.goal.occupation_code}-{self.step.goal.level}"

    @property
    def title(self) -> str:
        return f"{self.step.occupation} {self.step.level_name}"

    @property
    def why(self) -> str:
        return str(WHY[self.step.kind])

    @property
    def readiness(self) -> str:
        return str(self.step.chance.readiness.label)

    @property
    def tone(self) -> str:
        return READINESS_TONES[self.step.chance.readiness]

    @property
    def may_apply(self) -> bool:
        return self.step.chance.readiness in {Readiness.READY, Readiness.CHECK}

    @property
    def missing(self) -> tuple[str, ...]:
        """What is missing on the nearest way; nothing where she may apply."""
        if self.step.chance.readiness == Readiness.READY:
            return ()
        return tuple(part for part in self.answer.summary.split("；") if part)

    @property
    def hours(self) -> list[str]:
        """The hours of each package, or that nobody has told any."""
        lines = [
            _("%(name)s：共 %(total)s 学时（理论 %(theory)s，实操 %(practice)s）")
            % {
                "name": one.title,
                "total": plain(one.total),
                "theory": plain(one.theory),
                "practice": plain(one.practice),
            }
            for one in self.step.hours
        ]
        return list(dict.fromkeys(lines))

    @property
    def online_hours(self) -> str:
        """The most that may be learnt on the phone; empty where nothing may."""
        most = max((one.online for one in self.step.hours), default=None)
        return plain(most) if most else ""

    @property
    def classes(self) -> tuple[ClassChoice, ...]:
        return self.step.classes[:CLASSES_SHOWN]

    @property
    def others(self) -> int:
        return max(0, len(self.step.classes) - CLASSES_SHOWN)

    @property
    def finder_url(self) -> str:
        goal = self.step.goal
        return f"{reverse('course_finder')}?occupation={goal.occupation_code}&level={goal.level}"

    @property
    def cost(self) -> Cost | None:
        return self.step.cost

    @property
    def is_subsidy_open(self) -> bool:
        """Whether what may be had for training is not known today."""
        return any(
            one.kind == BenefitKind.SUBSIDY and one.state == BenefitState.GAP and not one.is_demonstration
            for one in self.step.benefits
        )

    @property
    def benefits(self) -> list[BenefitWords]:
        return self._benefits(is_folded=False)

    @property
    def folded(self) -> list[BenefitWords]:
        return self._benefits(is_folded=True)

    def _benefits(self, *, is_folded: bool) -> list[BenefitWords]:
        rows = [one for one in self.step.benefits if (one.state in FOLDED) == is_folded]
        rows.sort(key=lambda one: (one.is_demonstration, KINDS.index(one.kind), -(one.amount_fen or 0)))
        return [BenefitWords(one) for one in rows]


def plan_shown(plan: Plan) -> dict[str, Any]:
    """A plan as both pages show it."""
    return {
        "plan": plan,
        "steps": [StepWords(step, answer_words(step.eligibility.decision)) for step in plan.steps],
        "worked": span_words(plan.worked.months) if plan.worked.months else "",
        "worked_guaranteed": span_words(plan.worked.guaranteed) if plan.worked.guaranteed else "",
    }
