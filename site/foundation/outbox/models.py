"""What other systems are to be told: written with the decision, sent after it."""

import json
from typing import Any
from uuid import uuid4

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from foundation.crypto.fields import EncryptedTextField
from foundation.outbox.states import OPEN, UNDELIVERED, MessageState

TOPIC_SHAPE = r"^[a-z][a-z0-9-]*/[0-9]+$"


class OutboxMessage(models.Model):
    """One message to one other system. Its content is encrypted while it waits and gone once it was delivered."""

    key = models.UUIDField(
        _("幂等键"), default=uuid4, unique=True, editable=False, help_text=_("每次重发都相同，对方据此识别重复消息。")
    )
    topic = models.CharField(_("主题"), max_length=60, help_text=_("名称和格式版本，例如 sms/1。"))
    subject = models.CharField(
        _("事项"), max_length=100, help_text=_("消息关于谁或什么，例如 worker:123；不得含个人信息。")
    )
    dedupe_key = models.CharField(_("去重键"), max_length=200, help_text=_("同一主题下相同的键只产生一条消息。"))
    payload = EncryptedTextField(_("内容"), blank=True, default="", help_text=_("JSON，加密保存，送达后清空。"))
    payload_sha256 = models.CharField(_("内容摘要"), max_length=64, help_text=_("清空后仍可证明当时发送了什么。"))
    is_ordered = models.BooleanField(
        _("按顺序发送"), default=False, help_text=_("同一事项较早的消息未送达时，本消息等待。")
    )
    is_urgent = models.BooleanField(_("优先发送"), default=False, help_text=_("有人正在等待，例如登录验证码。"))

    state = models.CharField(_("状态"), max_length=20, choices=MessageState.choices, default=MessageState.WAITING)
    attempts = models.PositiveSmallIntegerField(_("已尝试次数"), default=0)
    not_before = models.DateTimeField(_("最早发送时间"), default=timezone.now)
    leased_until = models.DateTimeField(
        _("占用至"), null=True, blank=True, help_text=_("发送进程中断时，过了这个时间由其他进程接手。")
    )
    last_error_code = models.CharField(_("最近一次错误代码"), max_length=60, blank=True)
    last_error = models.CharField(_("最近一次错误"), max_length=500, blank=True, help_text=_("已脱敏。"))
    receipt = models.JSONField(_("对方回执"), default=dict, blank=True, encoder=DjangoJSONEncoder)
    created_at = models.DateTimeField(_("产生时间"), default=timezone.now)
    delivered_at = models.DateTimeField(_("送达时间"), null=True, blank=True)
    cancelled_at = models.DateTimeField(_("撤回时间"), null=True, blank=True)
    keep_until = models.DateField(_("保存至"), null=True, blank=True, help_text=_("办结之日起计算。"))

    class Meta:
        verbose_name = _("对外消息")
        verbose_name_plural = _("对外消息")
        constraints = [
            models.UniqueConstraint(fields=["topic", "dedupe_key"], name="outbox_message_is_enqueued_once"),
            models.CheckConstraint(condition=Q(state__in=MessageState.values), name="outbox_state_is_known"),
            models.CheckConstraint(condition=Q(topic__regex=TOPIC_SHAPE), name="outbox_topic_names_its_version"),
            models.CheckConstraint(
                condition=Q(state=MessageState.DELIVERED, delivered_at__isnull=False)
                | (~Q(state=MessageState.DELIVERED) & Q(delivered_at__isnull=True)),
                name="outbox_delivered_means_when",
            ),
            models.CheckConstraint(
                condition=~Q(state=MessageState.IN_FLIGHT) | Q(leased_until__isnull=False),
                name="outbox_in_flight_is_leased",
            ),
        ]
        indexes = [
            models.Index(fields=["-is_urgent", "id"], name="outbox_open", condition=Q(state__in=OPEN)),
            models.Index(
                fields=["topic", "subject", "id"], name="outbox_undelivered", condition=Q(state__in=UNDELIVERED)
            ),
            models.Index(fields=["-id"], name="outbox_dead", condition=Q(state=MessageState.DEAD)),
        ]

    def __str__(self) -> str:
        return f"{self.topic} {self.subject} #{self.pk}"

    @property
    def content(self) -> dict[str, Any]:
        """The payload as it was enqueued; empty once it was scrubbed."""
        return json.loads(self.payload) if self.payload else {}
