"""What the desk's list of packs can be narrowed by."""

import django_filters as filters
from django.utils.translation import gettext_lazy as _

from foundation.desk import ANY
from residency.routes.models import RoutePack
from residency.routes.states import PackState


class PackFilter(filters.FilterSet):
    state = filters.ChoiceFilter(label=_("状态"), choices=PackState.choices, empty_label=ANY)
    is_reference = filters.ChoiceFilter(
        label=_("用途"), choices=[("False", _("本市")), ("True", _("参考"))], empty_label=ANY
    )
    title = filters.CharFilter(label=_("名称"), lookup_expr="icontains")

    class Meta:
        model = RoutePack
        fields: list[str] = []
