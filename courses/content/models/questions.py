"""Question banks. A question is never changed: an edit puts a new one in its place and retires the old."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from courses.content.media_states import QuestionKind
from foundation.accounts.models import Organisation


class QuestionBank(models.Model):
    """题库: the questions of a school from which quizzes draw."""

    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="question_banks", verbose_name=_("单位")
    )
    title = models.CharField(_("题库名称"), max_length=100)
    is_offered = models.BooleanField(
        _("可以选用"), default=True, help_text=_("停用的题库不能再选进课程；已经用了它的课程不受影响。")
    )
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("建立人")
    )
    created_at = models.DateTimeField(_("建立时间"))

    class Meta:
        verbose_name = _("题库")
        verbose_name_plural = _("题库")
        ordering = ["title", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["organisation", "title"], name="question_bank_is_named_once"),
        ]

    def __str__(self) -> str:
        return self.title


class Question(models.Model):
    """试题. ``answers`` are places in ``options``, from 0. Only ``is_active`` and ``retired_at`` ever change, and once:
    the database refuses the rest, so that a paper drawn years ago can be shown as it was."""

    bank = models.ForeignKey(QuestionBank, on_delete=models.PROTECT, related_name="questions", verbose_name=_("题库"))
    kind = models.CharField(_("题型"), max_length=10, choices=QuestionKind.choices)
    text = models.TextField(_("题目"), max_length=1000)
    options: "models.JSONField[list[str], Any]" = models.JSONField(_("选项"))
    answers: "models.JSONField[list[int], Any]" = models.JSONField(_("答案"), help_text=_("选项的序号，从 0 起。"))
    explanation = models.TextField(_("解析"), max_length=1000, blank=True, help_text=_("交卷后给学员看。"))
    fingerprint = models.CharField(_("内容指纹"), max_length=64, help_text=_("题型、题目和选项的 SHA-256。"))
    is_active = models.BooleanField(_("在用"), default=True)
    replaces = models.OneToOneField(
        "self",
        on_delete=models.PROTECT,
        related_name="replaced_by",
        null=True,
        blank=True,
        verbose_name=_("代替的试题"),
    )
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("编写人")
    )
    created_at = models.DateTimeField(_("编写时间"))
    retired_at = models.DateTimeField(_("停用时间"), null=True, blank=True)

    class Meta:
        verbose_name = _("试题")
        verbose_name_plural = _("试题")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=QuestionKind.values), name="question_kind_is_known"),
            models.CheckConstraint(
                condition=Q(is_active=True, retired_at__isnull=True) | Q(is_active=False, retired_at__isnull=False),
                name="question_retired_says_when",
            ),
            models.CheckConstraint(condition=~Q(replaces=F("id")), name="question_replaces_another"),
            models.UniqueConstraint(
                fields=["bank", "fingerprint"], condition=Q(is_active=True), name="question_is_asked_once_in_a_bank"
            ),
        ]

    def __str__(self) -> str:
        return self.text[:40]
