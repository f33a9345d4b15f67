"""Quizzes: the paper that the server drew for a learner, and what she handed in. Rows are only added."""

from typing import Any

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from courses.classes.models import Enrolment
from courses.content.models import Lesson


class QuizPaper(models.Model):
    """试卷: drawn by the server for one enrolment. Until it is handed in, opening the quiz again shows the same one."""

    enrolment = models.ForeignKey(
        Enrolment, on_delete=models.PROTECT, related_name="quiz_papers", verbose_name=_("学籍")
    )
    lesson = models.ForeignKey(Lesson, on_delete=models.PROTECT, related_name="+", verbose_name=_("课时内容"))
    number = models.PositiveSmallIntegerField(_("第几次"))
    seed = models.CharField(_("抽题种子"), max_length=64, help_text=_("由服务器产生；同样的种子抽出同样的试卷。"))
    question_ids = ArrayField(models.BigIntegerField(), verbose_name=_("试题"))
    pass_points = models.PositiveSmallIntegerField(_("合格分数"), help_text=_("满分 100。"))
    drawn_at = models.DateTimeField(_("抽题时间"))

    class Meta:
        verbose_name = _("试卷")
        verbose_name_plural = _("试卷")
        ordering = ["enrolment", "lesson", "number"]
        constraints = [
            models.UniqueConstraint(fields=["enrolment", "lesson", "number"], name="quiz_paper_is_numbered_once"),
            models.CheckConstraint(condition=Q(question_ids__len__gt=0), name="quiz_paper_asks_something"),
            models.CheckConstraint(condition=Q(pass_points__lte=100), name="quiz_paper_can_be_passed"),
        ]

    def __str__(self) -> str:
        return f"{self.enrolment_id} {self.lesson_id} {self.number}"


class QuizAttempt(models.Model):
    """交卷: what was handed in for a paper, and its marking. A paper is handed in once."""

    paper = models.OneToOneField(QuizPaper, on_delete=models.PROTECT, related_name="attempt", verbose_name=_("试卷"))
    answers: "models.JSONField[dict[str, list[int]], Any]" = models.JSONField(
        _("作答"), help_text=_("试题编号对应所选选项在试卷上的位置，从 0 起。")
    )
    right = models.PositiveSmallIntegerField(_("答对题数"))
    total = models.PositiveSmallIntegerField(_("题数"))
    is_passed = models.BooleanField(_("合格"))
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("交卷人")
    )
    made_at = models.DateTimeField(_("交卷时间"))

    class Meta:
        verbose_name = _("交卷记录")
        verbose_name_plural = _("交卷记录")
        ordering = ["-made_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(total__gt=0, right__lte=F("total")), name="quiz_attempt_is_marked_within_its_paper"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.paper_id} {self.right}/{self.total}"

    @property
    def score(self) -> int:
        """Points of a hundred, rounded down: 59.9 is not 60."""
        return self.right * 100 // self.total
