"""结业: what the close of a class says of each person, frozen with the criterion and the facts it was judged by."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from courses.classes.models import ClassRun, Enrolment
from courses.completion.states import Outcome


class ClassClose(models.Model):
    """结班: that a class was closed, once, with how many completed it. Rows are only added."""

    class_run = models.OneToOneField(
        ClassRun, on_delete=models.PROTECT, primary_key=True, related_name="close", verbose_name=_("班次")
    )
    completed = models.PositiveSmallIntegerField(_("结业人数"))
    not_completed = models.PositiveSmallIntegerField(_("未结业人数"))
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("经办人")
    )
    at = models.DateTimeField(_("结班时间"))

    class Meta:
        verbose_name = _("结班")
        verbose_name_plural = _("结班")

    def __str__(self) -> str:
        return f"{self.class_run_id} {self.completed}/{self.completed + self.not_completed}"


class Completion(models.Model):
    """结业认定: completed or not, because. A later judgement replaces an earlier one. Rows are only added."""

    enrolment = models.ForeignKey(
        Enrolment, on_delete=models.PROTECT, related_name="completions", verbose_name=_("学籍")
    )
    outcome = models.CharField(_("认定"), max_length=14, choices=Outcome.choices)
    criterion = models.JSONField(_("认定标准"), help_text=_("培训包学时和当日有效的规则，连同版本编号。"))
    facts = models.JSONField(_("认定依据"), help_text=_("认定时的学时、出勤、提问和测验。"))
    checks = models.JSONField(_("逐项结果"), help_text=_("每一项的要求、实际、是否达到、怎么办。"))
    replaces = models.OneToOneField(
        "self",
        on_delete=models.PROTECT,
        related_name="replaced_by",
        null=True,
        blank=True,
        verbose_name=_("代替的认定"),
    )
    reason = models.TextField(_("重新认定的原因"), blank=True)
    judged_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("经办人")
    )
    at = models.DateTimeField(_("认定时间"))

    class Meta:
        verbose_name = _("结业认定")
        verbose_name_plural = _("结业认定")
        ordering = ["-at", "-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(outcome__in=Outcome.values), name="completion_outcome_is_known"),
            models.UniqueConstraint(
                fields=["enrolment"], condition=Q(replaces__isnull=True), name="completion_is_first_judged_once"
            ),
            models.CheckConstraint(
                condition=Q(replaces__isnull=True) | ~Q(reason=""), name="completion_judged_again_says_why"
            ),
            models.CheckConstraint(condition=~Q(replaces=F("id")), name="completion_replaces_another"),
        ]

    def __str__(self) -> str:
        return f"{self.enrolment_id} {self.get_outcome_display()}"

    @property
    def failed(self) -> list[dict[str, object]]:
        """The checks that were not met."""
        return [check for check in self.checks if not check["passed"]]
