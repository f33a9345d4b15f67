"""The words of the career planner."""

from types import MappingProxyType

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from foundation.accounts.states import Role


class StepKind(TextChoices):
    """Why a level stands in the plan."""

    NEXT = "next", _("往上一级")
    HIGHER = "higher", _("可以直接报的更高一级")
    NEIGHBOUR = "neighbour", _("相近的职业")
    WAY_IN = "way_in", _("入门")


class Readiness(TextChoices):
    """How near she is to being admitted, the nearest first."""

    READY = "ready", _("现在就能报")
    CHECK = "check", _("看起来能报，要核对")
    LATER = "later", _("到日子就能报")
    FROM_NOW = "from_now", _("现在开始做，到日子能报")
    FAR = "far", _("还差条件")
    UNKNOWN = "unknown", _("申报条件待确认")


class BenefitKind(TextChoices):
    SUBSIDY = "subsidy", _("补贴")
    AWARD = "award", _("奖励")
    RESIDENCY = "residency", _("落户")
    TALENT = "talent", _("技能人才")


class BenefitState(TextChoices):
    """What the rule of the day says of a benefit."""

    OPEN = "open", _("有")
    CHECK = "check", _("要核对")
    NO = "no", _("领不到")
    CLOSED = "closed", _("现在不在申报时间")
    ELSEWHERE = "elsewhere", _("别的单位发")
    GAP = "gap", _("政策待确认")


class Place(TextChoices):
    """Where a class meets, seen from where she lives, the nearest first."""

    NEAR = "near", _("在您住的区")
    ONLINE = "online", _("线上")
    ELSEWHERE = "elsewhere", _("在别的区")


READINESS_TONES = MappingProxyType(
    {
        Readiness.READY: "success",
        Readiness.CHECK: "waiting",
        Readiness.LATER: "info",
        Readiness.FROM_NOW: "info",
        Readiness.FAR: "stopped",
        Readiness.UNKNOWN: "warning",
    }
)
BENEFIT_TONES = MappingProxyType(
    {
        BenefitState.OPEN: "success",
        BenefitState.CHECK: "waiting",
        BenefitState.NO: "stopped",
        BenefitState.CLOSED: "stopped",
        BenefitState.ELSEWHERE: "info",
        BenefitState.GAP: "warning",
    }
)
# Who opens somebody's plan with her at the counter.
COUNTER = frozenset({Role.OFFICER_INTAKE})
