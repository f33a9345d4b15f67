"""Days that officers entered, years whose holiday notice is in, and the clocks of legal deadlines."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from foundation.calendar.states import ClockMove, ClockState, DayKind


class CalendarDay(models.Model):
    """A day that counts otherwise than the calendar says: it beats the library and the weekday."""

    day = models.DateField(_("日期"), unique=True)
    kind = models.CharField(_("类型"), max_length=10, choices=DayKind.choices)
    name = models.CharField(_("名称"), max_length=50, help_text=_("例如：国庆节、国庆节调休上班、台风停工。"))
    source = models.CharField(_("依据"), max_length=200, blank=True, help_text=_("通知的文号或名称。"))
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("录入人")
    )

    class Meta:
        verbose_name = _("特别日期")
        verbose_name_plural = _("特别日期")
        ordering = ("-day",)
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=DayKind.values), name="calendar_day_kind_is_known"),
        ]

    def __str__(self) -> str:
        return f"{self.day:%Y-%m-%d} {self.get_kind_display()} {self.name}"


class YearNotice(models.Model):
    """The official holiday notice of a year is entered: from then on its days are certain."""

    year = models.PositiveSmallIntegerField(_("年份"), unique=True)
    doc_no = models.CharField(_("文号"), max_length=80, help_text=_("国务院办公厅放假安排通知的文号。"))
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("确认人")
    )

    class Meta:
        verbose_name = _("年度放假通知")
        verbose_name_plural = _("年度放假通知")
        ordering = ("-year",)

    def __str__(self) -> str:
        return _("%(year)s 年放假安排（%(doc_no)s）") % {"year": self.year, "doc_no": self.doc_no}


class Clock(models.Model):
    """How many working days somebody has for something, and how many are used. Its history is in its events."""

    subject_type = models.CharField(_("事项类型"), max_length=60, help_text=_("例如 subsidies.claim。"))
    subject_id = models.PositiveBigIntegerField(_("事项编号"))
    name = models.CharField(_("时限名称"), max_length=60, help_text=_("同一事项可以有几个时限，例如 intake、review。"))
    limit_working_days = models.PositiveSmallIntegerField(_("时限（工作日）"))
    basis = models.CharField(_("时限依据"), max_length=300, blank=True, help_text=_("文号和条款。"))
    basis_version_id = models.PositiveBigIntegerField(
        _("依据的参数版本"), null=True, blank=True, help_text=_("时限取自哪个参数版本；平台自定时限留空。")
    )
    started_on = models.DateField(_("起算日"), help_text=_("当日不计，从次日起算。"))
    state = models.CharField(_("状态"), max_length=10, choices=ClockState.choices, default=ClockState.RUNNING)

    class Meta:
        verbose_name = _("办理时限")
        verbose_name_plural = _("办理时限")
        ordering = ("pk",)
        constraints = [
            models.CheckConstraint(condition=Q(state__in=ClockState.values), name="calendar_clock_state_is_known"),
            models.CheckConstraint(condition=Q(limit_working_days__gt=0), name="calendar_clock_has_a_limit"),
            models.UniqueConstraint(
                fields=["subject_type", "subject_id", "name"],
                condition=~Q(state=ClockState.FINISHED),
                name="calendar_clock_one_open_per_subject",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.subject_type} {self.subject_id} {self.name}"


class ClockEvent(models.Model):
    """One move of a clock. Rows are only added; the database refuses anything else."""

    clock = models.ForeignKey(Clock, on_delete=models.PROTECT, related_name="events", verbose_name=_("办理时限"))
    move = models.CharField(_("动作"), max_length=10, choices=ClockMove.choices)
    on = models.DateField(_("日期"))
    reason = models.CharField(_("理由"), max_length=300, blank=True)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True, verbose_name=_("经办人")
    )
    at = models.DateTimeField(_("记录时间"), auto_now_add=True)

    class Meta:
        verbose_name = _("时限记录")
        verbose_name_plural = _("时限记录")
        ordering = ("pk",)
        constraints = [
            models.CheckConstraint(condition=Q(move__in=ClockMove.values), name="calendar_clock_event_move_is_known"),
            models.CheckConstraint(
                condition=~Q(move__in=[ClockMove.STOP, ClockMove.RESUME]) | ~Q(reason=""),
                name="calendar_clock_event_stop_has_a_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.clock_id} {self.get_move_display()} {self.on:%Y-%m-%d}"
