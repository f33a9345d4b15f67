"""The words of the dashboards: the steps of the way to money, what they are counted by, and who looks."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from foundation.accounts.states import OFFICERS, Role
from subsidies.ledger.states import LEDGER_READERS

# The bureau and its auditors read the city; a school reads itself.
CITY_READERS = OFFICERS | {Role.AUDITOR}
READERS = CITY_READERS | {Role.SCHOOL_STAFF}
MONEY_READERS = LEDGER_READERS
SCHEME_READERS = frozenset({Role.OFFICER_POLICY, Role.OFFICER_REVIEW, Role.AUDITOR})

# Under this name stands when the summaries were counted last.
STAMP = "dashboards.summaries"
# The figure below which nothing is public.
SMALLEST_SHOWN = "platform.statistics.least_shown"


class Step(TextChoices):
    """漏斗: each step counts only those who took all before it, so that no share is over 100 %."""

    ENROLLED = "enrolled", _("报名入班")
    STUDIED = "studied", _("学完结业")
    PASSED = "passed", _("考核合格")
    CERTIFIED = "certified", _("取得证书")
    CLAIMED = "claimed", _("申领补贴")
    PAID = "paid", _("补贴到账")


class Dimension(TextChoices):
    """What the funnel is broken down by."""

    GROUP = "group", _("人员类别")
    DISTRICT = "district", _("居住区")
    OCCUPATION = "occupation", _("职业")
    LEVEL = "level", _("等级")
    SCHOOL = "school", _("培训机构")
    MONTH = "month", _("开班月份")


class Outcome(TextChoices):
    """Where a training stood on the last day of a public edition: each counts once."""

    STUDYING = "studying", _("在学或未取得证书")
    CERTIFIED = "certified", _("已取得证书，补贴未到账")
    PAID = "paid", _("补贴已到账")


class Wait(TextChoices):
    """How near a legal day is, in working days."""

    OVERDUE = "overdue", _("已超期")
    TODAY = "today", _("今天到期")
    SOON = "soon", _("1—3 个工作日")
    LATER = "later", _("4 个工作日以上")


# The last working day that still counts as soon.
SOON_DAYS = 3
