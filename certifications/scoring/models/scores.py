"""成绩: the mark of one part, and what all parts together say. Both are only added to; the newest counts."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from certifications.bodies.models import Assessor
from certifications.plans.models import Candidate, PlanPart
from certifications.scoring.states import ResultOutcome, ScoreSource, ScoreState


class PartScore(models.Model):
    """The mark of a candidate in one part, out of 100, or that she was absent, or it is void. Rows are only added."""

    candidate = models.ForeignKey(Candidate, on_delete=models.PROTECT, related_name="scores", verbose_name=_("考生"))
    part = models.ForeignKey(PlanPart, on_delete=models.PROTECT, related_name="scores", verbose_name=_("考核部分"))
    state = models.CharField(_("状态"), max_length=8, choices=ScoreState.choices)
    mark = models.DecimalField(_("成绩"), max_digits=5, decimal_places=2, null=True, blank=True)
    source = models.CharField(_("来源"), max_length=8, choices=ScoreSource.choices)
    assessor = models.ForeignKey(
        Assessor, on_delete=models.PROTECT, related_name="+", null=True, blank=True, verbose_name=_("考评员")
    )
    replaces = models.OneToOneField(
        "self",
        on_delete=models.PROTECT,
        related_name="replaced_by",
        null=True,
        blank=True,
        verbose_name=_("代替的成绩"),
    )
    reason = models.TextField(_("更正或作废的原因"), blank=True)
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("录入人")
    )
    at = models.DateTimeField(_("录入时间"))

    class Meta:
        verbose_name = _("部分成绩")
        verbose_name_plural = _("部分成绩")
        ordering = ["candidate", "part", "at", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=ScoreState.values), name="score_state_is_known"),
            models.CheckConstraint(condition=Q(source__in=ScoreSource.values), name="score_source_is_known"),
            models.CheckConstraint(
                condition=Q(state=ScoreState.MARKED, mark__isnull=False)
                | (~Q(state=ScoreState.MARKED) & Q(mark__isnull=True)),
                name="score_marked_has_a_mark",
            ),
            models.CheckConstraint(
                condition=Q(mark__isnull=True) | Q(mark__gte=0, mark__lte=100), name="score_is_out_of_a_hundred"
            ),
            models.UniqueConstraint(
                fields=["candidate", "part"], condition=Q(replaces__isnull=True), name="score_is_first_given_once"
            ),
            models.CheckConstraint(
                condition=Q(replaces__isnull=True, state__in=[ScoreState.MARKED, ScoreState.ABSENT]) | ~Q(reason=""),
                name="score_changed_or_void_says_why",
            ),
            models.CheckConstraint(condition=~Q(replaces=F("id")), name="score_replaces_another"),
        ]

    def __str__(self) -> str:
        return f"{self.candidate_id} {self.part} {self.mark if self.mark is not None else self.get_state_display()}"


class Result(models.Model):
    """What the parts say together, frozen with the criterion. It counts once the plan's results are final."""

    candidate = models.ForeignKey(Candidate, on_delete=models.PROTECT, related_name="results", verbose_name=_("考生"))
    outcome = models.CharField(_("结论"), max_length=8, choices=ResultOutcome.choices)
    marks = models.JSONField(
        _("各部分成绩"),
        help_text=_('按部分：成绩（字符串）或 absent、void；例如 {"theory": "78", "practical": "absent"}。'),
    )
    criterion = models.JSONField(_("合格标准"), help_text=_("各部分的及格分和依据的规则版本。"))
    checks = models.JSONField(_("逐项结果"))
    replaces = models.OneToOneField(
        "self",
        on_delete=models.PROTECT,
        related_name="replaced_by",
        null=True,
        blank=True,
        verbose_name=_("代替的结论"),
    )
    reason = models.TextField(_("重新认定的原因"), blank=True)
    judged_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("经办人")
    )
    at = models.DateTimeField(_("认定时间"))

    class Meta:
        verbose_name = _("考核结论")
        verbose_name_plural = _("考核结论")
        ordering = ["-at", "-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(outcome__in=ResultOutcome.values), name="result_outcome_is_known"),
            models.UniqueConstraint(
                fields=["candidate"], condition=Q(replaces__isnull=True), name="result_is_first_judged_once"
            ),
            models.CheckConstraint(
                condition=Q(replaces__isnull=True) | ~Q(reason=""), name="result_judged_again_says_why"
            ),
            models.CheckConstraint(condition=~Q(replaces=F("id")), name="result_replaces_another"),
        ]

    def __str__(self) -> str:
        return f"{self.candidate_id} {self.get_outcome_display()}"
