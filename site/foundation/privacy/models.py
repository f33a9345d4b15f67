"""Who looked at whose data, and what people agreed to."""

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, DateRangeField, RangeOperators
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from foundation.audit.models import ClockTimestamp
from foundation.privacy.states import Purpose, Through


class AccessRecord(models.Model):
    """One look at personal data in plain, or one that was refused. Append-only; cut by month in the database."""

    viewer = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
        verbose_name=_("查看人"),
    )
    subject_type = models.CharField(_("对象类型"), max_length=100)
    subject_id = models.CharField(_("对象编号"), max_length=100)
    fields = ArrayField(models.CharField(max_length=100), verbose_name=_("查看的项目"))
    purpose = models.CharField(_("用途"), max_length=30, choices=Purpose.choices)
    note = models.TextField(_("说明"), blank=True)
    is_granted = models.BooleanField(_("是否准许"))
    at = models.DateTimeField(_("时间"), db_default=ClockTimestamp())
    request_id = models.CharField(_("请求编号"), max_length=64, blank=True)

    class Meta:
        verbose_name = _("个人信息查看记录")
        verbose_name_plural = _("个人信息查看记录")
        indexes = [
            models.Index(fields=["subject_type", "subject_id", "at"], name="access_record_by_subject"),
            models.Index(fields=["viewer", "at"], name="access_record_by_viewer"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(purpose__in=Purpose.values), name="access_record_purpose_is_known"),
            models.CheckConstraint(condition=Q(fields__len__gte=1), name="access_record_names_a_field"),
        ]

    def __str__(self) -> str:
        return f"{self.subject_type} {self.subject_id}: {', '.join(self.fields)}"


class ConsentText(models.Model):
    """The wording people are shown, for a receiver and a purpose. Once somebody agreed to it, it never changes."""

    receiver = models.CharField(_("接收方代码"), max_length=50)
    receiver_name = models.CharField(_("接收方"), max_length=100)
    purpose = models.CharField(_("用途代码"), max_length=50)
    purpose_name = models.CharField(_("用途"), max_length=100)
    version = models.PositiveIntegerField(_("版本"))
    text = models.TextField(_("授权书全文"), help_text=_("有人同意之后不可更改；需要修改时，另立新版本。"))
    effective = DateRangeField(_("有效期"))

    class Meta:
        verbose_name = _("授权书")
        verbose_name_plural = _("授权书")
        constraints = [
            models.UniqueConstraint(fields=["receiver", "purpose", "version"], name="consent_text_version_is_unique"),
            models.CheckConstraint(condition=Q(effective__isempty=False), name="consent_text_period_is_not_empty"),
            ExclusionConstraint(
                name="consent_text_is_one_a_day",
                expressions=[
                    ("receiver", RangeOperators.EQUAL),
                    ("purpose", RangeOperators.EQUAL),
                    ("effective", RangeOperators.OVERLAPS),
                ],
            ),
        ]

    def __str__(self) -> str:
        return f"{self.receiver_name} · {self.purpose_name} · {self.version}"


class Consent(models.Model):
    """A person agreed that a receiver gets data for a purpose. Withdrawn once, by filling in the withdrawal."""

    subject = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="consents", verbose_name=_("授权人")
    )
    text = models.ForeignKey(ConsentText, on_delete=models.PROTECT, related_name="consents", verbose_name=_("授权书"))
    receiver = models.CharField(_("接收方代码"), max_length=50)
    purpose = models.CharField(_("用途代码"), max_length=50)
    granted_at = models.DateTimeField(_("同意时间"))
    granted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("经办人")
    )
    granted_through = models.CharField(_("同意方式"), max_length=10, choices=Through.choices)
    withdrawn_at = models.DateTimeField(_("撤回时间"), null=True, blank=True)
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
        verbose_name=_("撤回经办人"),
    )

    class Meta:
        verbose_name = _("授权同意")
        verbose_name_plural = _("授权同意")
        constraints = [
            models.UniqueConstraint(
                fields=["subject", "receiver", "purpose"],
                condition=Q(withdrawn_at__isnull=True),
                name="consent_is_given_once",
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at__isnull=True, withdrawn_by__isnull=True)
                | Q(withdrawn_at__gte=F("granted_at"), withdrawn_by__isnull=False),
                name="consent_withdrawal_is_whole_and_later",
            ),
            models.CheckConstraint(
                condition=Q(granted_through=Through.SELF, granted_by=F("subject"))
                | (Q(granted_through=Through.COUNTER) & ~Q(granted_by=F("subject"))),
                name="consent_at_the_counter_names_the_officer",
            ),
        ]

    def __str__(self) -> str:
        return str(self.text)
