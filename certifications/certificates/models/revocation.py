"""撤销: asked for by one officer, confirmed by another. The database lets no certificate be revoked without."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from certifications.certificates.models.training import TrainingCertificate
from certifications.certificates.states import DoubtCategory, RevocationState


class Revocation(models.Model):
    """That an officer asks to revoke a training certificate, and what another officer answered."""

    certificate = models.ForeignKey(
        TrainingCertificate, on_delete=models.PROTECT, related_name="revocations", verbose_name=_("培训合格证书")
    )
    category = models.CharField(_("类别"), max_length=10, choices=DoubtCategory.choices)
    reason = models.TextField(_("撤销原因"))
    decision_number = models.CharField(_("决定书文号"), max_length=60)
    state = models.CharField(_("状态"), max_length=10, choices=RevocationState.choices, default=RevocationState.WAITING)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("提出人")
    )
    asked_at = models.DateTimeField(_("提出时间"))
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
        verbose_name=_("复核人"),
    )
    answered_at = models.DateTimeField(_("复核时间"), null=True, blank=True)
    answer = models.TextField(_("复核意见"), blank=True)

    class Meta:
        verbose_name = _("撤销证书")
        verbose_name_plural = _("撤销证书")
        ordering = ["-asked_at", "-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=RevocationState.values), name="revocation_state_is_known"),
            models.CheckConstraint(condition=Q(category__in=DoubtCategory.values), name="revocation_category_is_known"),
            models.CheckConstraint(
                condition=~Q(reason="") & ~Q(decision_number=""), name="revocation_says_why_and_by_what"
            ),
            models.CheckConstraint(
                condition=Q(answered_by__isnull=True) | ~Q(answered_by=F("asked_by")),
                name="revocation_is_answered_by_another",
            ),
            models.CheckConstraint(
                condition=Q(state=RevocationState.WAITING, answered_by__isnull=True, answered_at__isnull=True)
                | (~Q(state=RevocationState.WAITING) & Q(answered_by__isnull=False, answered_at__isnull=False)),
                name="revocation_answered_says_by_whom",
            ),
            models.CheckConstraint(
                condition=~Q(state=RevocationState.REFUSED) | ~Q(answer=""), name="revocation_refused_says_why"
            ),
            models.UniqueConstraint(
                fields=["certificate"],
                condition=Q(state=RevocationState.WAITING),
                name="revocation_is_asked_once_at_a_time",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.certificate} {self.get_state_display()}"
