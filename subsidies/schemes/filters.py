"""What the desk's lists can be narrowed by."""

import django_filters as filters
from django.utils.translation import gettext_lazy as _

from foundation.desk import ANY
from foundation.policy.states import PLACES
from subsidies.schemes.models import OccupationFlag, Scheme
from subsidies.schemes.states import Family, Flag, SchemeState


def _cities() -> list[tuple[str, object]]:
    return [(code, name) for code, name in PLACES.items() if not code.endswith("0000")]


class SchemeFilter(filters.FilterSet):
    state = filters.ChoiceFilter(label=_("状态"), choices=SchemeState.choices, empty_label=ANY)
    family = filters.ChoiceFilter(label=_("种类"), choices=Family.choices, empty_label=ANY)
    city_code = filters.ChoiceFilter(label=_("地区"), choices=_cities, empty_label=ANY)
    name = filters.CharFilter(label=_("名称"), lookup_expr="icontains")

    class Meta:
        model = Scheme
        fields: list[str] = []


class FlagFilter(filters.FilterSet):
    state = filters.ChoiceFilter(label=_("状态"), choices=SchemeState.choices, empty_label=ANY)
    flag = filters.ChoiceFilter(label=_("类别"), choices=Flag.choices, empty_label=ANY)
    city_code = filters.ChoiceFilter(label=_("地区"), choices=_cities, empty_label=ANY)
    occupation = filters.CharFilter(label=_("职业"), field_name="occupation__name", lookup_expr="icontains")

    class Meta:
        model = OccupationFlag
        fields: list[str] = []
