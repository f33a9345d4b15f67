"""拨付: what is sent to the bank, what the bank answered, and that nobody is paid twice."""

from django.conf import settings
from django.core.files.storage import Storage, storages
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from foundation.crypto.fields import BlindIndexField, EncryptedTextField
from subsidies.claims.models import Claim
from subsidies.payments.states import BatchState, JobKind, JobState, LineState, ReturnState
from subsidies.schemes.states import Fund


def private_files() -> Storage:
    """Where files for and from the bank lie: encrypted, and no web address reaches them."""
    return storages["private"]


class PaymentBatch(models.Model):
    """拨付批次: claims of one fund, paid by one file."""

    number = models.CharField(
        _("批次号"),
        max_length=11,
        unique=True,
        validators=[RegexValidator(r"^\d{11}$")],
        help_text=_("日期加三位序号。"),
    )
    fund = models.CharField(_("资金来源"), max_length=12, choices=Fund.choices)
    state = models.CharField(_("状态"), max_length=10, choices=BatchState.choices, default=BatchState.BUILT)
    lines_count = models.PositiveIntegerField(_("笔数"))
    total_fen = models.PositiveBigIntegerField(_("总金额（分）"))
    built_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("编制人")
    )
    built_at = models.DateTimeField(_("编制时间"))
    signed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
        verbose_name=_("签批人"),
    )
    signed_at = models.DateTimeField(_("签批时间"), null=True, blank=True)
    sent_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
        verbose_name=_("送盘人"),
    )
    sent_at = models.DateTimeField(_("送银行时间"), null=True, blank=True)
    settled_at = models.DateTimeField(_("结清时间"), null=True, blank=True)
    file_digest = models.CharField(_("送盘文件摘要"), max_length=64, blank=True, help_text=_("文本文件的 SHA-256。"))

    class Meta:
        verbose_name = _("拨付批次")
        verbose_name_plural = _("拨付批次")
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=BatchState.values), name="payment_batch_state_is_known"),
            models.CheckConstraint(condition=Q(fund__in=Fund.values), name="payment_batch_fund_is_known"),
            models.CheckConstraint(condition=Q(number__regex=r"^\d{11}$"), name="payment_batch_number_has_shape"),
            models.CheckConstraint(
                condition=Q(state__in=[BatchState.BUILT, BatchState.CANCELLED])
                | Q(signed_by__isnull=False, signed_at__isnull=False),
                name="payment_batch_signed_says_by_whom",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=[BatchState.SENT, BatchState.SETTLED])
                | (Q(sent_by__isnull=False, sent_at__isnull=False) & ~Q(file_digest="")),
                name="payment_batch_sent_says_by_whom",
            ),
            models.CheckConstraint(
                condition=~Q(state=BatchState.SETTLED) | Q(settled_at__isnull=False),
                name="payment_batch_settled_says_when",
            ),
            models.CheckConstraint(
                condition=Q(state=BatchState.CANCELLED) | Q(lines_count__gt=0, total_fen__gt=0),
                name="payment_batch_pays_something",
            ),
        ]

    def __str__(self) -> str:
        return self.number


class PaymentBatchEvent(models.Model):
    """One move of a batch. Rows are only added."""

    batch = models.ForeignKey(PaymentBatch, on_delete=models.PROTECT, related_name="events", verbose_name=_("拨付批次"))
    action = models.CharField(_("动作"), max_length=20)
    source = models.CharField(_("原状态"), max_length=10, blank=True)
    target = models.CharField(_("新状态"), max_length=10)
    reason = models.TextField(_("说明"), blank=True)
    data = models.JSONField(_("内容"), default=dict, blank=True)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True, verbose_name=_("经办人")
    )
    at = models.DateTimeField(_("时间"))

    class Meta:
        verbose_name = _("批次记录")
        verbose_name_plural = _("批次记录")
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return f"{self.action} {self.at:%Y-%m-%d %H:%M}"


class PaymentLine(models.Model):
    """One payment of a batch, with the name and account as they went to the bank. A claim has one that stands."""

    batch = models.ForeignKey(PaymentBatch, on_delete=models.PROTECT, related_name="lines", verbose_name=_("拨付批次"))
    serial = models.PositiveIntegerField(_("序号"))
    claim = models.ForeignKey(Claim, on_delete=models.PROTECT, related_name="payment_lines", verbose_name=_("申领"))
    name = EncryptedTextField(_("户名"))
    account = EncryptedTextField(_("账号"))
    account_index = BlindIndexField(source="account", kind="account", db_index=True)
    amount_fen = models.PositiveBigIntegerField(_("金额（分）"))
    state = models.CharField(_("状态"), max_length=8, choices=LineState.choices, default=LineState.WAITING)
    reason = models.CharField(_("失败原因"), max_length=100, blank=True)
    settled_at = models.DateTimeField(_("回盘时间"), null=True, blank=True)

    class Meta:
        verbose_name = _("拨付明细")
        verbose_name_plural = _("拨付明细")
        ordering = ["batch", "serial"]
        constraints = [
            models.UniqueConstraint(fields=["batch", "serial"], name="payment_line_has_its_place"),
            models.CheckConstraint(condition=Q(state__in=LineState.values), name="payment_line_state_is_known"),
            models.CheckConstraint(condition=Q(amount_fen__gt=0), name="payment_line_has_an_amount"),
            models.UniqueConstraint(
                fields=["claim"],
                condition=Q(state__in=[LineState.WAITING, LineState.PAID]),
                name="payment_pays_a_claim_once",
            ),
            models.CheckConstraint(
                condition=~Q(state=LineState.FAILED) | ~Q(reason=""), name="payment_line_failed_says_why"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.batch_id} {self.serial}"


class BankReturn(models.Model):
    """回盘文件: what the bank sent, kept as it came. The same file again is the same row."""

    batch = models.ForeignKey(
        PaymentBatch,
        on_delete=models.PROTECT,
        related_name="returns",
        null=True,
        blank=True,
        verbose_name=_("拨付批次"),
    )
    sha256 = models.CharField(_("文件摘要"), max_length=64, unique=True)
    file = models.FileField(_("文件"), storage=private_files, max_length=120)
    state = models.CharField(_("状态"), max_length=8, choices=ReturnState.choices)
    paid_count = models.PositiveIntegerField(_("成功笔数"), default=0)
    failed_count = models.PositiveIntegerField(_("失败笔数"), default=0)
    problems = models.JSONField(
        _("问题"), default=list, help_text=_("行号、问题和办法；没有户名和账号。任何一行有问题，整个文件都不入账。")
    )
    read_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("导入人")
    )
    read_at = models.DateTimeField(_("导入时间"))

    # Said of the answer to an upload: the file had been read before, and nothing changed.
    is_repeated = False

    class Meta:
        verbose_name = _("回盘文件")
        verbose_name_plural = _("回盘文件")
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=ReturnState.values), name="bank_return_state_is_known"),
            models.CheckConstraint(
                condition=~Q(state=ReturnState.READ) | Q(batch__isnull=False), name="bank_return_read_names_its_batch"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.batch_id} {self.get_state_display()}"


class PaymentJob(models.Model):
    """Something asked for at the desk, done by whoever gets to it first, once: with its outcome in one transaction."""

    kind = models.CharField(_("事项"), max_length=8, choices=JobKind.choices)
    state = models.CharField(_("状态"), max_length=8, choices=JobState.choices, default=JobState.WAITING)
    fund = models.CharField(_("资金来源"), max_length=12, choices=Fund.choices, blank=True)
    claims = models.JSONField(_("申领"), null=True, blank=True, help_text=_("选中的申领的编号；不填表示全部。"))
    size = models.PositiveIntegerField(_("笔数"), default=0)
    seen_fen = models.PositiveBigIntegerField(
        _("签批人看到的总金额（分）"), null=True, blank=True, help_text=_("与实际不同的，不签批。")
    )
    paid_on = models.DateField(_("到账日期"), null=True, blank=True)
    file = models.FileField(_("文件"), storage=private_files, max_length=120, blank=True)
    batch = models.ForeignKey(
        PaymentBatch, on_delete=models.PROTECT, related_name="jobs", null=True, blank=True, verbose_name=_("拨付批次")
    )
    bank_return = models.ForeignKey(
        BankReturn, on_delete=models.PROTECT, related_name="+", null=True, blank=True, verbose_name=_("回盘文件")
    )
    message = models.TextField(_("结果"), blank=True)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("提交人")
    )
    asked_at = models.DateTimeField(_("提交时间"))
    finished_at = models.DateTimeField(_("办完时间"), null=True, blank=True)

    class Meta:
        verbose_name = _("拨付事项")
        verbose_name_plural = _("拨付事项")
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=JobKind.values), name="payment_job_kind_is_known"),
            models.CheckConstraint(condition=Q(state__in=JobState.values), name="payment_job_state_is_known"),
            models.CheckConstraint(
                condition=Q(state=JobState.WAITING) | Q(finished_at__isnull=False), name="payment_job_ended_says_when"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.get_state_display()}"
