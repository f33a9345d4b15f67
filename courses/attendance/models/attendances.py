"""考勤: one row for a person at a session, and every change of it."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from courses.attendance.states import AttendanceState, Channel
from courses.classes.models import Enrolment, Session


class Attendance(models.Model):
    """Whether somebody was at a session, as it stands now. A missing row means that nobody has said yet."""

    session = models.ForeignKey(Session, on_delete=models.PROTECT, related_name="attendances", verbose_name=_("课次"))
    enrolment = models.ForeignKey(
        Enrolment, on_delete=models.PROTECT, related_name="attendances", verbose_name=_("学籍")
    )
    state = models.CharField(_("考勤"), max_length=8, choices=AttendanceState.choices)
    channel = models.CharField(_("登记方式"), max_length=8, choices=Channel.choices)
    signed_in_at = models.DateTimeField(
        _("本人签到时间"), null=True, blank=True, help_text=_("看到签到码的时间；教师登记的没有。")
    )
    device = models.CharField(
        _("设备标记"),
        max_length=16,
        blank=True,
        help_text=_("浏览器随机编号的摘要，用来发现一部手机为几个人签到。"),
    )
    changed_at = models.DateTimeField(_("最近变更时间"))

    class Meta:
        verbose_name = _("考勤")
        verbose_name_plural = _("考勤")
        indexes = [models.Index(fields=["session", "device"], name="attendance_by_device")]
        constraints = [
            models.UniqueConstraint(fields=["session", "enrolment"], name="attendance_is_one_for_a_session"),
            models.CheckConstraint(condition=Q(state__in=AttendanceState.values), name="attendance_state_is_known"),
            models.CheckConstraint(condition=Q(channel__in=Channel.values), name="attendance_channel_is_known"),
            models.CheckConstraint(
                condition=~Q(channel__in=[Channel.QR, Channel.CODE]) | Q(signed_in_at__isnull=False),
                name="attendance_by_code_says_when",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.session_id} {self.enrolment_id} {self.get_state_display()}"


class AttendanceEvent(models.Model):
    """One change of somebody's attendance. Rows are only added."""

    attendance = models.ForeignKey(Attendance, on_delete=models.PROTECT, related_name="events", verbose_name=_("考勤"))
    source = models.CharField(_("原状态"), max_length=8, blank=True)
    target = models.CharField(_("新状态"), max_length=8)
    channel = models.CharField(_("登记方式"), max_length=8, choices=Channel.choices)
    device = models.CharField(_("设备标记"), max_length=16, blank=True)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True, verbose_name=_("登记人")
    )
    reason = models.TextField(_("原因"), blank=True)
    at = models.DateTimeField(_("时间"))

    class Meta:
        verbose_name = _("考勤记录")
        verbose_name_plural = _("考勤记录")
        ordering = ["at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(channel__in=[Channel.PAPER, Channel.REVIEW]) | ~Q(reason=""),
                name="attendance_event_of_paper_or_review_says_why",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.target} {self.at:%Y-%m-%d %H:%M}"

    @property
    def source_words(self) -> str:
        """The state before in words; nothing for the first one."""
        return str(AttendanceState(self.source).label) if self.source else ""

    @property
    def target_words(self) -> str:
        return str(AttendanceState(self.target).label)
