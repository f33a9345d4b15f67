"""What the list of what went out can be narrowed by."""

from typing import Any

import django_filters as filters
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from foundation.desk import ANY, DayFilter
from residency.evidence.models import EvidencePack
from residency.evidence.selectors.packs import STUCK
from residency.evidence.states import PackState, Receiver


class PackFilter(filters.FilterSet):
    receiver = filters.ChoiceFilter(
        label=_("接收方"), field_name="file__receiver", choices=Receiver.choices, empty_label=ANY
    )
    state = filters.ChoiceFilter(label=_("状态"), choices=PackState.choices, empty_label=ANY)
    is_stuck = filters.ChoiceFilter(
        label=_("没有送到"), choices=[("1", _("只看没有送到的"))], empty_label=ANY, method="only_stuck"
    )
    since = DayFilter(label=_("发送自"), field_name="sent_at", lookup_expr="date__gte")

    class Meta:
        model = EvidencePack
        fields: list[str] = []

    def only_stuck(self, queryset: QuerySet, name: str, value: Any) -> QuerySet:
        return queryset.filter(STUCK, state=PackState.QUEUED) if value == "1" else queryset
