"""职业技能等级证书: recorded under the number its body gave it. The platform never makes such a number."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from certifications.bodies.models import AssessmentBody
from certifications.certificates.models.training import private_files
from certifications.certificates.states import CertificateState, PriorKind, PriorState
from certifications.scoring.models import Result
from courses.catalogue.models import Occupation, WorkType
from courses.catalogue.states import SkillLevel
from foundation.crypto.fields import BlindIndexField, EncryptedTextField
from workers.models import Worker


class LevelCertificate(models.Model):
    """A level certificate of a body filed here. What was printed stands in ``data``."""

    number = models.CharField(_("证书编号"), max_length=22, unique=True, help_text=_("22 位，由评价机构给出。"))
    print_serial = models.CharField(_("印刷流水号"), max_length=30, blank=True)
    worker = models.ForeignKey(
        Worker, on_delete=models.PROTECT, related_name="level_certificates", verbose_name=_("从业人员")
    )
    body = models.ForeignKey(
        AssessmentBody, on_delete=models.PROTECT, related_name="level_certificates", verbose_name=_("评价机构")
    )
    occupation = models.ForeignKey(Occupation, on_delete=models.PROTECT, related_name="+", verbose_name=_("职业"))
    work_type = models.ForeignKey(
        WorkType, on_delete=models.PROTECT, related_name="+", null=True, blank=True, verbose_name=_("工种/职业方向")
    )
    level = models.PositiveSmallIntegerField(_("技能等级"), choices=SkillLevel.choices)
    issued_on = models.DateField(_("发证日期"))
    theory = models.DecimalField(_("理论知识成绩"), max_digits=5, decimal_places=2, null=True, blank=True)
    practical = models.DecimalField(_("技能操作成绩"), max_digits=5, decimal_places=2, null=True, blank=True)
    review = models.DecimalField(_("综合评审成绩"), max_digits=5, decimal_places=2, null=True, blank=True)
    result = models.ForeignKey(
        Result, on_delete=models.PROTECT, related_name="+", null=True, blank=True, verbose_name=_("考核结论")
    )
    state = models.CharField(_("状态"), max_length=10, choices=CertificateState.choices, default=CertificateState.VALID)
    data = EncryptedTextField(_("证书内容"), help_text=_("印在证书上的姓名、证件号码等，规范格式，加密保存。"))
    remark = models.CharField(_("备注"), max_length=200, blank=True)
    source = models.CharField(_("录入方式"), max_length=100)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("录入人")
    )
    recorded_at = models.DateTimeField(_("录入时间"))

    class Meta:
        verbose_name = _("职业技能等级证书")
        verbose_name_plural = _("职业技能等级证书")
        ordering = ["-issued_on", "-pk"]
        indexes = [
            models.Index(fields=["worker", "state"], name="level_cert_by_worker"),
            models.Index(fields=["body", "-issued_on"], name="level_cert_by_body"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=CertificateState.values), name="level_cert_state_is_known"),
            models.CheckConstraint(condition=Q(level__in=SkillLevel.values), name="level_cert_level_is_known"),
            models.CheckConstraint(
                condition=Q(number__regex=r"^([YS]\d{14}[1-5A-Z]\d{6}|[A-Z]{2}\d{20})$"),
                name="level_cert_number_has_shape",
            ),
        ]

    def __str__(self) -> str:
        return self.number


class PriorCertificate(models.Model):
    """A certificate from elsewhere or from before: declared by her, and what a person found when looking it up."""

    worker = models.ForeignKey(
        Worker, on_delete=models.PROTECT, related_name="prior_certificates", verbose_name=_("从业人员")
    )
    kind = models.CharField(_("证书类别"), max_length=20, choices=PriorKind.choices)
    number = EncryptedTextField(_("证书编号"))
    number_index = BlindIndexField(source="number", kind="certificate_number", db_index=True)
    title = models.CharField(_("职业或项目名称"), max_length=60)
    occupation = models.ForeignKey(
        Occupation, on_delete=models.PROTECT, related_name="+", null=True, blank=True, verbose_name=_("职业")
    )
    level = models.PositiveSmallIntegerField(_("技能等级"), choices=SkillLevel.choices, null=True, blank=True)
    issuer_name = models.CharField(_("发证机构"), max_length=100)
    issued_on = models.DateField(_("发证日期"))
    evidence = models.FileField(_("证书照片"), storage=private_files, max_length=120, blank=True)
    state = models.CharField(_("核验状态"), max_length=12, choices=PriorState.choices, default=PriorState.DECLARED)
    checked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
        verbose_name=_("核验人"),
    )
    checked_at = models.DateTimeField(_("核验时间"), null=True, blank=True)
    checked_note = models.CharField(_("核验说明"), max_length=200, blank=True)
    screenshot = models.FileField(_("查询截图"), storage=private_files, max_length=120, blank=True)
    declared_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("填报人")
    )
    declared_at = models.DateTimeField(_("填报时间"))

    class Meta:
        verbose_name = _("已有证书")
        verbose_name_plural = _("已有证书")
        ordering = ["-issued_on", "-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=PriorKind.values), name="prior_cert_kind_is_known"),
            models.CheckConstraint(condition=Q(state__in=PriorState.values), name="prior_cert_state_is_known"),
            models.CheckConstraint(
                condition=Q(state__in=[PriorState.DECLARED, PriorState.WITHDRAWN])
                | Q(checked_by__isnull=False, checked_at__isnull=False),
                name="prior_cert_checked_says_by_whom",
            ),
            models.UniqueConstraint(
                fields=["number_index"],
                condition=Q(state=PriorState.CONFIRMED),
                name="prior_cert_is_confirmed_for_one",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.title}"
