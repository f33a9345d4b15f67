"""The list of appeals on the desk, and what narrows it."""

import django_filters as filters
import django_tables2 as tables
from django.utils.translation import gettext_lazy as _

from courses.study.models import StudyAppeal
from courses.study.states import APPEALABLE, AppealState, Reason
from foundation.desk import ANY, DayFilter, MomentColumn, TagColumn

TONES: dict[str, str] = {AppealState.WAITING: "waiting", AppealState.UPHELD: "success", AppealState.REJECTED: "stopped"}


class AppealTable(tables.Table):
    made_at = MomentColumn(verbose_name=_("申诉时间"), linkify=("study_appeal", [tables.A("pk")]))
    worker = tables.Column(verbose_name=_("姓名"), accessor="worker__masked_name", orderable=False)
    school = tables.Column(verbose_name=_("培训学校"), accessor="enrolment__class_run__school__organisation__name")
    class_run = tables.Column(verbose_name=_("班次"), accessor="enrolment__class_run__name", orderable=False)
    reason = tables.Column(verbose_name=_("未计入的原因"))
    refused_ms = tables.Column(verbose_name=_("未计入分钟"))
    state = TagColumn(verbose_name=_("状态"), tones=TONES)

    class Meta:
        model = StudyAppeal
        fields = ("made_at", "worker", "school", "class_run", "reason", "refused_ms", "state")
        order_by = "made_at"
        attrs = {"caption": _("学习时间申诉")}

    def render_reason(self, record: StudyAppeal) -> str:
        return str(record.get_reason_display())

    def render_refused_ms(self, value: int) -> str:
        return f"{value / 60_000:.1f}"


class AppealFilter(filters.FilterSet):
    state = filters.ChoiceFilter(label=_("状态"), choices=AppealState.choices, empty_label=ANY)
    reason = filters.ChoiceFilter(
        label=_("原因"), choices=[(one.value, one.label) for one in Reason if one in APPEALABLE], empty_label=ANY
    )
    since = DayFilter(label=_("申诉日期从"), field_name="made_at", lookup_expr="date__gte")

    class Meta:
        model = StudyAppeal
        fields: list[str] = []
