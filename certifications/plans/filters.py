"""What the list of plans can be narrowed by."""

import django_filters as filters
from django.utils.translation import gettext_lazy as _

from certifications.plans.models import AssessmentPlan
from certifications.plans.states import PlanKind, PlanState
from foundation.desk import ANY


class PlanFilter(filters.FilterSet):
    kind = filters.ChoiceFilter(label=_("类别"), choices=PlanKind.choices, empty_label=ANY)
    state = filters.ChoiceFilter(label=_("状态"), choices=PlanState.choices, empty_label=ANY)
    title = filters.CharFilter(label=_("名称"), lookup_expr="icontains")

    class Meta:
        model = AssessmentPlan
        fields: list[str] = []
