"""What was done, by whom, to what, why: rows that nothing changes, each linked to the one before."""

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Func, Q
from django.utils.translation import gettext_lazy as _

# app.entity.past_tense, as in "workers.worker.verified"
ACTION_SHAPE = r"^[a-z][a-z0-9_]*\.[a-z][a-z0-9_]*\.[a-z][a-z0-9_]*$"


class ClockTimestamp(Func):
    """The moment itself, not the beginning of the transaction."""

    template = "clock_timestamp()"
    output_field = models.DateTimeField()


class AuditEvent(models.Model):
    """One act. The database refuses to change or remove it, and links it into the chain of the day at commit."""

    at = models.DateTimeField(_("时间"), db_default=ClockTimestamp())
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
        db_index=False,
        verbose_name=_("操作人"),
        help_text=_("由系统自动完成的操作留空。"),
    )
    on_behalf_of = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
        db_index=False,
        verbose_name=_("代谁办理"),
        help_text=_("窗口代办时，记录被代办的人。"),
    )
    action = models.CharField(_("操作"), max_length=100, help_text=_("写法：应用.对象.动作。"))
    object_type = models.CharField(_("对象类型"), max_length=100, blank=True)
    object_id = models.CharField(_("对象编号"), max_length=100, blank=True)
    object_label = models.CharField(_("对象名称"), max_length=200, blank=True, help_text=_("记录当时的名称，已脱敏。"))
    reason = models.TextField(_("原因"), blank=True)
    data = models.JSONField(_("详情"), default=dict, blank=True, encoder=DjangoJSONEncoder)
    request_id = models.CharField(_("请求编号"), max_length=64, blank=True)

    class Meta:
        verbose_name = _("操作记录")
        verbose_name_plural = _("操作记录")
        indexes = [
            models.Index(fields=["at"], name="audit_event_by_time"),
            models.Index(fields=["actor", "at"], name="audit_event_by_actor"),
            models.Index(fields=["object_type", "object_id"], name="audit_event_by_object"),
            models.Index(
                fields=["on_behalf_of", "at"],
                condition=Q(on_behalf_of__isnull=False),
                name="audit_event_on_behalf",
            ),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(action__regex=ACTION_SHAPE), name="audit_action_has_three_parts"),
        ]

    def __str__(self) -> str:
        return f"{self.action} {self.object_label}".strip()


class AuditLink(models.Model):
    """The event's place in the chain. Written by the database at commit, never by the application."""

    event = models.OneToOneField(AuditEvent, on_delete=models.PROTECT, related_name="link", verbose_name=_("操作记录"))
    day = models.DateField(_("日期"), help_text=_("提交当日，按北京时间。"))
    number = models.PositiveIntegerField(_("当日序号"))
    previous = models.BinaryField(_("上一条摘要"), max_length=32)
    digest = models.BinaryField(_("本条摘要"), max_length=32)

    class Meta:
        verbose_name = _("链条")
        verbose_name_plural = _("链条")
        constraints = [
            models.UniqueConstraint(fields=["day", "number"], name="audit_link_number_is_taken_once"),
            models.CheckConstraint(condition=Q(number__gte=1), name="audit_link_numbers_begin_with_one"),
        ]

    def __str__(self) -> str:
        return f"{self.day} #{self.number}"


class AuditDayHead(models.Model):
    """A finished day: how many links it has and the digest of the last, also written to the log."""

    day = models.DateField(_("日期"), unique=True)
    count = models.PositiveIntegerField(_("记录条数"))
    digest = models.BinaryField(_("末条摘要"), max_length=32)
    sealed_at = models.DateTimeField(_("封存时间"), db_default=ClockTimestamp())

    class Meta:
        verbose_name = _("每日封存")
        verbose_name_plural = _("每日封存")

    def __str__(self) -> str:
        return f"{self.day} {bytes(self.digest).hex()}"
