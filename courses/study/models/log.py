"""What happened, row by row, never changed: viewings, the beats in them, presence questions and their answers."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from courses.classes.models import Enrolment
from courses.content.models import Lesson
from courses.study.states import Reason
from workers.models import Worker


class Viewing(models.Model):
    """打开一次课: a lesson opened on one phone. Rows are only added; the worker's latest one counts."""

    worker = models.ForeignKey(Worker, on_delete=models.PROTECT, related_name="+", verbose_name=_("从业人员"))
    enrolment = models.ForeignKey(Enrolment, on_delete=models.PROTECT, related_name="+", verbose_name=_("学籍"))
    lesson = models.ForeignKey(Lesson, on_delete=models.PROTECT, related_name="+", verbose_name=_("课时内容"))
    nonce = models.BinaryField(_("随机数"), max_length=16, unique=True, help_text=_("由服务器产生，写入签名的凭据。"))
    device = models.CharField(_("设备"), max_length=80, blank=True, help_text=_("浏览器自报的设备名称。"))
    started_at = models.DateTimeField(_("打开时间"))

    class Meta:
        verbose_name = _("打开一次课")
        verbose_name_plural = _("打开课的记录")
        ordering = ["-pk"]
        indexes = [models.Index(fields=["enrolment", "started_at"], name="viewing_by_enrolment")]

    def __str__(self) -> str:
        return f"{self.started_at:%Y-%m-%d %H:%M} {self.device}"


class StudyBeat(models.Model):
    """学习记录: a part of a reported beat with one outcome, accepted or refused for one reason.

    Cut by month and only added to. Its relations carry no foreign key in the database: four look-ups and row locks for
    each beat would cost more than the beat; that nothing they point at can be removed is held by ``viewing``, whose
    rows cannot be, and which has the keys.
    """

    at = models.DateTimeField(_("收到时间"), help_text=_("服务器的时间。"))
    worker = models.ForeignKey(
        Worker,
        on_delete=models.DO_NOTHING,
        related_name="+",
        db_constraint=False,
        db_index=False,
        verbose_name=_("从业人员"),
    )
    enrolment = models.ForeignKey(
        Enrolment,
        on_delete=models.DO_NOTHING,
        related_name="+",
        db_constraint=False,
        db_index=False,
        verbose_name=_("学籍"),
    )
    lesson = models.ForeignKey(
        Lesson,
        on_delete=models.DO_NOTHING,
        related_name="+",
        db_constraint=False,
        db_index=False,
        verbose_name=_("课时内容"),
    )
    viewing = models.ForeignKey(
        Viewing,
        on_delete=models.DO_NOTHING,
        related_name="+",
        db_constraint=False,
        db_index=False,
        verbose_name=_("打开一次课"),
    )
    sequence = models.PositiveIntegerField(_("序号"), help_text=_("在这次打开中的第几条。"))
    played = ArrayField(models.IntegerField(), verbose_name=_("播放的片段"), help_text=_("起、止、起、止……毫秒。"))
    speed = models.PositiveSmallIntegerField(_("倍速"), help_text=_("百分比。"))
    reported_ms = models.PositiveBigIntegerField(_("上报毫秒数"))
    accepted_ms = models.PositiveBigIntegerField(_("计入毫秒数"))
    refused_ms = models.PositiveBigIntegerField(_("未计入毫秒数"))
    reason = models.CharField(_("未计入的原因"), max_length=14, choices=Reason.choices, blank=True)

    class Meta:
        verbose_name = _("学习记录")
        verbose_name_plural = _("学习记录")
        indexes = [models.Index(fields=["enrolment", "at"], name="study_beat_by_enrolment")]
        constraints = [
            models.CheckConstraint(
                condition=Q(reported_ms=F("accepted_ms") + F("refused_ms")), name="study_beat_adds_up"
            ),
            models.CheckConstraint(
                condition=Q(reason="", refused_ms=0) | (~Q(reason="") & Q(accepted_ms=0)),
                name="study_beat_refused_says_why",
            ),
            models.CheckConstraint(condition=Q(reason__in=["", *Reason.values]), name="study_beat_reason_is_known"),
        ]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M:%S} {self.get_reason_display()}"


class PresenceQuestion(models.Model):
    """“还在学习吗”: a question asked in the middle of a lesson, at a moment nobody can foresee."""

    worker = models.ForeignKey(Worker, on_delete=models.PROTECT, related_name="+", verbose_name=_("从业人员"))
    viewing = models.ForeignKey(Viewing, on_delete=models.PROTECT, related_name="+", verbose_name=_("打开一次课"))
    code = models.CharField(_("问题"), max_length=30)
    options = ArrayField(models.CharField(max_length=20), verbose_name=_("选项"), help_text=_("按显示的顺序。"))
    right = models.CharField(_("正确选项"), max_length=20)
    asked_at = models.DateTimeField(_("提问时间"))
    due_at = models.DateTimeField(_("回答期限"), help_text=_("过了这个时间还没有回答，时间停止计算。"))

    class Meta:
        verbose_name = _("在线提问")
        verbose_name_plural = _("在线提问")
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(due_at__gt=F("asked_at")), name="presence_question_gives_time"),
        ]

    def __str__(self) -> str:
        return f"{self.asked_at:%Y-%m-%d %H:%M} {self.code}"


class PresenceAnswer(models.Model):
    """What was answered to a presence question. A wrong answer may be followed by another; a right one ends it."""

    question = models.ForeignKey(
        PresenceQuestion, on_delete=models.PROTECT, related_name="answers", verbose_name=_("在线提问")
    )
    choice = models.CharField(_("所选"), max_length=20)
    is_right = models.BooleanField(_("答对"))
    is_late = models.BooleanField(_("超过期限"))
    at = models.DateTimeField(_("回答时间"))

    class Meta:
        verbose_name = _("在线提问的回答")
        verbose_name_plural = _("在线提问的回答")
        constraints = [
            models.UniqueConstraint(
                fields=["question"], condition=Q(is_right=True), name="presence_question_is_answered_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.choice}"
