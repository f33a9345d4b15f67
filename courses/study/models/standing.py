"""Where a worker stands: her one clock, and what is accepted of each lesson. The only rows that a beat changes."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from courses.classes.models import Enrolment
from courses.content.models import Lesson
from courses.study.models.log import PresenceQuestion, Viewing
from workers.models import Worker


class StudyClock(models.Model):
    """学习时钟: one row for each worker who studies. Its lock puts her phones one behind the other."""

    worker = models.OneToOneField(
        Worker, on_delete=models.PROTECT, primary_key=True, related_name="+", verbose_name=_("从业人员")
    )
    viewing = models.ForeignKey(
        Viewing, on_delete=models.PROTECT, related_name="+", db_index=False, verbose_name=_("当前打开的课")
    )
    sequence = models.PositiveIntegerField(_("最后一条的序号"), default=0)
    digest = models.BigIntegerField(_("最后一次请求的摘要"), default=0, help_text=_("同一请求再次到达，答复相同。"))
    answered_at = models.DateTimeField(_("最后一次请求的时间"), null=True, blank=True)
    counted_until = models.DateTimeField(_("已计到"), help_text=_("之后经过的时间才可以计入。"))
    day = models.DateField(_("日期"))
    day_ms = models.PositiveIntegerField(_("当日已计毫秒数"), default=0)
    presence_left_ms = models.PositiveIntegerField(_("距下次提问"), help_text=_("再学习多少毫秒之后提问；不对外显示。"))
    question = models.ForeignKey(
        PresenceQuestion,
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
        null=True,
        blank=True,
        verbose_name=_("等待回答的提问"),
    )
    deadline = models.DateTimeField(_("回答期限"), null=True, blank=True)

    class Meta:
        verbose_name = _("学习时钟")
        verbose_name_plural = _("学习时钟")
        constraints = [
            models.CheckConstraint(
                condition=Q(question__isnull=True, deadline__isnull=True)
                | Q(question__isnull=False, deadline__isnull=False),
                name="study_clock_question_has_a_deadline",
            ),
            # 24 hours: whatever the daily figure is, a day has no more.
            models.CheckConstraint(condition=Q(day_ms__lte=86_400_000), name="study_clock_day_has_24_hours"),
        ]

    def __str__(self) -> str:
        return f"{self.worker_id} {self.day}"


class LessonProgress(models.Model):
    """学习进度: what is accepted, refused and credited of one lesson for one enrolment.

    What the lesson says of length, worth, speed and check is copied from its version, which never changes. The union
    of watched stretches is as long as what was accepted (``study_progress_is_the_union``, migration 0001).
    """

    enrolment = models.ForeignKey(
        Enrolment, on_delete=models.PROTECT, related_name="lesson_progress", verbose_name=_("学籍")
    )
    lesson = models.ForeignKey(
        Lesson, on_delete=models.PROTECT, related_name="+", db_index=False, verbose_name=_("课时内容")
    )
    length_ms = models.PositiveIntegerField(_("课长"))
    worth_ms = models.PositiveIntegerField(_("最多计入"))
    speed = models.PositiveSmallIntegerField(_("课程允许的倍速"), null=True, blank=True, help_text=_("百分比。"))
    needs_check = models.BooleanField(_("通过测验才计学时"))
    watched = ArrayField(models.IntegerField(), default=list, verbose_name=_("看过的片段"))
    position_ms = models.PositiveIntegerField(_("看到哪里"), default=0)
    reported_ms = models.PositiveBigIntegerField(_("上报毫秒数"), default=0)
    accepted_ms = models.PositiveIntegerField(_("计入毫秒数"), default=0)
    refused_ms = models.PositiveBigIntegerField(_("未计入毫秒数"), default=0)
    credited_ms = models.PositiveIntegerField(_("计学时毫秒数"), default=0)
    check_passed_at = models.DateTimeField(_("测验通过时间"), null=True, blank=True)
    completed_at = models.DateTimeField(_("学完时间"), null=True, blank=True)

    class Meta:
        verbose_name = _("学习进度")
        verbose_name_plural = _("学习进度")
        constraints = [
            models.UniqueConstraint(fields=["enrolment", "lesson"], name="study_progress_is_one_for_a_lesson"),
            models.CheckConstraint(
                condition=Q(reported_ms=F("accepted_ms") + F("refused_ms")), name="study_progress_adds_up"
            ),
            models.CheckConstraint(
                condition=Q(accepted_ms__lte=F("worth_ms"), worth_ms__lte=F("length_ms")),
                name="study_progress_is_within_the_lesson",
            ),
            models.CheckConstraint(
                condition=Q(needs_check=True, check_passed_at__isnull=True, credited_ms=0)
                | ((Q(needs_check=False) | Q(check_passed_at__isnull=False)) & Q(credited_ms=F("accepted_ms"))),
                name="study_progress_is_credited_after_its_check",
            ),
            models.CheckConstraint(
                condition=Q(completed_at__isnull=True) | Q(needs_check=False) | Q(check_passed_at__isnull=False),
                name="study_progress_is_complete_after_its_check",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.enrolment_id} {self.lesson_id}"

    @property
    def waiting_ms(self) -> int:
        """Accepted, and credited as soon as the check is passed."""
        return self.accepted_ms - self.credited_ms
