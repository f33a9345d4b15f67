"""What the lists of claims can be narrowed by. The answers stand in the address, so that none of them is personal."""

from datetime import date
from typing import Any

import django_filters as filters
from django import forms
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from courses.schools.models import School
from foundation.desk import ANY
from subsidies.claims.models import Claim, ClaimAppeal
from subsidies.claims.states import AppealState, Channel, ClaimState
from subsidies.review.selectors.desk import overdue
from subsidies.review.states import RED, WAITING, YELLOW
from subsidies.schemes.models import Scheme
from workers.districts import district_choices

RISKS = [
    ("red", _("有必须处理的")),
    ("yellow", _("有请留意的")),
    ("any", _("有任何发现")),
    ("none", _("没有发现")),
    ("unscreened", _("没有核查过")),
]
BY_RISK: dict[str, Q] = {
    "red": Q(risk__gte=RED),
    "yellow": Q(risk__gte=YELLOW, risk__lt=RED),
    "any": Q(risk__gt=0),
    "none": Q(risk=0, screened_at__isnull=False),
    "unscreened": Q(screened_at__isnull=True),
}


def scheme_choices() -> list[tuple[str, str]]:
    """Every scheme once, in its order; its editions are one for whoever looks for claims."""
    rows = Scheme.objects.order_by("order", "code", "-effective").values_list("code", "name")
    names: dict[str, str] = {}
    for code, name in rows:
        names.setdefault(code, name)
    return list(names.items())


class ClaimFilter(filters.FilterSet):
    """The filters of both lists; the work list has only the states that wait."""

    state = filters.ChoiceFilter(
        label=_("状态"),
        choices=[(one.value, one.label) for one in ClaimState if one != ClaimState.DRAFT],
        empty_label=ANY,
    )
    scheme = filters.ChoiceFilter(label=_("补贴项目"), choices=scheme_choices, method="of_scheme", empty_label=ANY)
    district = filters.ChoiceFilter(
        label=_("区"), field_name="district_code", choices=district_choices, empty_label=ANY
    )
    school = filters.ModelChoiceFilter(
        label=_("培训机构"), queryset=School.objects.select_related("organisation"), empty_label=ANY
    )
    risk = filters.ChoiceFilter(label=_("核查结果"), choices=RISKS, method="of_risk", empty_label=ANY)
    overdue = filters.ChoiceFilter(label=_("期限"), choices=[("yes", _("已超期"))], method="late", empty_label=ANY)
    channel = filters.ChoiceFilter(label=_("申领方式"), choices=Channel.choices, empty_label=ANY)

    class Meta:
        model = Claim
        fields: list[str] = []

    @property
    def day(self) -> date:
        """The day of the list, as its view has read it."""
        day: date = self.request.today
        return day

    def of_scheme(self, claims: QuerySet[Claim], _name: str, code: str) -> QuerySet[Claim]:
        # The keys first: with a join the database would not use the index of the list.
        return claims.filter(scheme__in=list(Scheme.objects.filter(code=code).values_list("pk", flat=True)))

    def of_risk(self, claims: QuerySet[Claim], _name: str, answer: str) -> QuerySet[Claim]:
        return claims.filter(BY_RISK[answer])

    def late(self, claims: QuerySet[Claim], _name: str, _answer: Any) -> QuerySet[Claim]:
        return overdue(claims, on=self.day)


class WorkFilter(ClaimFilter):
    state = filters.ChoiceFilter(
        label=_("环节"),
        choices=[(state, ClaimState(state).label) for state in WAITING],
        empty_label=ANY,
    )


class AppealFilter(filters.FilterSet):
    state = filters.ChoiceFilter(label=_("状态"), choices=AppealState.choices, empty_label=ANY)

    class Meta:
        model = ClaimAppeal
        fields: list[str] = []


class SearchForm(forms.Form):
    """Somebody's claims by her number. It is sent in the body: no address and no log keeps it."""

    text = forms.CharField(
        label=_("申领编号、证书编号、身份证号码或手机号码"),
        help_text=_("须完整填写；查找内容不会出现在网址和日志中。"),
        max_length=40,
        error_messages={"required": _("请填写完整的编号或号码。")},
        widget=forms.TextInput(attrs={"autocomplete": "off", "data-search": ""}),
    )
