"""The columns of the list of plans."""

from typing import Any

import django_tables2 as tables
from django.utils.translation import gettext_lazy as _

from certifications.plans.models import AssessmentPlan
from certifications.plans.states import TONES
from foundation.desk import NUMBER, MomentColumn, TagColumn


class PlanTable(tables.Table):
    title = tables.Column(verbose_name=_("名称"), linkify=("plan", [tables.A("pk")]))
    number = tables.Column(verbose_name=_("计划编号"))
    kind = tables.Column(verbose_name=_("类别"))
    organisation = tables.Column(verbose_name=_("组织单位"), order_by=("organisation__name",))
    first_at = MomentColumn(verbose_name=_("最早考核时间"))
    people = tables.Column(verbose_name=_("考生"), attrs=NUMBER)
    state = TagColumn(verbose_name=_("状态"), tones=dict(TONES))

    class Meta:
        model = AssessmentPlan
        fields = ("title", "number", "kind", "organisation", "first_at", "people", "state")
        order_by = "-number"
        attrs = {"caption": _("考核计划")}

    def render_people(self, record: Any) -> str:
        return f"{record.people}/{record.seats}"
