"""Where an inbound message can stand."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class InboundState(TextChoices):
    RECEIVED = "received", _("待处理")
    HANDLED = "handled", _("已处理")
    FAILED = "failed", _("无法处理")
