"""What the lists of payments can be narrowed by."""

import django_filters as filters
from django.utils.translation import gettext_lazy as _

from foundation.desk import ANY
from subsidies.claims.models import Claim
from subsidies.payments.models import BankReturn, PaymentBatch
from subsidies.payments.states import BatchState, ReturnState
from subsidies.schemes.states import Fund, Payee


class BatchFilter(filters.FilterSet):
    state = filters.ChoiceFilter(label=_("状态"), choices=BatchState.choices, empty_label=ANY)
    fund = filters.ChoiceFilter(label=_("资金来源"), choices=Fund.choices, empty_label=ANY)
    number = filters.CharFilter(label=_("批次号"), lookup_expr="startswith")

    class Meta:
        model = PaymentBatch
        fields: list[str] = []


class ReturnFilter(filters.FilterSet):
    state = filters.ChoiceFilter(label=_("状态"), choices=ReturnState.choices, empty_label=ANY)
    batch = filters.CharFilter(label=_("批次号"), field_name="batch__number", lookup_expr="startswith")

    class Meta:
        model = BankReturn
        fields: list[str] = []


class FailureFilter(filters.FilterSet):
    payee = filters.ChoiceFilter(label=_("发放对象"), choices=Payee.choices, empty_label=ANY)
    number = filters.CharFilter(label=_("申领编号"), lookup_expr="iexact")

    class Meta:
        model = Claim
        fields: list[str] = []
