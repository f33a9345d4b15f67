"""What happened to a certificate."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from certifications.certificates.models.level import LevelCertificate, PriorCertificate
from certifications.certificates.models.training import TrainingCertificate


class CertificateEvent(models.Model):
    """One move of one certificate. Rows are only added."""

    training = models.ForeignKey(
        TrainingCertificate, on_delete=models.PROTECT, related_name="events", null=True, blank=True
    )
    level = models.ForeignKey(LevelCertificate, on_delete=models.PROTECT, related_name="events", null=True, blank=True)
    prior = models.ForeignKey(PriorCertificate, on_delete=models.PROTECT, related_name="events", null=True, blank=True)
    action = models.CharField(_("动作"), max_length=40)
    source = models.CharField(_("原状态"), max_length=12, blank=True)
    target = models.CharField(_("新状态"), max_length=12, blank=True)
    reason = models.TextField(_("原因"), blank=True)
    decision_number = models.CharField(_("决定书文号"), max_length=60, blank=True)
    data = models.JSONField(_("内容"), default=dict, blank=True)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True, verbose_name=_("经办人")
    )
    at = models.DateTimeField(_("时间"))

    class Meta:
        verbose_name = _("证书记录")
        verbose_name_plural = _("证书记录")
        ordering = ["at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(training__isnull=False, level__isnull=True, prior__isnull=True)
                | Q(training__isnull=True, level__isnull=False, prior__isnull=True)
                | Q(training__isnull=True, level__isnull=True, prior__isnull=False),
                name="certificate_event_names_one_certificate",
            ),
            models.CheckConstraint(
                condition=~Q(target="revoked") | (~Q(reason="") & ~Q(decision_number="")),
                name="certificate_revoked_says_why_and_by_what",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.action} {self.at:%Y-%m-%d %H:%M}"
