"""代为申领委托: whether a worker lets a school claim for her."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from courses.schools.models import School
from subsidies.mandates.models import BaseMandate, BaseMandateEvent, event_constraints, mandate_constraints
from subsidies.mandates.models import private_files as private_files  # noqa: PLC0414 - named so by the first migration
from subsidies.mandates.states import MandateParty
from workers.models import Worker


class Mandate(BaseMandate):
    """One worker and one school."""

    worker = models.ForeignKey(
        Worker, on_delete=models.PROTECT, related_name="claim_mandates", verbose_name=_("从业人员")
    )
    school = models.ForeignKey(
        School, on_delete=models.PROTECT, related_name="claim_mandates", verbose_name=_("培训机构")
    )

    class Meta:
        verbose_name = _("代为申领委托")
        verbose_name_plural = _("代为申领委托")
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(fields=["worker", "school"], name="mandate_is_one_a_school"),
            *mandate_constraints("mandate"),
        ]

    def __str__(self) -> str:
        return f"{self.worker_id} {self.school_id} {self.get_state_display()}"


class MandateEvent(BaseMandateEvent):
    """One step of a school's mandate."""

    mandate = models.ForeignKey(Mandate, on_delete=models.PROTECT, related_name="events", verbose_name=_("委托"))

    class Meta:
        verbose_name = _("委托记录")
        verbose_name_plural = _("委托记录")
        ordering = ["mandate", "pk"]
        constraints = event_constraints("mandate", MandateParty.SCHOOL)

    def __str__(self) -> str:
        return f"{self.mandate_id} {self.action}"
