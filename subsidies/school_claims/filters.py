"""What the lists of class claims can be narrowed by."""

import django_filters as filters
from django.utils.translation import gettext_lazy as _

from courses.classes.models import ClassRun
from foundation.desk import ANY
from subsidies.claims.models import ClassClaim, SchoolAccount
from subsidies.claims.states import AccountState, ClaimState, ClassClaimState

# What a school looks for among the claims it sent.
HELD_UP = (ClaimState.RETURNED, ClaimState.REFUSED, ClaimState.PAYMENT_FAILED)


class ClassFilter(filters.FilterSet):
    name = filters.CharFilter(label=_("班次名称"), lookup_expr="icontains")

    class Meta:
        model = ClassRun
        fields: list[str] = []


class ClassClaimFilter(filters.FilterSet):
    class_name = filters.CharFilter(label=_("班次名称"), field_name="class_run__name", lookup_expr="icontains")
    state = filters.ChoiceFilter(label=_("状态"), choices=ClassClaimState.choices, empty_label=ANY)
    holds = filters.ChoiceFilter(
        label=_("其中有"),
        field_name="claims__state",
        choices=[(state.value, state.label) for state in HELD_UP],
        empty_label=ANY,
        distinct=True,
    )

    class Meta:
        model = ClassClaim
        fields: list[str] = []


class AccountFilter(filters.FilterSet):
    school = filters.CharFilter(label=_("机构名称"), field_name="school__organisation__name", lookup_expr="icontains")
    state = filters.ChoiceFilter(label=_("状态"), choices=AccountState.choices, empty_label=ANY)

    class Meta:
        model = SchoolAccount
        fields: list[str] = []
