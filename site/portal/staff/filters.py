"""The filters of the desktop's lists. Their answers stand in the address."""

from collections.abc import Callable
from datetime import date
from typing import Any

import django_filters as filters
from django import forms
from django.conf import settings
from django.db.models import Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from foundation.accounts.models import Organisation, User
from foundation.accounts.states import STAFF, OrganisationKind, Role
from foundation.audit.models import AuditEvent
from foundation.database import in_force
from foundation.desk import ANY, YES_NO, DayFilter
from foundation.imports.models import ImportBatch
from foundation.imports.registry import kinds
from foundation.imports.states import BatchState
from foundation.outbox.models import OutboxMessage
from foundation.privacy.models import AccessRecord
from foundation.privacy.states import Purpose
from foundation.sms.models import SmsMessage
from foundation.sms.states import SmsState
from portal.staff.words import action_choices, object_choices, sms_choices
from workers.districts import DISTRICTS

Choices = Callable[[], "list[tuple[str, str | Promise]]"]


def _truth(value: str) -> bool:
    return value == "true"


class SuggestionsInput(forms.TextInput):
    """A box to type in that also offers the names with their words."""

    template_name = "staff/suggestions_input.html"

    def __init__(self, choices: Choices) -> None:
        super().__init__(attrs={"autocomplete": "off"})
        self.choices = choices

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context(name, value, attrs)
        context["widget"]["attrs"]["list"] = f"{name}-words"
        return context | {"choices": self.choices()}


class NameFilter(filters.CharFilter):
    """A program's name, chosen or typed, or a part of the words for it; ``lookup_expr`` compares the name."""

    def __init__(self, *args: Any, choices: Choices, **kwargs: Any) -> None:
        super().__init__(*args, widget=SuggestionsInput(choices), **kwargs)
        self.choices = choices

    @property
    def field(self) -> forms.Field:
        field: forms.Field = super().field
        field.choices = self.choices()  # type: ignore[attr-defined]  # the list of what is set shows the words
        return field

    def filter(self, qs: QuerySet, value: str) -> QuerySet:
        if not value:
            return qs
        meant = [name for name, word in self.choices() if value.casefold() in str(word).casefold()]
        return qs.filter(
            Q(**{f"{self.field_name}__{self.lookup_expr}": value}) | Q(**{f"{self.field_name}__in": meant})
        )


class AccountFilter(filters.FilterSet):
    q = filters.CharFilter(label=_("用户名或姓名"), method="named")
    role = filters.ChoiceFilter(
        label=_("角色"), empty_label=ANY, method="holding", choices=[(r.value, r.label) for r in Role if r in STAFF]
    )
    is_active = filters.TypedChoiceFilter(label=_("使用中"), choices=YES_NO, coerce=_truth)

    class Meta:
        model = User
        fields = ["q", "role", "is_active"]

    def named(self, rows: QuerySet, _name: str, value: str) -> QuerySet:
        return rows.filter(Q(username__icontains=value) | Q(name__icontains=value))

    def holding(self, rows: QuerySet, _name: str, value: str) -> QuerySet:
        today: date = self.request.today
        return rows.filter(in_force(today, "memberships__effective"), memberships__role=value).distinct()


class OrganisationFilter(filters.FilterSet):
    q = filters.CharFilter(label=_("名称或信用代码"), method="named")
    kind = filters.ChoiceFilter(label=_("类别"), empty_label=ANY, choices=OrganisationKind.choices)
    district_code = filters.ChoiceFilter(
        label=_("所在区"), empty_label=ANY, choices=DISTRICTS.get(settings.CITY_CODE, [])
    )

    class Meta:
        model = Organisation
        fields = ["q", "kind", "district_code"]

    def named(self, rows: QuerySet, _name: str, value: str) -> QuerySet:
        return rows.filter(Q(name__icontains=value) | Q(credit_code__istartswith=value))


class EventFilter(filters.FilterSet):
    actor = filters.CharFilter(label=_("操作人"), method="done_by")
    action = NameFilter(label=_("操作"), lookup_expr="startswith", choices=action_choices)
    object_type = NameFilter(label=_("对象类型"), choices=object_choices)
    object_id = filters.CharFilter(label=_("对象编号"))
    since = DayFilter(label=_("从"), field_name="at", lookup_expr="date__gte")
    until = DayFilter(label=_("到"), field_name="at", lookup_expr="date__lte")

    class Meta:
        model = AuditEvent
        fields = ["actor", "action", "object_type", "object_id", "since", "until"]

    def done_by(self, rows: QuerySet, _name: str, value: str) -> QuerySet:
        people = User.objects.filter(Q(username=value) | Q(name=value))
        return rows.filter(Q(actor__in=people) | Q(on_behalf_of__in=people))


class AccessFilter(filters.FilterSet):
    viewer = filters.CharFilter(label=_("查看人"), method="seen_by")
    subject_type = NameFilter(label=_("对象类型"), choices=object_choices)
    subject_id = filters.CharFilter(label=_("对象编号"))
    purpose = filters.ChoiceFilter(label=_("用途"), empty_label=ANY, choices=Purpose.choices)
    is_granted = filters.TypedChoiceFilter(label=_("已准许"), choices=YES_NO, coerce=_truth)
    since = DayFilter(label=_("从"), field_name="at", lookup_expr="date__gte")
    until = DayFilter(label=_("到"), field_name="at", lookup_expr="date__lte")

    class Meta:
        model = AccessRecord
        fields = ["viewer", "subject_type", "subject_id", "purpose", "is_granted", "since", "until"]

    def seen_by(self, rows: QuerySet, _name: str, value: str) -> QuerySet:
        return rows.filter(viewer__in=User.objects.filter(Q(username=value) | Q(name=value)))


class DeadLetterFilter(filters.FilterSet):
    topic = filters.CharFilter(label=_("主题"), lookup_expr="startswith")
    subject = filters.CharFilter(label=_("事项"))
    last_error_code = filters.CharFilter(label=_("错误"))

    class Meta:
        model = OutboxMessage
        fields = ["topic", "subject", "last_error_code"]


class SmsFilter(filters.FilterSet):
    state = filters.ChoiceFilter(label=_("状态"), empty_label=ANY, choices=SmsState.choices)
    template = NameFilter(label=_("模板"), choices=sms_choices)
    since = DayFilter(label=_("从"), field_name="queued_at", lookup_expr="date__gte")
    until = DayFilter(label=_("到"), field_name="queued_at", lookup_expr="date__lte")

    class Meta:
        model = SmsMessage
        fields = ["state", "template", "since", "until"]


class BatchFilter(filters.FilterSet):
    kind = filters.ChoiceFilter(label=_("种类"), empty_label=ANY, choices=lambda: [(k.code, k.title) for k in kinds()])
    state = filters.ChoiceFilter(label=_("状态"), empty_label=ANY, choices=BatchState.choices)
    waiting = filters.TypedChoiceFilter(label=_("待处理"), choices=YES_NO, coerce=_truth, method="waits")

    class Meta:
        model = ImportBatch
        fields = ["kind", "state", "waiting"]

    def waits(self, rows: QuerySet, _name: str, value: bool) -> QuerySet:
        states = [BatchState.UPLOADED, BatchState.RECOGNISED, BatchState.CHECKED, BatchState.FAILED]
        waiting = Q(state__in=states) | Q(state=BatchState.APPLIED, rows_faulty__gt=0)
        return rows.filter(waiting) if value else rows.exclude(waiting)


class DayForm(forms.Form):
    """Which day to look at."""

    day = forms.DateField(label=_("日期"), widget=forms.DateInput(attrs={"type": "date"}))
