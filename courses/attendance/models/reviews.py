"""考勤核查: a session whose register and whose room do not agree, until a person has judged it."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from courses.attendance.states import ReviewKind, ReviewState
from courses.classes.models import Session


class AttendanceReview(models.Model):
    """Something about a session that a person must judge. Nobody's attendance changes before she has."""

    session = models.ForeignKey(
        Session, on_delete=models.PROTECT, related_name="attendance_reviews", verbose_name=_("课次")
    )
    kind = models.CharField(_("核查事由"), max_length=12, choices=ReviewKind.choices)
    state = models.CharField(_("状态"), max_length=8, choices=ReviewState.choices, default=ReviewState.OPEN)
    opened_at = models.DateTimeField(_("发现时间"))
    settled_at = models.DateTimeField(_("核查时间"), null=True, blank=True)
    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
        verbose_name=_("核查人"),
    )

    class Meta:
        verbose_name = _("考勤核查")
        verbose_name_plural = _("考勤核查")
        ordering = ["opened_at", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=ReviewKind.values), name="attendance_review_kind_is_known"),
            models.CheckConstraint(
                condition=Q(state=ReviewState.OPEN, settled_at__isnull=True, settled_by__isnull=True)
                | Q(state=ReviewState.SETTLED, settled_at__isnull=False, settled_by__isnull=False),
                name="attendance_review_settled_says_by_whom",
            ),
            models.UniqueConstraint(
                fields=["session", "kind"], condition=Q(state=ReviewState.OPEN), name="attendance_review_is_open_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.get_state_display()}"


class AttendanceReviewEvent(models.Model):
    """What was found, and what was judged, with the facts of that moment. Rows are only added."""

    review = models.ForeignKey(
        AttendanceReview, on_delete=models.PROTECT, related_name="events", verbose_name=_("考勤核查")
    )
    action = models.CharField(_("动作"), max_length=10, help_text=_("found 发现，settled 核查。"))
    facts = models.JSONField(_("情况"), default=dict, help_text=_("人数，以及学籍编号；没有姓名和号码。"))
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True, verbose_name=_("经办人")
    )
    reason = models.TextField(_("理由"), blank=True)
    at = models.DateTimeField(_("时间"))

    class Meta:
        verbose_name = _("考勤核查记录")
        verbose_name_plural = _("考勤核查记录")
        ordering = ["at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(action="settled") | ~Q(reason=""), name="attendance_review_settled_says_why"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.action} {self.at:%Y-%m-%d %H:%M}"
