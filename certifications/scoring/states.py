"""The words of scores, ratings, results and appeals, and who has to do with them."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from certifications.plans.states import PlanState
from foundation.accounts.states import Role


class ScoreState(TextChoices):
    MARKED = "marked", _("有成绩")
    ABSENT = "absent", _("缺考")
    VOID = "void", _("作废")


class ScoreSource(TextChoices):
    FILE = "file", _("成绩单导入")
    PHONE = "phone", _("考评员评分")
    DESK = "desk", _("人工录入")
    REMARK = "remark", _("复核更正")


class ResultOutcome(TextChoices):
    PASSED = "passed", _("合格")
    FAILED = "failed", _("不合格")


class RatingState(TextChoices):
    """What an assessor says of a candidate. Whether a mark is void is never hers to decide."""

    RATED = "rated", _("已评分")
    ABSENT = "absent", _("缺考")


class AppealState(TextChoices):
    OPEN = "open", _("等待复核")
    CHANGED = "changed", _("已更正")
    KEPT = "kept", _("维持原成绩")


ANSWERED = frozenset({AppealState.CHANGED, AppealState.KEPT})
# One function moves an appeal along this table: action → from, to.
APPEAL_MOVES: dict[str, tuple[AppealState, AppealState]] = {
    "change": (AppealState.OPEN, AppealState.CHANGED),
    "keep": (AppealState.OPEN, AppealState.KEPT),
}

# Marks are given and put right until they are published; afterwards only by an appeal.
MARKING = frozenset({PlanState.ARRANGED, PlanState.HELD})
PUBLIC = frozenset({PlanState.PUBLISHED, PlanState.FINAL})

DESK = frozenset({Role.SCHOOL_STAFF, Role.BODY_STAFF})
READERS = DESK | {Role.OFFICER_INTAKE, Role.OFFICER_REVIEW, Role.OFFICER_INSPECTION, Role.AUDITOR}
OVERSEERS = READERS - DESK
EXPORTERS = READERS - {Role.AUDITOR}
REOPENERS = frozenset({Role.OFFICER_REVIEW, Role.OFFICER_INSPECTION})

OUTCOME_TONES = {ResultOutcome.PASSED.value: "success", ResultOutcome.FAILED.value: "warning"}
APPEAL_TONES = {AppealState.OPEN.value: "waiting", AppealState.CHANGED.value: "info", AppealState.KEPT.value: "neutral"}
