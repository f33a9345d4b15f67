"""Where a message can stand."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class MessageState(TextChoices):
    WAITING = "waiting", _("等待发送")
    IN_FLIGHT = "in_flight", _("发送中")
    DELIVERED = "delivered", _("已送达")
    DEAD = "dead", _("发送失败")
    CANCELLED = "cancelled", _("已撤回")


# The sender still has to look at these.
OPEN = (MessageState.WAITING, MessageState.IN_FLIGHT)
# Not at the other side: where order matters, later messages about the same subject wait behind these.
UNDELIVERED = (*OPEN, MessageState.DEAD)
