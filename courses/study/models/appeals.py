"""When a worker says that a refusal was wrong: the appeal, its moves, and the time that was given back."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from courses.classes.models import Enrolment
from courses.content.models import Lesson
from courses.study.models.log import Viewing
from courses.study.states import APPEALABLE, AppealState, Reason
from workers.models import Worker


class StudyAppeal(models.Model):
    """申诉: one tap on a refused stretch. The school or the bureau answers."""

    worker = models.ForeignKey(Worker, on_delete=models.PROTECT, related_name="+", verbose_name=_("从业人员"))
    enrolment = models.ForeignKey(
        Enrolment, on_delete=models.PROTECT, related_name="study_appeals", verbose_name=_("学籍")
    )
    lesson = models.ForeignKey(Lesson, on_delete=models.PROTECT, related_name="+", verbose_name=_("课时内容"))
    viewing = models.ForeignKey(Viewing, on_delete=models.PROTECT, related_name="+", verbose_name=_("打开一次课"))
    reason = models.CharField(_("未计入的原因"), max_length=14, choices=Reason.choices)
    first_sequence = models.PositiveIntegerField(_("从第几条"))
    last_sequence = models.PositiveIntegerField(_("到第几条"))
    first_at = models.DateTimeField(_("从"))
    last_at = models.DateTimeField(_("到"))
    refused_ms = models.PositiveBigIntegerField(_("未计入毫秒数"))
    words = models.CharField(_("本人说明"), max_length=200, blank=True)
    state = models.CharField(_("状态"), max_length=10, choices=AppealState.choices, default=AppealState.WAITING)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("申诉人")
    )
    made_at = models.DateTimeField(_("申诉时间"))

    class Meta:
        verbose_name = _("学习时间申诉")
        verbose_name_plural = _("学习时间申诉")
        ordering = ["-made_at", "-pk"]
        indexes = [models.Index(fields=["state", "made_at"], name="study_appeal_by_state")]
        constraints = [
            models.UniqueConstraint(
                fields=["viewing", "reason", "first_at", "first_sequence"], name="study_appeal_is_made_once"
            ),
            models.CheckConstraint(condition=Q(state__in=AppealState.values), name="study_appeal_state_is_known"),
            models.CheckConstraint(
                condition=Q(reason__in=sorted(APPEALABLE)), name="study_appeal_is_about_a_doubtful_reason"
            ),
            models.CheckConstraint(
                condition=Q(refused_ms__gt=0, last_at__gte=F("first_at")), name="study_appeal_is_about_something"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.first_at:%Y-%m-%d %H:%M} {self.get_reason_display()}"


class StudyAppealEvent(models.Model):
    """One move of an appeal. Rows are only added."""

    appeal = models.ForeignKey(StudyAppeal, on_delete=models.PROTECT, related_name="events", verbose_name=_("申诉"))
    action = models.CharField(_("动作"), max_length=20)
    source = models.CharField(_("原状态"), max_length=10, blank=True)
    target = models.CharField(_("新状态"), max_length=10)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("经办人")
    )
    reason = models.TextField(_("理由"), blank=True)
    at = models.DateTimeField(_("时间"))

    class Meta:
        verbose_name = _("申诉记录")
        verbose_name_plural = _("申诉记录")
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return f"{self.action} {self.at:%Y-%m-%d %H:%M}"


class StudyAdjustment(models.Model):
    """补计: time that an upheld appeal moved from refused to accepted. Rows are only added."""

    appeal = models.OneToOneField(
        StudyAppeal, on_delete=models.PROTECT, related_name="adjustment", verbose_name=_("申诉")
    )
    worker = models.ForeignKey(Worker, on_delete=models.PROTECT, related_name="+", verbose_name=_("从业人员"))
    enrolment = models.ForeignKey(
        Enrolment, on_delete=models.PROTECT, related_name="study_adjustments", verbose_name=_("学籍")
    )
    lesson = models.ForeignKey(Lesson, on_delete=models.PROTECT, related_name="+", verbose_name=_("课时内容"))
    day = models.DateField(_("计入哪一天"))
    moved_ms = models.PositiveIntegerField(_("补计毫秒数"))
    played = ArrayField(models.IntegerField(), verbose_name=_("补计的片段"))
    reason = models.TextField(_("理由"))
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("经办人")
    )
    at = models.DateTimeField(_("时间"))

    class Meta:
        verbose_name = _("学习时间补计")
        verbose_name_plural = _("学习时间补计")
        constraints = [
            models.CheckConstraint(condition=Q(moved_ms__gt=0), name="study_adjustment_moves_something"),
            models.CheckConstraint(condition=~Q(reason=""), name="study_adjustment_says_why"),
        ]

    def __str__(self) -> str:
        return f"{self.day} {self.moved_ms}"
