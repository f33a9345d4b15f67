"""What lists of runs and findings can be narrowed by."""

import django_filters as filters
from django.utils.translation import gettext_lazy as _

from foundation.desk import ANY, DayFilter
from subsidies.checks.models import CheckRun, Finding
from subsidies.checks.rules import CHECKS
from subsidies.checks.states import Basis, FindingState, Moment, Severity


class RunFilter(filters.FilterSet):
    moment = filters.ChoiceFilter(label=_("时机"), choices=Moment.choices, empty_label=ANY)
    since = DayFilter(label=_("从"), field_name="on", lookup_expr="gte")
    until = DayFilter(label=_("到"), field_name="on", lookup_expr="lte")

    class Meta:
        model = CheckRun
        fields: list[str] = []


class FindingFilter(filters.FilterSet):
    claim = filters.CharFilter(label=_("申领编号"), field_name="claim__number")
    check_code = filters.ChoiceFilter(
        label=_("核查项"), choices=[(check.code, check.title) for check in CHECKS], empty_label=ANY
    )
    severity = filters.ChoiceFilter(label=_("程度"), choices=Severity.choices, empty_label=ANY)
    basis = filters.ChoiceFilter(label=_("性质"), choices=Basis.choices, empty_label=ANY)
    state = filters.ChoiceFilter(label=_("状态"), choices=FindingState.choices, empty_label=ANY)
    run = filters.NumberFilter(label=_("核查批号"), field_name="run_id")

    class Meta:
        model = Finding
        fields: list[str] = []
