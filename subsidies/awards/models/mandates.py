"""单位代为申报的委托: whether a worker lets an employer file for her."""

from django.conf import settings
from django.core.files.storage import Storage, storages
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from foundation.accounts.models import Organisation
from foundation.privacy.models import ConsentText
from subsidies.awards.states import MandateState, MandateThrough, Party
from workers.models import Worker


def private_files() -> Storage:
    """Where signed papers lie: encrypted, and no web address reaches them."""
    return storages["private"]


class EmployerMandate(models.Model):
    """One worker and one employer. The wording she agreed to is a version of ``foundation.privacy``."""

    worker = models.ForeignKey(
        Worker, on_delete=models.PROTECT, related_name="award_mandates", verbose_name=_("从业人员")
    )
    employer = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="award_mandates", verbose_name=_("用人单位")
    )
    state = models.CharField(_("状态"), max_length=10, choices=MandateState.choices)
    through = models.CharField(_("同意方式"), max_length=6, choices=MandateThrough.choices, blank=True)
    text = models.ForeignKey(
        ConsentText, on_delete=models.PROTECT, related_name="+", null=True, blank=True, verbose_name=_("委托书版本")
    )
    paper = models.FileField(_("书面委托"), storage=private_files, max_length=120, blank=True)
    asked_at = models.DateTimeField(_("最近短信时间"), null=True, blank=True)
    asked_count = models.PositiveSmallIntegerField(_("短信次数"), default=0)
    answered_at = models.DateTimeField(_("答复时间"), null=True, blank=True)

    class Meta:
        verbose_name = _("单位代为申报的委托")
        verbose_name_plural = _("单位代为申报的委托")
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(fields=["worker", "employer"], name="award_mandate_is_one_an_employer"),
            models.CheckConstraint(condition=Q(state__in=MandateState.values), name="award_mandate_state_is_known"),
            models.CheckConstraint(
                condition=Q(through__in=["", *MandateThrough.values]), name="award_mandate_through_is_known"
            ),
            models.CheckConstraint(
                condition=~Q(state=MandateState.GIVEN)
                | (Q(text__isnull=False, answered_at__isnull=False) & ~Q(through="")),
                name="award_mandate_given_says_how_and_to_what",
            ),
            models.CheckConstraint(
                condition=~Q(through=MandateThrough.PAPER) | ~Q(paper=""), name="award_mandate_on_paper_has_the_paper"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.worker_id} {self.employer_id} {self.get_state_display()}"


class EmployerMandateEvent(models.Model):
    """One step of a mandate. Rows are only added."""

    mandate = models.ForeignKey(
        EmployerMandate, on_delete=models.PROTECT, related_name="events", verbose_name=_("委托")
    )
    action = models.CharField(_("动作"), max_length=20)
    source = models.CharField(_("原状态"), max_length=10, blank=True)
    target = models.CharField(_("新状态"), max_length=10, choices=MandateState.choices)
    party = models.CharField(_("以谁的名义"), max_length=8, choices=Party.choices)
    text = models.ForeignKey(
        ConsentText, on_delete=models.PROTECT, related_name="+", null=True, blank=True, verbose_name=_("委托书版本")
    )
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("经办人")
    )
    at = models.DateTimeField(_("时间"))

    class Meta:
        verbose_name = _("委托记录")
        verbose_name_plural = _("委托记录")
        ordering = ["mandate", "pk"]

    def __str__(self) -> str:
        return f"{self.mandate_id} {self.action}"
