"""The words of assessment plans, and which state follows which."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


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
