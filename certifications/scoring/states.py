"""The words of scores and results."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


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
