"""The columns and filters of the lists of class runs."""

from typing import Any

import django_filters as filters
import django_tables2 as tables
from django import forms
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from courses.classes.class_pages import TONES, change_text
from courses.classes.models import ClassEvent, ClassRun
from courses.classes.states import ClassState
from foundation.desk import ANY, NUMBER, YES_NO, DayFilter, MomentColumn, StaffResource, TagColumn, export_column, tag


class ClassRunTable(tables.Table):
    """A school's own class runs."""

    name = tables.Column(gettext_lazy("班次名称"), linkify=("class_run", [tables.A("pk")]))
    number = tables.Column(gettext_lazy("编号"))
    state = TagColumn(verbose_name=gettext_lazy("状态"), tones=TONES)
    starts_on = tables.DateColumn(verbose_name=gettext_lazy("开班日期"), format="Y-m-d")
    ends_on = tables.DateColumn(verbose_name=gettext_lazy("结班日期"), format="Y-m-d")
    seats_taken = tables.Column(gettext_lazy("人数"), attrs=NUMBER)

    class Meta:
        model = ClassRun
        fields = ["name", "number", "state", "starts_on", "ends_on", "seats_taken"]
        order_by = "-starts_on"
        attrs = {"caption": gettext_lazy("班次")}

    def render_seats_taken(self, record: ClassRun) -> str:
        return f"{record.seats_taken}/{record.seats}"


class BureauClassTable(ClassRunTable):
    """All schools' class runs, as the bureau sees them."""

    name = tables.Column(gettext_lazy("班次名称"), linkify=("filing", [tables.A("pk")]))
    school = tables.Column(gettext_lazy("培训机构"), order_by=("school__organisation__name",))
    filing_number = tables.Column(gettext_lazy("备案号"))

    class Meta(ClassRunTable.Meta):
        fields = ["name", "school", "number", "filing_number", "state", "starts_on", "ends_on", "seats_taken"]


class ChangeTable(tables.Table):
    """Changes after filing, for the bureau to read."""

    class_run = tables.Column(gettext_lazy("班次"), linkify=("filing", [tables.A("class_run_id")]), orderable=False)
    school = tables.Column(gettext_lazy("培训机构"), accessor="class_run__school", orderable=False)
    marks = tables.Column(gettext_lazy("变更"), orderable=False)
    reason = tables.Column(gettext_lazy("原因"), orderable=False)
    at = MomentColumn(verbose_name=gettext_lazy("报告时间"))
    is_seen = tables.Column(gettext_lazy("阅办"), orderable=False)

    class Meta:
        model = ClassEvent
        fields = ["class_run", "school", "marks", "reason", "at", "is_seen"]
        attrs = {"caption": gettext_lazy("备案后的变更")}

    def render_marks(self, value: list[dict[str, Any]]) -> str:
        return change_text(value)

    def render_is_seen(self, value: bool) -> str:
        return tag(_("已阅"), "success") if value else tag(_("未阅"), "waiting")


class ClassRunFilter(filters.FilterSet):
    state = filters.ChoiceFilter(label=gettext_lazy("状态"), choices=ClassState.choices, empty_label=ANY)
    starts_from = DayFilter(label=gettext_lazy("开班不早于"), field_name="starts_on", lookup_expr="gte")
    starts_until = DayFilter(label=gettext_lazy("开班不晚于"), field_name="starts_on", lookup_expr="lte")
    text = filters.CharFilter(label=gettext_lazy("名称或编号"), method="named")

    class Meta:
        model = ClassRun
        fields: list[str] = []

    def named(self, rows: QuerySet, _name: str, value: str) -> QuerySet:
        found = Q(name__icontains=value) | Q(number__iexact=value) | Q(filing_number__iexact=value)
        return rows.filter(found | Q(school__organisation__name__icontains=value))


class ChangeFilter(filters.FilterSet):
    seen = filters.BooleanFilter(label=gettext_lazy("已阅"), field_name="is_seen", widget=forms.Select(choices=YES_NO))

    class Meta:
        model = ClassEvent
        fields: list[str] = []


class ClassRunResource(StaffResource):
    number = export_column("number", gettext_lazy("班次编号"))
    filing_number = export_column("filing_number", gettext_lazy("开班备案号"))
    name = export_column("name", gettext_lazy("班次名称"))
    school = export_column("school__organisation__name", gettext_lazy("培训机构"))
    state = export_column("get_state_display", gettext_lazy("状态"))
    starts_on = export_column("starts_on", gettext_lazy("开班日期"))
    ends_on = export_column("ends_on", gettext_lazy("结班日期"))
    seats = export_column("seats", gettext_lazy("招生人数"))
    seats_taken = export_column("seats_taken", gettext_lazy("已占名额"))
