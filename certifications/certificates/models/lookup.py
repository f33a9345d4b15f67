"""A look-up of a declared certificate in the national register, as another system answered it."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from certifications.certificates.models.level import PriorCertificate
from certifications.certificates.states import LookupOutcome


class CertificateLookup(models.Model):
    """One question to the register and its answer. It decides nothing: an officer reads it and decides."""

    prior = models.ForeignKey(
        PriorCertificate, on_delete=models.PROTECT, related_name="lookups", verbose_name=_("已有证书")
    )
    outcome = models.CharField(_("查询结果"), max_length=12, choices=LookupOutcome.choices, blank=True)
    differences = models.JSONField(_("不一致的内容"), default=list, help_text=_("登记内容与本人填写不同的项目。"))
    reference = models.CharField(_("查询编号"), max_length=100, blank=True, help_text=_("对方系统的编号。"))
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("查询人")
    )
    requested_at = models.DateTimeField(_("查询时间"))
    answered_at = models.DateTimeField(_("答复时间"), null=True, blank=True)

    class Meta:
        verbose_name = _("证书联网查询")
        verbose_name_plural = _("证书联网查询")
        ordering = ["-requested_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(outcome="", answered_at__isnull=True)
                | Q(outcome__in=LookupOutcome.values, answered_at__isnull=False),
                name="certificate_lookup_answer_says_when",
            ),
            models.UniqueConstraint(
                fields=["prior"], condition=Q(answered_at__isnull=True), name="certificate_lookup_waits_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.prior_id} {self.get_outcome_display()}"

    @property
    def is_clear(self) -> bool:
        """Whether the register has the certificate just as she told it."""
        return self.outcome == LookupOutcome.FOUND and not self.differences
