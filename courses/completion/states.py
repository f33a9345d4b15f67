"""The words of completion, and who may do what."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from foundation.accounts.states import Role


class Outcome(TextChoices):
    COMPLETED = "completed", _("结业")
    NOT_COMPLETED = "not_completed", _("未结业")


class CheckCode(TextChoices):
    """What somebody is judged by, in the order in which it is told."""

    CONFIRMED = "confirmed", _("本人确认报名")
    THEORY = "theory", _("理论学时")
    PRACTICE = "practice", _("实操学时")
    RATE = "rate", _("出勤率")
    PRESENCE = "presence", _("在线提问回答率")
    QUIZZES = "quizzes", _("课后测验")


JUDGES = frozenset({Role.OFFICER_REVIEW, Role.OFFICER_INSPECTION})
EXPORTERS = frozenset({Role.SCHOOL_STAFF, Role.OFFICER_INTAKE, Role.OFFICER_REVIEW, Role.OFFICER_INSPECTION})
READERS = EXPORTERS | {Role.AUDITOR}
