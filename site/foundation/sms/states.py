"""Where a text message can stand."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class SmsState(TextChoices):
    QUEUED = "queued", _("等待发送")
    SENT = "sent", _("已发出")
    DELIVERED = "delivered", _("已送达")
    FAILED = "failed", _("未送达")
    EXPIRED = "expired", _("已过期，未发送")
