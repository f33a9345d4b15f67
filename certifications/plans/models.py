"""考核计划: what is assessed when and where, who sits in which room, and who judges there."""

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, DateTimeRangeField, RangeOperators
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from certifications.bodies.models import AssessmentBody, Assessor
from certifications.plans.states import CandidateState, Duty, PartKind, PlanKind, PlanState
from courses.catalogue.models import Occupation, WorkType
from courses.catalogue.states import SkillLevel
from courses.classes.models import ClassRun, Enrolment
from foundation.accounts.models import Organisation
from workers.models import Worker


class AssessmentPlan(models.Model):
    """A body assesses a level, or a school tests a class of its own. The number never changes."""

    number = models.CharField(_("计划编号"), max_length=20, unique=True)
    kind = models.CharField(_("类别"), max_length=12, choices=PlanKind.choices)
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="assessment_plans", verbose_name=_("组织单位")
    )
    body = models.ForeignKey(
        AssessmentBody,
        on_delete=models.PROTECT,
        related_name="plans",
        null=True,
        blank=True,
        verbose_name=_("评价机构"),
        help_text=_("培训结业考核没有评价机构。"),
    )
    class_run = models.ForeignKey(
        ClassRun,
        on_delete=models.PROTECT,
        related_name="assessment_plans",
        null=True,
        blank=True,
        verbose_name=_("班次"),
        help_text=_("培训结业考核所考的班；补考另立计划。"),
    )
    title = models.CharField(_("名称"), max_length=120)
    occupation = models.ForeignKey(Occupation, on_delete=models.PROTECT, related_name="+", verbose_name=_("职业"))
    work_type = models.ForeignKey(
        WorkType, on_delete=models.PROTECT, related_name="+", null=True, blank=True, verbose_name=_("工种")
    )
    level = models.PositiveSmallIntegerField(_("技能等级"), choices=SkillLevel.choices, null=True, blank=True)
    state = models.CharField(_("状态"), max_length=10, choices=PlanState.choices, default=PlanState.DRAFT)
    applies = DateRangeField(_("申报时间"), null=True, blank=True, help_text=_("培训结业考核不用申报。"))
    seats = models.PositiveSmallIntegerField(_("最多人数"))
    notice = models.TextField(_("考生须知"), blank=True)
    seed = models.PositiveIntegerField(
        _("编排种子"), default=0, help_text=_("建立计划时随机给出，不能更改：同样的考生和考场，总是排出同样的座位。")
    )
    published_at = models.DateTimeField(_("成绩公布时间"), null=True, blank=True)
    appeal_until = models.DateField(_("复核申请截止"), null=True, blank=True)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True)
    created_at = models.DateTimeField(_("建立时间"))

    class Meta:
        verbose_name = _("考核计划")
        verbose_name_plural = _("考核计划")
        ordering = ["-created_at", "-pk"]
        indexes = [
            models.Index(fields=["organisation", "state"], name="plan_by_organisation"),
            models.Index(fields=["occupation", "level", "state"], name="plan_by_occupation"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=PlanKind.values), name="plan_kind_is_known"),
            models.CheckConstraint(condition=Q(state__in=PlanState.values), name="plan_state_is_known"),
            models.CheckConstraint(condition=Q(seats__gt=0), name="plan_has_seats"),
            models.CheckConstraint(
                condition=Q(kind=PlanKind.LEVEL, body__isnull=False, level__isnull=False, class_run__isnull=True)
                | Q(kind=PlanKind.SCHOOL_TEST, body__isnull=True, class_run__isnull=False),
                name="plan_of_a_level_has_a_body_and_of_a_class_a_class",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=[PlanState.PUBLISHED, PlanState.FINAL])
                | Q(published_at__isnull=False, appeal_until__isnull=False),
                name="plan_published_says_until_when_to_appeal",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.title}"


class PlanPart(models.Model):
    """One part of an assessment: when, how long, how."""

    plan = models.ForeignKey(AssessmentPlan, on_delete=models.CASCADE, related_name="parts", verbose_name=_("考核计划"))
    kind = models.CharField(_("部分"), max_length=10, choices=PartKind.choices)
    starts_at = models.DateTimeField(_("开始时间"))
    ends_at = models.DateTimeField(_("结束时间"))
    method = models.CharField(_("考核方式"), max_length=60, help_text=_("笔试、机考、现场操作、答辩等。"))

    class Meta:
        verbose_name = _("考核部分")
        verbose_name_plural = _("考核部分")
        ordering = ["plan", "starts_at", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["plan", "kind"], name="plan_has_each_part_once"),
            models.CheckConstraint(condition=Q(kind__in=PartKind.values), name="plan_part_is_known"),
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="plan_part_ends_after_its_start"),
        ]

    def __str__(self) -> str:
        return str(self.get_kind_display())


class PlanRoom(models.Model):
    """考场: where some candidates sit one part, before one panel."""

    part = models.ForeignKey(PlanPart, on_delete=models.CASCADE, related_name="rooms", verbose_name=_("考核部分"))
    name = models.CharField(_("考场"), max_length=40)
    address = models.CharField(_("地址"), max_length=200)
    capacity = models.PositiveSmallIntegerField(_("座位或工位"))
    has_camera = models.BooleanField(_("有监控"), default=False)

    class Meta:
        verbose_name = _("考场")
        verbose_name_plural = _("考场")
        ordering = ["part", "name", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["part", "name"], name="plan_room_is_named_once"),
            models.CheckConstraint(condition=Q(capacity__gt=0), name="plan_room_has_places"),
        ]

    def __str__(self) -> str:
        return self.name


class RoomDuty(models.Model):
    """Who does what in a room. A trigger refuses a judge who has trained somebody sitting there, or sits there.

    Whoever it is, under whichever organisation's name, is in one room at an hour: the database fills in person and
    hours, and keeps them in step with the part. A cancelled plan holds nobody's hours.
    """

    room = models.ForeignKey(PlanRoom, on_delete=models.CASCADE, related_name="duties", verbose_name=_("考场"))
    assessor = models.ForeignKey(Assessor, on_delete=models.PROTECT, related_name="duties", verbose_name=_("考评人员"))
    duty = models.CharField(_("职责"), max_length=12, choices=Duty.choices)
    person = models.BinaryField(_("人员"), null=True, editable=False, help_text=_("由数据库填写。"))
    during = DateTimeRangeField(_("占用时间"), null=True, editable=False, help_text=_("由数据库填写。"))

    class Meta:
        verbose_name = _("考场职责")
        verbose_name_plural = _("考场职责")
        ordering = ["room", "duty", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["room", "assessor"], name="room_duty_is_one_a_person"),
            models.CheckConstraint(condition=Q(duty__in=Duty.values), name="room_duty_is_known"),
            ExclusionConstraint(
                name="judge_is_in_one_room_at_an_hour",
                expressions=[("person", RangeOperators.EQUAL), ("during", RangeOperators.OVERLAPS)],
            ),
        ]

    def __str__(self) -> str:
        return f"{self.assessor} {self.get_duty_display()}"


class Candidate(models.Model):
    """考生: a worker admitted to an assessment."""

    plan = models.ForeignKey(
        AssessmentPlan, on_delete=models.PROTECT, related_name="candidates", verbose_name=_("考核计划")
    )
    worker = models.ForeignKey(Worker, on_delete=models.PROTECT, related_name="candidacies", verbose_name=_("从业人员"))
    enrolment = models.ForeignKey(
        Enrolment,
        on_delete=models.PROTECT,
        related_name="candidacies",
        null=True,
        blank=True,
        verbose_name=_("学籍"),
        help_text=_("培训结业考核的考生所属的学籍。"),
    )
    ticket_number = models.CharField(_("准考证号"), max_length=20)
    state = models.CharField(_("状态"), max_length=10, choices=CandidateState.choices, default=CandidateState.ADMITTED)
    reason = models.CharField(_("原因"), max_length=200, blank=True)
    admitted_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True)
    admitted_at = models.DateTimeField(_("准考时间"))

    class Meta:
        verbose_name = _("考生")
        verbose_name_plural = _("考生")
        ordering = ["plan", "ticket_number"]
        constraints = [
            models.UniqueConstraint(fields=["plan", "worker"], name="candidate_is_admitted_once"),
            models.UniqueConstraint(fields=["plan", "ticket_number"], name="candidate_ticket_is_given_once"),
            models.CheckConstraint(condition=Q(state__in=CandidateState.values), name="candidate_state_is_known"),
            models.CheckConstraint(
                condition=Q(state=CandidateState.ADMITTED) | ~Q(reason=""), name="candidate_not_admitted_says_why"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.ticket_number} {self.worker}"


class Seat(models.Model):
    """Where a candidate sits a part. The part stands here too, so that the database can give one place for each.

    So do the person and the hours, filled in by the database: nobody sits two assessments at one hour.
    """

    candidate = models.ForeignKey(Candidate, on_delete=models.PROTECT, related_name="places", verbose_name=_("考生"))
    part = models.ForeignKey(PlanPart, on_delete=models.CASCADE, related_name="places", verbose_name=_("考核部分"))
    room = models.ForeignKey(PlanRoom, on_delete=models.CASCADE, related_name="places", verbose_name=_("考场"))
    number = models.PositiveSmallIntegerField(_("座位或工位号"))
    worker = models.ForeignKey(
        Worker, on_delete=models.PROTECT, related_name="+", null=True, editable=False, verbose_name=_("从业人员")
    )
    during = DateTimeRangeField(_("占用时间"), null=True, editable=False, help_text=_("由数据库填写。"))

    class Meta:
        verbose_name = _("座位")
        verbose_name_plural = _("座位")
        ordering = ["room", "number"]
        constraints = [
            models.UniqueConstraint(fields=["candidate", "part"], name="candidate_sits_a_part_once"),
            models.UniqueConstraint(fields=["room", "number"], name="place_is_taken_once"),
            ExclusionConstraint(
                name="candidate_is_in_one_place_at_an_hour",
                expressions=[("worker", RangeOperators.EQUAL), ("during", RangeOperators.OVERLAPS)],
            ),
        ]

    def __str__(self) -> str:
        return f"{self.room} {self.number}"


class PlanEvent(models.Model):
    """One move or change of a plan. Rows are only added."""

    plan = models.ForeignKey(
        AssessmentPlan, on_delete=models.PROTECT, related_name="events", verbose_name=_("考核计划")
    )
    action = models.CharField(_("动作"), max_length=40)
    source = models.CharField(_("原状态"), max_length=10, blank=True)
    target = models.CharField(_("新状态"), max_length=10, blank=True)
    data = models.JSONField(_("内容"), default=dict, blank=True)
    reason = models.TextField(_("原因"), blank=True)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True, verbose_name=_("经办人")
    )
    at = models.DateTimeField(_("时间"))

    class Meta:
        verbose_name = _("考核计划记录")
        verbose_name_plural = _("考核计划记录")
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return f"{self.action} {self.at:%Y-%m-%d %H:%M}"
