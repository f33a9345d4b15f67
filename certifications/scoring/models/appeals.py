"""复核申请: a candidate asks whether a mark is right, and somebody who did not give it answers."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from certifications.scoring.models.scores import PartScore
from certifications.scoring.states import ANSWERED, AppealState


class ScoreAppeal(models.Model):
    """One mark asked about, once. A corrected mark is another row and may be asked about again."""

    score = models.OneToOneField(
        PartScore, on_delete=models.PROTECT, related_name="appeal", verbose_name=_("申请复核的成绩")
    )
    state = models.CharField(_("状态"), max_length=8, choices=AppealState.choices, default=AppealState.OPEN)
    words = models.CharField(_("理由"), max_length=300)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("申请人")
    )
    made_at = models.DateTimeField(_("申请时间"))
    answer = models.CharField(_("答复"), max_length=300, blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    answered_at = models.DateTimeField(_("答复时间"), null=True, blank=True)

    class Meta:
        verbose_name = _("复核申请")
        verbose_name_plural = _("复核申请")
        ordering = ["-made_at", "-pk"]
        indexes = [models.Index(fields=["made_at"], condition=Q(state=AppealState.OPEN), name="score_appeal_open")]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=AppealState.values), name="score_appeal_state_is_known"),
            models.CheckConstraint(condition=~Q(words=""), name="score_appeal_says_why"),
            models.CheckConstraint(
                condition=Q(state=AppealState.OPEN, answered_by__isnull=True, answered_at__isnull=True, answer="")
                | (Q(state__in=sorted(ANSWERED), answered_by__isnull=False, answered_at__isnull=False) & ~Q(answer="")),
                name="score_appeal_answered_says_by_whom",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.score} {self.get_state_display()}"


class AppealEvent(models.Model):
    """One move of an appeal. Rows are only added."""

    appeal = models.ForeignKey(ScoreAppeal, on_delete=models.PROTECT, related_name="events", verbose_name=_("复核申请"))
    action = models.CharField(_("动作"), max_length=20)
    source = models.CharField(_("原状态"), max_length=8, blank=True)
    target = models.CharField(_("新状态"), max_length=8)
    reason = models.TextField(_("说明"), blank=True)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("经办人")
    )
    at = models.DateTimeField(_("时间"))

    class Meta:
        verbose_name = _("复核记录")
        verbose_name_plural = _("复核记录")
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return f"{self.action} {self.at:%Y-%m-%d %H:%M}"
