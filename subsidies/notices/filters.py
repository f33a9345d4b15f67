"""What lists of notices and objections can be narrowed by."""

import django_filters as filters
from django.utils.translation import gettext_lazy as _

from foundation.desk import ANY
from subsidies.notices.models import Objection, PublicNotice
from subsidies.notices.states import NoticeState, ObjectionState


class NoticeFilter(filters.FilterSet):
    state = filters.ChoiceFilter(label=_("状态"), choices=NoticeState.choices, empty_label=ANY)
    number = filters.CharFilter(label=_("公示编号"), lookup_expr="icontains")

    class Meta:
        model = PublicNotice
        fields: list[str] = []


class ObjectionFilter(filters.FilterSet):
    state = filters.ChoiceFilter(label=_("状态"), choices=ObjectionState.choices, empty_label=ANY)
    notice = filters.CharFilter(label=_("公示编号"), field_name="line__notice__number", lookup_expr="icontains")

    class Meta:
        model = Objection
        fields: list[str] = []
