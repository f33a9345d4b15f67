"""What is told to another office about one person, under her consent, and what that office answered."""

from uuid import uuid4

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from foundation.crypto.fields import EncryptedTextField
from foundation.outbox.models import OutboxMessage
from foundation.privacy.models import Consent
from residency.evidence.states import (
    GIVEN,
    Channel,
    Outcome,
    PackState,
    Receiver,
    WithdrawalState,
)
from workers.models import Worker


class EvidenceFile(models.Model):
    """One person at one receiver. The row is locked whenever the receiver is to be told something new about her."""

    worker = models.ForeignKey(
        Worker, on_delete=models.PROTECT, related_name="evidence_files", verbose_name=_("从业人员")
    )
    receiver = models.CharField(_("接收方"), max_length=20, choices=Receiver.choices)
    reference = models.UUIDField(
        _("对方所见编号"), default=uuid4, unique=True, editable=False, help_text=_("每个接收方各不相同，不能互相对照。")
    )
    last_sequence = models.PositiveIntegerField(_("最后的顺序号"), default=0)
    last_version = models.PositiveIntegerField(_("最后的版本"), default=0)

    class Meta:
        verbose_name = _("材料接收档案")
        verbose_name_plural = _("材料接收档案")
        constraints = [
            models.UniqueConstraint(fields=["worker", "receiver"], name="evidence_file_is_one_per_receiver"),
            models.CheckConstraint(condition=Q(receiver__in=Receiver.values), name="evidence_file_receiver_is_known"),
        ]

    def __str__(self) -> str:
        return f"{self.get_receiver_display()} {self.reference}"


class EvidencePack(models.Model):
    """One version of what one receiver gets about one person: signed, and never changed after it was made."""

    file = models.ForeignKey(EvidenceFile, on_delete=models.PROTECT, related_name="packs", verbose_name=_("接收档案"))
    reference = models.UUIDField(_("编号"), unique=True, editable=False)
    version = models.PositiveIntegerField(_("版本"))
    sequence = models.PositiveIntegerField(_("顺序号"), help_text=_("同一人、同一接收方的消息逐一增加。"))
    consent = models.ForeignKey(Consent, on_delete=models.PROTECT, related_name="+", verbose_name=_("授权同意"))
    content = EncryptedTextField(_("内容"), help_text=_("规范化的 JSON，加密保存。"))
    facts_sha256 = models.CharField(_("事实摘要"), max_length=64, help_text=_("不含编号和时间，用来看内容变没变。"))
    digest = models.CharField(_("内容摘要"), max_length=64)
    jws = models.TextField(_("签名"), help_text=_("对内容的分离式 JWS（ES256）。"))
    state = models.CharField(_("状态"), max_length=12, choices=PackState.choices, default=PackState.QUEUED)
    channel = models.CharField(_("办理方式"), max_length=8, choices=Channel.choices)
    message = models.OneToOneField(
        OutboxMessage, on_delete=models.SET_NULL, related_name="+", null=True, blank=True, verbose_name=_("对外消息")
    )
    receipt = models.CharField(_("对方回执号"), max_length=100, blank=True)
    result_number = models.PositiveIntegerField(
        _("最后一次答复的序号"), default=0, help_text=_("较早的答复只留存，不改变状态。")
    )
    sent_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("发送人")
    )
    sent_at = models.DateTimeField(_("发送时间"))
    delivered_at = models.DateTimeField(_("送达时间"), null=True, blank=True)
    answered_at = models.DateTimeField(_("答复时间"), null=True, blank=True)

    class Meta:
        verbose_name = _("证明材料包")
        verbose_name_plural = _("证明材料包")
        ordering = ["-sequence"]
        indexes = [models.Index(fields=["state", "-sent_at"], name="evidence_pack_by_state")]
        constraints = [
            models.UniqueConstraint(fields=["file", "version"], name="evidence_pack_version_is_unique"),
            models.UniqueConstraint(fields=["file", "sequence"], name="evidence_pack_sequence_is_unique"),
            models.UniqueConstraint(
                fields=["file"],
                condition=Q(state__in=[PackState.QUEUED, *sorted(GIVEN)]),
                name="evidence_pack_is_live_once",
            ),
            models.CheckConstraint(condition=Q(state__in=PackState.values), name="evidence_pack_state_is_known"),
            models.CheckConstraint(
                condition=~Q(state__in=sorted(GIVEN)) | Q(delivered_at__isnull=False),
                name="evidence_pack_given_says_when",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=[PackState.ACCEPTED, PackState.REFUSED]) | Q(answered_at__isnull=False),
                name="evidence_pack_answered_says_when",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.reference} v{self.version}"


class EvidenceEvent(models.Model):
    """Something that happened to a pack. Rows are only added."""

    pack = models.ForeignKey(EvidencePack, on_delete=models.PROTECT, related_name="events", verbose_name=_("材料包"))
    action = models.CharField(_("动作"), max_length=20)
    source = models.CharField(_("原状态"), max_length=12, blank=True)
    target = models.CharField(_("新状态"), max_length=12, choices=PackState.choices)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True, verbose_name=_("经办人")
    )
    reason = models.TextField(_("说明"), blank=True)
    at = models.DateTimeField(_("时间"))

    class Meta:
        verbose_name = _("材料包事件")
        verbose_name_plural = _("材料包事件")
        ordering = ["at", "pk"]
        indexes = [models.Index(fields=["pack", "at"], name="evidence_event_by_pack")]

    def __str__(self) -> str:
        return f"{self.action} {self.at:%Y-%m-%d %H:%M}"


class EvidenceWithdrawal(models.Model):
    """The consent ended: the receiver is told to delete everything up to a sequence number."""

    file = models.ForeignKey(
        EvidenceFile, on_delete=models.PROTECT, related_name="withdrawals", verbose_name=_("接收档案")
    )
    reference = models.UUIDField(_("编号"), unique=True, editable=False)
    sequence = models.PositiveIntegerField(_("顺序号"))
    consent = models.OneToOneField(Consent, on_delete=models.PROTECT, related_name="+", verbose_name=_("授权同意"))
    content = models.TextField(_("内容"), help_text=_("规范化的 JSON，不含个人信息；发送时签名。"))
    state = models.CharField(_("状态"), max_length=12, choices=WithdrawalState.choices, default=WithdrawalState.QUEUED)
    message = models.OneToOneField(
        OutboxMessage, on_delete=models.SET_NULL, related_name="+", null=True, blank=True, verbose_name=_("对外消息")
    )
    receipt = models.CharField(_("对方回执号"), max_length=100, blank=True)
    requested_at = models.DateTimeField(_("撤回时间"))
    delivered_at = models.DateTimeField(_("送达时间"), null=True, blank=True)
    confirmed_at = models.DateTimeField(_("对方确认时间"), null=True, blank=True)

    class Meta:
        verbose_name = _("撤回通知")
        verbose_name_plural = _("撤回通知")
        ordering = ["-sequence"]
        constraints = [
            models.UniqueConstraint(fields=["file", "sequence"], name="evidence_withdrawal_sequence_is_unique"),
            models.CheckConstraint(
                condition=Q(state__in=WithdrawalState.values), name="evidence_withdrawal_state_is_known"
            ),
            models.CheckConstraint(
                condition=~Q(state=WithdrawalState.CONFIRMED) | Q(confirmed_at__isnull=False),
                name="evidence_withdrawal_confirmed_says_when",
            ),
        ]

    def __str__(self) -> str:
        return str(self.reference)


class EvidenceResult(models.Model):
    """One answer of a receiver, as it came; late and repeated ones too. Rows are only added."""

    pack = models.ForeignKey(
        EvidencePack, on_delete=models.PROTECT, related_name="results", null=True, blank=True, verbose_name=_("材料包")
    )
    withdrawal = models.ForeignKey(
        EvidenceWithdrawal,
        on_delete=models.PROTECT,
        related_name="results",
        null=True,
        blank=True,
        verbose_name=_("撤回通知"),
    )
    external_id = models.CharField(_("对方编号"), max_length=130, unique=True)
    number = models.PositiveIntegerField(_("答复序号"))
    outcome = models.CharField(_("结果"), max_length=10, choices=Outcome.choices)
    codes = models.JSONField(_("原因代码"), default=list)
    content = EncryptedTextField(_("答复内容"), help_text=_("对方写的原因可能含个人信息，加密保存。"))
    is_applied = models.BooleanField(_("已采用"), help_text=_("迟到的和关于旧版本的答复只留存。"))
    at = models.DateTimeField(_("对方答复时间"))
    recorded_at = models.DateTimeField(_("记录时间"))

    class Meta:
        verbose_name = _("对方答复")
        verbose_name_plural = _("对方答复")
        ordering = ["recorded_at", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(outcome__in=Outcome.values), name="evidence_result_outcome_is_known"),
            models.CheckConstraint(
                condition=Q(pack__isnull=False, withdrawal__isnull=True)
                | Q(pack__isnull=True, withdrawal__isnull=False),
                name="evidence_result_is_about_one_thing",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_outcome_display()} #{self.number}"
