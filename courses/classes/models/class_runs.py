"""班次: a dated run of one course version, its sessions, and every move it made."""

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeOperators
from django.db import models
from django.db.models import F, Func, Q
from django.utils.translation import gettext_lazy as _

from courses.catalogue.models import PackageUnit
from courses.classes.states import ClassState, SessionMode, SessionState
from courses.content.models import CourseVersion
from courses.schools.models import Premises, School, Teacher


class TsTzRange(Func):
    """The time from one moment to another, the last not included."""

    function = "TSTZRANGE"
    output_field = DateTimeRangeField()


class ClassRun(models.Model):
    """班次: who teaches which course version when, where and to how many. Its number never changes."""

    number = models.CharField(_("班次编号"), max_length=20, unique=True, help_text=_("由平台给出，终身不变。"))
    filing_number = models.CharField(
        _("开班备案号"), max_length=20, unique=True, null=True, blank=True, help_text=_("年度和序号，备案时给出。")
    )
    name = models.CharField(_("班次名称"), max_length=120, help_text=_("年度、机构简称、职业工种、等级和序号。"))
    school = models.ForeignKey(School, on_delete=models.PROTECT, related_name="class_runs", verbose_name=_("培训机构"))
    course_version = models.ForeignKey(
        CourseVersion, on_delete=models.PROTECT, related_name="class_runs", verbose_name=_("课程版本")
    )
    state = models.CharField(_("状态"), max_length=10, choices=ClassState.choices, default=ClassState.DRAFT)
    starts_on = models.DateField(_("开班日期"))
    ends_on = models.DateField(_("结班日期"))
    enrols_until = models.DateField(_("报名截止"), null=True, blank=True, help_text=_("不接受本人报名的，留空。"))
    seats = models.PositiveSmallIntegerField(_("招生人数"))
    seats_taken = models.PositiveSmallIntegerField(_("已占名额"), default=0)
    is_evening = models.BooleanField(_("晚间或周末上课"), default=False)
    district_code = models.CharField(_("上课所在区"), max_length=6, blank=True, help_text=_("全部在线的留空。"))
    head_teacher = models.ForeignKey(
        Teacher, on_delete=models.PROTECT, related_name="+", null=True, blank=True, verbose_name=_("班主任")
    )
    contact_phone = models.CharField(_("班级联系电话"), max_length=30, blank=True, help_text=_("学校对外的电话。"))
    assessment_on = models.DateField(_("拟考核日期"), null=True, blank=True)
    assessment_place = models.CharField(_("拟考核地点"), max_length=200, blank=True)
    assessment_plan = models.TextField(_("考核安排"), blank=True, help_text=_("谁来考、考哪些部分、不及格怎么办。"))
    materials = models.CharField(_("教材"), max_length=200, blank=True)
    is_subsidised = models.BooleanField(
        _("申请培训补贴"), default=True, help_text=_("本班学员结业后是否申请培训补贴。")
    )
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True)
    created_at = models.DateTimeField(_("建立时间"))

    class Meta:
        verbose_name = _("班次")
        verbose_name_plural = _("班次")
        ordering = ["-starts_on", "-pk"]
        indexes = [
            models.Index(fields=["school", "-starts_on"], name="class_run_by_school"),
            models.Index(fields=["state", "starts_on"], name="class_run_by_state"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=ClassState.values), name="class_run_state_is_known"),
            models.CheckConstraint(condition=Q(ends_on__gte=F("starts_on")), name="class_run_ends_after_its_start"),
            models.CheckConstraint(condition=Q(seats__gt=0), name="class_run_has_seats"),
            models.CheckConstraint(condition=Q(seats_taken__lte=F("seats")), name="class_run_is_never_overfull"),
        ]

    def __str__(self) -> str:
        return self.name


class Session(models.Model):
    """课次: one dated meeting of a class run. Once that is filed, the database binds teacher and place."""

    class_run = models.ForeignKey(ClassRun, on_delete=models.PROTECT, related_name="sessions", verbose_name=_("班次"))
    number = models.PositiveSmallIntegerField(_("序号"))
    mode = models.CharField(_("授课方式"), max_length=10, choices=SessionMode.choices)
    state = models.CharField(_("状态"), max_length=10, choices=SessionState.choices, default=SessionState.PLANNED)
    starts_at = models.DateTimeField(_("开始时间"))
    ends_at = models.DateTimeField(_("结束时间"))
    teacher = models.ForeignKey(
        Teacher, on_delete=models.PROTECT, related_name="sessions", null=True, blank=True, verbose_name=_("教师")
    )
    premises = models.ForeignKey(
        Premises,
        on_delete=models.PROTECT,
        related_name="sessions",
        null=True,
        blank=True,
        verbose_name=_("地点"),
        help_text=_("在线的课次没有地点。"),
    )
    unit = models.ForeignKey(
        PackageUnit, on_delete=models.PROTECT, related_name="+", null=True, blank=True, verbose_name=_("学习单元")
    )
    content = models.CharField(_("授课内容"), max_length=200)
    theory_hours = models.DecimalField(
        _("理论学时"), max_digits=4, decimal_places=1, default=0, help_text=_("每学时 45 分钟。")
    )
    practice_hours = models.DecimalField(
        _("实操学时"), max_digits=4, decimal_places=1, default=0, help_text=_("每学时 45 分钟。")
    )
    make_up_of = models.ForeignKey(
        "self", on_delete=models.PROTECT, related_name="make_ups", null=True, blank=True, verbose_name=_("补课对应课次")
    )
    is_binding = models.BooleanField(
        _("已占用教师和场地"), default=False, help_text=_("备案后为真：同一教师、同一场地同一时间不能再排课。")
    )

    class Meta:
        verbose_name = _("课次")
        verbose_name_plural = _("课次")
        ordering = ["class_run", "starts_at", "number"]
        constraints = [
            models.UniqueConstraint(fields=["class_run", "number"], name="session_is_numbered_once"),
            models.CheckConstraint(condition=Q(mode__in=SessionMode.values), name="session_mode_is_known"),
            models.CheckConstraint(condition=Q(state__in=SessionState.values), name="session_state_is_known"),
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="session_ends_after_its_start"),
            models.CheckConstraint(
                condition=Q(theory_hours__gte=0, practice_hours__gte=0), name="session_hours_are_not_negative"
            ),
            ExclusionConstraint(
                name="session_teacher_is_in_one_place",
                expressions=[
                    ("teacher", RangeOperators.EQUAL),
                    (TsTzRange("starts_at", "ends_at"), RangeOperators.OVERLAPS),
                ],
                condition=Q(is_binding=True, teacher__isnull=False),
            ),
            ExclusionConstraint(
                name="session_premises_hold_one_class",
                expressions=[
                    ("premises", RangeOperators.EQUAL),
                    (TsTzRange("starts_at", "ends_at"), RangeOperators.OVERLAPS),
                ],
                condition=Q(is_binding=True, premises__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.content}"


class ClassEvent(models.Model):
    """One move of a class run, or a change after its filing. Rows are only added."""

    class_run = models.ForeignKey(ClassRun, on_delete=models.PROTECT, related_name="events", verbose_name=_("班次"))
    action = models.CharField(_("动作"), max_length=40)
    source = models.CharField(_("原状态"), max_length=10, blank=True)
    target = models.CharField(_("新状态"), max_length=10, blank=True)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True, verbose_name=_("经办人")
    )
    reason = models.TextField(_("原因"), blank=True)
    marks = models.JSONField(_("标出的栏目"), default=list, help_text=_("退回时标出的栏目和意见，或变更的内容。"))
    at = models.DateTimeField(_("时间"))

    class Meta:
        verbose_name = _("班次记录")
        verbose_name_plural = _("班次记录")
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return f"{self.action} {self.at:%Y-%m-%d %H:%M}"
