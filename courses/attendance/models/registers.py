"""The register of a session: when it was opened and finished, and how many people the teacher counted."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from courses.classes.models import Session


class SessionRegister(models.Model):
    """签到簿: one for a session. Its lock puts sign-in, corrections and finishing one behind the other."""

    session = models.OneToOneField(
        Session, on_delete=models.PROTECT, primary_key=True, related_name="register", verbose_name=_("课次")
    )
    opened_at = models.DateTimeField(_("开始签到时间"), null=True, blank=True)
    opened_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True, verbose_name=_("开始签到的人")
    )
    finished_at = models.DateTimeField(_("下课时间"), null=True, blank=True)
    finished_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True, verbose_name=_("登记下课的人")
    )

    class Meta:
        verbose_name = _("签到簿")
        verbose_name_plural = _("签到簿")
        constraints = [
            models.CheckConstraint(
                condition=Q(finished_at__isnull=True, finished_by__isnull=True)
                | Q(finished_at__isnull=False, finished_by__isnull=False),
                name="session_register_finished_says_by_whom",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.session_id}"


class HeadCount(models.Model):
    """清点人数: how many people the teacher saw, and how many stood in the register then. Rows are only added."""

    session = models.ForeignKey(Session, on_delete=models.PROTECT, related_name="head_counts", verbose_name=_("课次"))
    people = models.PositiveSmallIntegerField(_("教室人数"))
    registered = models.PositiveSmallIntegerField(_("当时到课人数"), help_text=_("登记为到课或迟到的人数。"))
    counted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("清点人")
    )
    at = models.DateTimeField(_("清点时间"))

    class Meta:
        verbose_name = _("清点人数")
        verbose_name_plural = _("清点人数")
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return f"{self.people} / {self.registered}"
