"""申诉: she asks that a refusal be looked at again, and somebody answers who did not decide it."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from subsidies.claims.models.claims import Claim, private_files
from subsidies.claims.states import AppealState


class ClaimAppeal(models.Model):
    """One appeal against one refusal."""

    claim = models.ForeignKey(Claim, on_delete=models.PROTECT, related_name="appeals", verbose_name=_("申领"))
    state = models.CharField(_("状态"), max_length=10, choices=AppealState.choices, default=AppealState.OPEN)
    words = models.CharField(_("理由"), max_length=500)
    evidence = models.FileField(_("证明材料"), storage=private_files, max_length=120, blank=True)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("申诉人")
    )
    made_at = models.DateTimeField(_("申诉时间"))
    answer = models.CharField(_("答复"), max_length=500, blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    answered_at = models.DateTimeField(_("答复时间"), null=True, blank=True)

    class Meta:
        verbose_name = _("补贴申诉")
        verbose_name_plural = _("补贴申诉")
        ordering = ["-made_at", "-pk"]
        indexes = [models.Index(fields=["made_at"], condition=Q(state=AppealState.OPEN), name="claim_appeal_open")]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=AppealState.values), name="claim_appeal_state_is_known"),
            models.CheckConstraint(condition=~Q(words=""), name="claim_appeal_says_why"),
            models.UniqueConstraint(
                fields=["claim"], condition=Q(state=AppealState.OPEN), name="claim_appeal_is_open_once"
            ),
            models.CheckConstraint(
                condition=Q(state__in=[AppealState.OPEN, AppealState.WITHDRAWN])
                | (Q(answered_by__isnull=False, answered_at__isnull=False) & ~Q(answer="")),
                name="claim_appeal_answered_says_by_whom",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.claim_id} {self.get_state_display()}"
