"""单位代为申报的委托: whether a worker lets an employer file for her."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from foundation.accounts.models import Organisation
from subsidies.mandates.models import BaseMandate, BaseMandateEvent, event_constraints, mandate_constraints
from subsidies.mandates.models import private_files as private_files  # noqa: PLC0414 - named so by the first migration
from subsidies.mandates.states import MandateParty
from workers.models import Worker


class EmployerMandate(BaseMandate):
    """One worker and one employer."""

    worker = models.ForeignKey(
        Worker, on_delete=models.PROTECT, related_name="award_mandates", verbose_name=_("从业人员")
    )
    employer = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="award_mandates", verbose_name=_("用人单位")
    )

    class Meta:
        verbose_name = _("单位代为申报的委托")
        verbose_name_plural = _("单位代为申报的委托")
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(fields=["worker", "employer"], name="award_mandate_is_one_an_employer"),
            *mandate_constraints("award_mandate"),
        ]

    def __str__(self) -> str:
        return f"{self.worker_id} {self.employer_id} {self.get_state_display()}"


class EmployerMandateEvent(BaseMandateEvent):
    """One step of an employer's mandate."""

    mandate = models.ForeignKey(
        EmployerMandate, on_delete=models.PROTECT, related_name="events", verbose_name=_("委托")
    )

    class Meta:
        verbose_name = _("委托记录")
        verbose_name_plural = _("委托记录")
        ordering = ["mandate", "pk"]
        constraints = event_constraints("award_mandate", MandateParty.EMPLOYER)

    def __str__(self) -> str:
        return f"{self.mandate_id} {self.action}"
