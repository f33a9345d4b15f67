"""The sending of a class: asked for once, worked on line by line, its counts kept."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from subsidies.claims.models import Claim, ClassClaim
from subsidies.school_claims.states import LineState, SendState


class ClassSend(models.Model):
    """A class claim is sent once. What stayed behind is prepared again as another class claim."""

    class_claim = models.OneToOneField(
        ClassClaim, on_delete=models.PROTECT, related_name="sending", verbose_name=_("班级申领")
    )
    state = models.CharField(_("状态"), max_length=8, choices=SendState.choices, default=SendState.WAITING)
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("经办人")
    )
    requested_at = models.DateTimeField(_("提交时间"))
    beat_at = models.DateTimeField(_("最近进展时间"), null=True, blank=True)
    finished_at = models.DateTimeField(_("完成时间"), null=True, blank=True)
    sent = models.PositiveIntegerField(_("已提交份数"), default=0)
    stayed = models.PositiveIntegerField(_("没有提交份数"), default=0)
    total_fen = models.PositiveBigIntegerField(_("提交时的金额合计（分）"), default=0)

    class Meta:
        verbose_name = _("班级提交")
        verbose_name_plural = _("班级提交")
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=SendState.values), name="class_send_state_is_known"),
            models.CheckConstraint(
                condition=~Q(state=SendState.DONE) | Q(finished_at__isnull=False), name="class_send_done_says_when"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.class_claim_id} {self.get_state_display()}"


class SendLine(models.Model):
    """One claim of a class: sent, or why it stayed and what to do."""

    sending = models.ForeignKey(ClassSend, on_delete=models.PROTECT, related_name="lines", verbose_name=_("班级提交"))
    claim = models.ForeignKey(Claim, on_delete=models.PROTECT, related_name="+", verbose_name=_("申领"))
    state = models.CharField(_("状态"), max_length=8, choices=LineState.choices, default=LineState.WAITING)
    amount_fen = models.PositiveBigIntegerField(_("提交时的金额（分）"), default=0)
    code = models.CharField(_("原因代码"), max_length=60, blank=True)
    reason = models.TextField(_("原因和办法"), blank=True)

    class Meta:
        verbose_name = _("班级提交明细")
        verbose_name_plural = _("班级提交明细")
        ordering = ["sending", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["sending", "claim"], name="send_line_is_one_a_claim"),
            models.CheckConstraint(condition=Q(state__in=LineState.values), name="send_line_state_is_known"),
            models.CheckConstraint(
                condition=~Q(state=LineState.STAYED) | ~Q(reason=""), name="send_line_stayed_says_why"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.sending_id} {self.claim_id} {self.get_state_display()}"
