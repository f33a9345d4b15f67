"""The words of assessment plans, and which state follows which."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from courses.catalogue.states import SkillLevel
from foundation.accounts.states import Role


class PlanKind(TextChoices):
    LEVEL = "level", _("职业技能等级认定")
    SCHOOL_TEST = "school_test", _("培训结业考核")


class PlanState(TextChoices):
    DRAFT = "draft", _("编制中")
    OPEN = "open", _("接受申报")
    ARRANGED = "arranged", _("已编排考场")
    HELD = "held", _("已考核，待公布")
    PUBLISHED = "published", _("成绩已公布，可申请复核")
    FINAL = "final", _("成绩已确定")
    CANCELLED = "cancelled", _("已取消")


class PartKind(TextChoices):
    """The parts of an assessment; a review is for levels two and one only."""

    THEORY = "theory", _("理论知识")
    PRACTICAL = "practical", _("技能操作")
    REVIEW = "review", _("综合评审")


class Duty(TextChoices):
    INVIGILATOR = "invigilator", _("监考员")
    ASSESSOR = "assessor", _("考评员")
    REVIEWER = "reviewer", _("评审专家")


class CandidateState(TextChoices):
    ADMITTED = "admitted", _("准考")
    WITHDRAWN = "withdrawn", _("本人放弃")
    EXCLUDED = "excluded", _("取消资格")


# Who judges work. An invigilator only keeps order, and may have taught the candidates.
JUDGING = frozenset({Duty.ASSESSOR, Duty.REVIEWER})
# What the parts of an assessment must be judged by: the practical part by assessors, the review by its panel.
JUDGES_OF = MappingProxyType({PartKind.PRACTICAL: Duty.ASSESSOR, PartKind.REVIEW: Duty.REVIEWER})
DUTY_OF = MappingProxyType({PartKind.THEORY: Duty.INVIGILATOR, **JUDGES_OF})
# Levels with a 综合评审 besides theory and practice.
REVIEWED = frozenset({SkillLevel.TWO, SkillLevel.ONE})

# Who runs plans of a kind, and which of the bureau may cancel any of them.
KEEPERS = MappingProxyType({PlanKind.LEVEL: Role.BODY_STAFF, PlanKind.SCHOOL_TEST: Role.SCHOOL_STAFF})
PLANNERS = frozenset(KEEPERS.values())
CANCELLERS = frozenset({Role.OFFICER_REVIEW, Role.OFFICER_INSPECTION})
OVERSEERS = frozenset(
    {Role.OFFICER_INTAKE, Role.OFFICER_REVIEW, Role.OFFICER_INSPECTION, Role.OFFICER_POLICY, Role.AUDITOR}
)
READERS = PLANNERS | OVERSEERS


@dataclass(frozen=True)
class Move:
    """One step of a plan: where it may start and where it ends, by kind, and who may take it besides its keeper."""

    sources: Mapping[PlanKind, frozenset[PlanState]]
    targets: Mapping[PlanKind, PlanState]
    others: frozenset[Role] = frozenset()
    needs_reason: bool = False
    is_keepers: bool = True


_S = PlanState


def _move(sources: set[PlanState], target: PlanState, **fields: object) -> Move:
    """The same for both kinds."""
    kinds = list(PlanKind)
    return Move(dict.fromkeys(kinds, frozenset(sources)), dict.fromkeys(kinds, target), **fields)  # type: ignore[arg-type]


# A school's test takes no applications: who sits it is known from the close of the class.
TRANSITIONS: Mapping[str, Move] = MappingProxyType(
    {
        "open": Move({PlanKind.LEVEL: frozenset({_S.DRAFT})}, {PlanKind.LEVEL: _S.OPEN}),
        "arrange": Move(
            {PlanKind.LEVEL: frozenset({_S.OPEN}), PlanKind.SCHOOL_TEST: frozenset({_S.DRAFT})},
            dict.fromkeys(PlanKind, _S.ARRANGED),
        ),
        "reopen": Move(
            dict.fromkeys(PlanKind, frozenset({_S.ARRANGED})),
            {PlanKind.LEVEL: _S.OPEN, PlanKind.SCHOOL_TEST: _S.DRAFT},
            needs_reason=True,
        ),
        "hold": _move({_S.ARRANGED}, _S.HELD),
        "publish": _move({_S.HELD}, _S.PUBLISHED),
        "finalise": _move({_S.PUBLISHED}, _S.FINAL),
        # Taken back by the bureau alone, through certifications.scoring, to put a published mark right.
        "recall": _move({_S.PUBLISHED, _S.FINAL}, _S.HELD, others=CANCELLERS, needs_reason=True, is_keepers=False),
        "cancel": _move({_S.DRAFT, _S.OPEN, _S.ARRANGED}, _S.CANCELLED, others=CANCELLERS, needs_reason=True),
    }
)
PAST = MappingProxyType(
    {
        "open": "opened",
        "arrange": "arranged",
        "reopen": "reopened",
        "hold": "held",
        "publish": "published",
        "finalise": "finalised",
        "recall": "recalled",
        "cancel": "cancelled",
    }
)
# Times, rooms, panels and candidates may still change.
EDITABLE = frozenset({_S.DRAFT, _S.OPEN})
TONES: Mapping[str, str] = MappingProxyType(
    {
        _S.DRAFT: "neutral",
        _S.OPEN: "info",
        _S.ARRANGED: "info",
        _S.HELD: "warning",
        _S.PUBLISHED: "info",
        _S.FINAL: "success",
        _S.CANCELLED: "neutral",
    }
)
