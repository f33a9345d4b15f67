"""What the checks looked at, when, and what they found."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from subsidies.checks.states import Basis, FindingState, Moment, Severity
from subsidies.claims.models import Claim


class CheckRun(models.Model):
    """The checks were run over some claims. Rows are only added."""

    moment = models.CharField(_("时机"), max_length=8, choices=Moment.choices)
    on = models.DateField(_("核查日期"))
    registers = models.JSONField(_("所用名册"), default=dict, help_text=_("种类、编号、数据日期；没有的名册也写明。"))
    checks = models.JSONField(_("所用核查项"), default=list, help_text=_("代码和版本。"))
    claims_count = models.PositiveIntegerField(_("申领份数"))
    run_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True, verbose_name=_("经办人")
    )
    started_at = models.DateTimeField(_("开始时间"))
    milliseconds = models.PositiveIntegerField(_("用时（毫秒）"))

    class Meta:
        verbose_name = _("核查")
        verbose_name_plural = _("核查")
        ordering = ["-pk"]
        constraints = [models.CheckConstraint(condition=Q(moment__in=Moment.values), name="check_run_moment_is_known")]

    def __str__(self) -> str:
        return f"{self.get_moment_display()} {self.on:%Y-%m-%d}"


class Screened(models.Model):
    """A claim was among those of a run. Rows are only added."""

    run = models.ForeignKey(CheckRun, on_delete=models.PROTECT, related_name="screened", verbose_name=_("核查"))
    claim = models.ForeignKey(Claim, on_delete=models.PROTECT, related_name="screenings", verbose_name=_("申领"))

    class Meta:
        verbose_name = _("核查范围")
        verbose_name_plural = _("核查范围")
        constraints = [models.UniqueConstraint(fields=["claim", "run"], name="screened_once_in_a_run")]

    def __str__(self) -> str:
        return f"{self.run_id} {self.claim_id}"


class Finding(models.Model):
    """核查结果: something that speaks against a claim, with what was seen, until somebody has looked into it."""

    run = models.ForeignKey(CheckRun, on_delete=models.PROTECT, related_name="findings", verbose_name=_("核查"))
    claim = models.ForeignKey(Claim, on_delete=models.PROTECT, related_name="findings", verbose_name=_("申领"))
    check_code = models.CharField(_("核查项"), max_length=40)
    severity = models.CharField(_("程度"), max_length=5, choices=Severity.choices)
    basis = models.CharField(_("性质"), max_length=8, choices=Basis.choices)
    source = models.CharField(_("依据"), max_length=200, blank=True)
    seen = models.JSONField(_("所见"), default=dict, help_text=_("数字、日期和其他申领的编号；没有姓名和号码。"))
    digest = models.CharField(_("摘要"), max_length=64, help_text=_("核查项和所见；同一件事只记一次。"))
    state = models.CharField(_("状态"), max_length=8, choices=FindingState.choices, default=FindingState.OPEN)
    cleared_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
        verbose_name=_("核实人"),
    )
    cleared_at = models.DateTimeField(_("核实时间"), null=True, blank=True)
    cleared_reason = models.CharField(_("核实说明"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("核查结果")
        verbose_name_plural = _("核查结果")
        ordering = ["claim", "pk"]
        indexes = [
            models.Index(fields=["claim"], condition=Q(state=FindingState.OPEN), name="finding_open_by_claim"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(severity__in=Severity.values), name="finding_severity_is_known"),
            models.CheckConstraint(condition=Q(basis__in=Basis.values), name="finding_basis_is_known"),
            models.CheckConstraint(condition=Q(state__in=FindingState.values), name="finding_state_is_known"),
            models.UniqueConstraint(fields=["claim", "digest"], name="finding_is_kept_once"),
            models.CheckConstraint(
                condition=~Q(state=FindingState.CLEARED)
                | (Q(cleared_by__isnull=False, cleared_at__isnull=False) & ~Q(cleared_reason="")),
                name="finding_cleared_says_by_whom_and_why",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.claim_id} {self.check_code}"
