"""公示: who is to get what, where everybody can read it, and what anybody says against it."""

from django.conf import settings
from django.core.files.storage import Storage, storages
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from foundation.crypto.fields import BlindIndexField, EncryptedTextField
from subsidies.claims.models import Claim
from subsidies.notices.states import LineState, NoticeState, ObjectionState


def private_files() -> Storage:
    """Where evidence lies: encrypted, and no web address reaches it."""
    return storages["private"]


class PublicNotice(models.Model):
    """One list, shown for some working days. 财社〔2023〕181号第二十八条: names, masked numbers, standard, amount."""

    number = models.CharField(_("公示编号"), max_length=16, unique=True)
    title = models.CharField(_("标题"), max_length=120)
    state = models.CharField(_("状态"), max_length=8, choices=NoticeState.choices, default=NoticeState.OPEN)
    published_on = models.DateField(_("公示日期"))
    working_days = models.PositiveSmallIntegerField(_("公示工作日"))
    ends_on = models.DateField(_("最后一日"))
    basis = models.CharField(_("期限依据"), max_length=300, blank=True)
    basis_version_id = models.PositiveBigIntegerField(_("依据的参数版本"), null=True, blank=True)
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("发布人")
    )
    published_at = models.DateTimeField(_("发布时间"))
    closed_at = models.DateTimeField(_("期满办结时间"), null=True, blank=True)

    class Meta:
        verbose_name = _("公示")
        verbose_name_plural = _("公示")
        ordering = ["-published_on", "-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=NoticeState.values), name="notice_state_is_known"),
            models.CheckConstraint(condition=Q(working_days__gte=1), name="notice_lasts"),
            models.CheckConstraint(condition=Q(ends_on__gt=F("published_on")), name="notice_ends_after_it_began"),
            models.CheckConstraint(
                condition=Q(state=NoticeState.OPEN, closed_at__isnull=True)
                | Q(state=NoticeState.CLOSED, closed_at__isnull=False),
                name="notice_closed_says_when",
            ),
        ]

    def __str__(self) -> str:
        return self.number


class NoticeLine(models.Model):
    """One claim in a notice, as the public reads it. The words are kept as they were shown."""

    notice = models.ForeignKey(PublicNotice, on_delete=models.PROTECT, related_name="lines", verbose_name=_("公示"))
    claim = models.ForeignKey(Claim, on_delete=models.PROTECT, related_name="notice_lines", verbose_name=_("申领"))
    serial = models.PositiveIntegerField(_("序号"))
    masked_name = models.CharField(_("姓名（隐去部分）"), max_length=20)
    masked_id_number = models.CharField(_("身份证号码（隐去部分）"), max_length=18)
    scheme_name = models.CharField(_("补贴项目"), max_length=60)
    standard = models.CharField(_("补贴标准"), max_length=120)
    amount_fen = models.PositiveBigIntegerField(_("金额（分）"))
    state = models.CharField(_("状态"), max_length=8, choices=LineState.choices, default=LineState.SHOWN)

    class Meta:
        verbose_name = _("公示名单")
        verbose_name_plural = _("公示名单")
        ordering = ["notice", "serial"]
        constraints = [
            models.UniqueConstraint(fields=["notice", "serial"], name="notice_line_has_its_place"),
            models.CheckConstraint(condition=Q(state__in=LineState.values), name="notice_line_state_is_known"),
            models.UniqueConstraint(
                fields=["claim"], condition=Q(state=LineState.SHOWN), name="notice_shows_a_claim_once_at_a_time"
            ),
            models.CheckConstraint(condition=Q(amount_fen__gt=0), name="notice_line_has_an_amount"),
        ]

    def __str__(self) -> str:
        return f"{self.notice} {self.serial}"


class Objection(models.Model):
    """异议: what somebody said against a line, with or without a name, and what was found."""

    number = models.CharField(_("异议编号"), max_length=16, unique=True)
    line = models.ForeignKey(
        NoticeLine, on_delete=models.PROTECT, related_name="objections", verbose_name=_("公示名单")
    )
    words = models.CharField(_("异议内容"), max_length=1000)
    evidence = models.FileField(_("证明材料"), storage=private_files, max_length=120, blank=True)
    name = EncryptedTextField(_("姓名"), blank=True, default="")
    phone = EncryptedTextField(_("联系电话"), blank=True, default="")
    phone_index = BlindIndexField(source="phone", kind="phone", db_index=True)
    state = models.CharField(_("状态"), max_length=10, choices=ObjectionState.choices, default=ObjectionState.OPEN)
    made_at = models.DateTimeField(_("提出时间"))
    due_on = models.DateField(_("答复期限"), help_text=_("工作日，从提出的次日起算。"))
    answer = models.CharField(_("处理结果"), max_length=1000, blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
        verbose_name=_("处理人"),
    )
    answered_at = models.DateTimeField(_("处理时间"), null=True, blank=True)

    class Meta:
        verbose_name = _("异议")
        verbose_name_plural = _("异议")
        ordering = ["-made_at", "-pk"]
        indexes = [models.Index(fields=["made_at"], condition=Q(state=ObjectionState.OPEN), name="objection_open")]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=ObjectionState.values), name="objection_state_is_known"),
            models.CheckConstraint(condition=~Q(words=""), name="objection_says_what"),
            models.CheckConstraint(
                condition=Q(state=ObjectionState.OPEN)
                | (Q(answered_by__isnull=False, answered_at__isnull=False) & ~Q(answer="")),
                name="objection_answered_says_by_whom",
            ),
        ]

    def __str__(self) -> str:
        return self.number
