"""What the list of filings can be narrowed by; the answers stay in the address."""

from typing import Any

import django_filters as filters
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from foundation.desk import ANY, DayFilter
from subsidies.awards.models import AwardFiling
from subsidies.awards.states import FilingState, InstalmentState


class FilingFilter(filters.FilterSet):
    text = filters.CharFilter(label=_("编号或单位"), method="named")
    state = filters.ChoiceFilter(label=_("状态"), choices=FilingState.choices, empty_label=ANY)
    part = filters.ChoiceFilter(
        label=_("有分期"),
        field_name="instalments__state",
        choices=InstalmentState.choices,
        empty_label=ANY,
        distinct=True,
    )
    since = DayFilter(label=_("申报日期从"), field_name="filed_on", lookup_expr="gte")
    until = DayFilter(label=_("申报日期到"), field_name="filed_on", lookup_expr="lte")

    class Meta:
        model = AwardFiling
        fields: list[str] = []

    def named(self, rows: QuerySet[AwardFiling], _name: str, text: str) -> Any:
        return rows.filter(Q(number__iexact=text.strip()) | Q(employer__name__icontains=text.strip()))
