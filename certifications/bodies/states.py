"""The words of the register of assessment bodies."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class BodyKind(TextChoices):
    """The first letter of the number of a level certificate. Source: 人社鉴发〔2019〕2号."""

    EMPLOYER = "Y", _("用人单位")
    SOCIAL = "S", _("社会培训评价组织")


class BodyState(TextChoices):
    ACTIVE = "active", _("正常")
    SUSPENDED = "suspended", _("暂停")
    CLOSED = "closed", _("注销")
