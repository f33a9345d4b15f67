"""Filters of the policy desk's lists."""

from datetime import date
from typing import Any

import django_filters
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.widgets import AdminDateInput

from foundation.database import in_force
from foundation.policy.models import Parameter, ParameterVersion, PolicyDocument
from foundation.policy.states import PLACES, Provenance, Unit, VersionStatus

CHECKED = [("yes", _("已核实")), ("no", _("待核实"))]


def by_check(queryset: Any, _name: str, value: str) -> QuerySet:
    """Rows that are verified, or that are not."""
    found: QuerySet = queryset.verified() if value == "yes" else queryset.unverified()
    return found


def by_day(queryset: Any, _name: str, value: date) -> QuerySet:
    """Rows whose period holds the day."""
    found: QuerySet = queryset.filter(in_force(value))
    return found


class DocumentFilters(WagtailFilterSet):
    city_code = django_filters.ChoiceFilter(label=_("适用地区"), choices=list(PLACES.items()))
    provenance = django_filters.ChoiceFilter(label=_("来源可靠程度"), choices=Provenance.choices)
    checked = django_filters.ChoiceFilter(label=_("核实情况"), choices=CHECKED, method=by_check)

    class Meta:
        model = PolicyDocument
        fields: list[str] = []


class ParameterFilters(WagtailFilterSet):
    city_code = django_filters.ChoiceFilter(label=_("适用地区"), choices=list(PLACES.items()))
    unit = django_filters.ChoiceFilter(label=_("计量单位"), choices=Unit.choices)

    class Meta:
        model = Parameter
        fields: list[str] = []


class VersionFilters(WagtailFilterSet):
    city = django_filters.ChoiceFilter(
        label=_("适用地区"), field_name="parameter__city_code", choices=list(PLACES.items())
    )
    status = django_filters.ChoiceFilter(label=_("状态"), choices=VersionStatus.choices)
    on = django_filters.DateFilter(label=_("某日有效"), method=by_day, widget=AdminDateInput)
    checked = django_filters.ChoiceFilter(label=_("核实情况"), choices=CHECKED, method=by_check)

    class Meta:
        model = ParameterVersion
        fields: list[str] = []
