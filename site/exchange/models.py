"""What other systems told us: kept as it came, then handled."""

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from exchange.states import InboundState
from foundation.crypto.fields import EncryptedTextField


class InboundMessage(models.Model):
    """One call of another system. The same call twice is one row."""

    source = models.CharField(_("来源"), max_length=40, help_text=_("例如 sms-receipt/1。"))
    external_id = models.CharField(_("对方编号"), max_length=100, help_text=_("对方为每次通知给出的唯一编号。"))
    body = EncryptedTextField(_("原文"), help_text=_("收到的内容，加密保存。"))
    body_sha256 = models.CharField(_("原文摘要"), max_length=64)
    state = models.CharField(_("状态"), max_length=20, choices=InboundState.choices, default=InboundState.RECEIVED)
    attempts = models.PositiveSmallIntegerField(_("已处理次数"), default=0)
    last_error_code = models.CharField(_("最近一次错误代码"), max_length=60, blank=True)
    received_at = models.DateTimeField(_("收到时间"), default=timezone.now)
    handled_at = models.DateTimeField(_("处理时间"), null=True, blank=True)

    class Meta:
        verbose_name = _("收到的消息")
        verbose_name_plural = _("收到的消息")
        constraints = [
            models.UniqueConstraint(fields=["source", "external_id"], name="inbound_message_is_stored_once"),
            models.CheckConstraint(condition=Q(state__in=InboundState.values), name="inbound_state_is_known"),
            models.CheckConstraint(
                condition=~Q(state=InboundState.HANDLED) | Q(handled_at__isnull=False),
                name="inbound_handled_means_when",
            ),
        ]
        indexes = [
            models.Index(fields=["received_at"], name="inbound_open", condition=Q(state=InboundState.RECEIVED)),
        ]

    def __str__(self) -> str:
        return f"{self.source} #{self.pk}"
