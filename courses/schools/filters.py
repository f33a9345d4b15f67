"""What the register's lists can be narrowed by; the answers stay in the address."""

from typing import Any

import django_filters as filters
from django.db.models import Q, QuerySet
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from courses.catalogue.models import Occupation
from courses.schools.models import Premises, School, SchoolApplication, SchoolScope, Teacher
from courses.schools.selectors import with_something_expiring
from courses.schools.states import ApplicationKind, ApplicationState, PremisesKind, SchoolState, TeacherKind
from foundation.database import in_force, not_ended
from foundation.desk import ANY
from workers.districts import district_choices


class SchoolFilter(filters.FilterSet):
    text = filters.CharFilter(label=_("名称或信用代码"), method="named")
    state = filters.ChoiceFilter(label=_("状态"), choices=SchoolState.choices, empty_label=ANY)
    district = filters.ChoiceFilter(
        label=_("所在区"), field_name="district_code", choices=district_choices(), empty_label=ANY
    )
    occupation = filters.ModelChoiceFilter(
        label=_("培训职业"), queryset=Occupation.objects.all(), method="trains", empty_label=ANY
    )
    expiring = filters.ChoiceFilter(
        label=_("60 天内到期"), choices=[("yes", _("有事项到期"))], method="expires", empty_label=ANY
    )

    class Meta:
        model = School
        fields: list[str] = []

    def named(self, schools: QuerySet[School], _name: str, text: str) -> QuerySet[School]:
        return schools.filter(
            Q(organisation__name__icontains=text) | Q(short_name__icontains=text) | Q(organisation__credit_code=text)
        )

    def trains(self, schools: QuerySet[School], _name: str, occupation: Occupation) -> QuerySet[School]:
        lines = SchoolScope.objects.filter(in_force(timezone.localdate()), occupation=occupation)
        return schools.filter(pk__in=lines.values("school"))

    def expires(self, schools: QuerySet[School], _name: str, _answer: Any) -> QuerySet[School]:
        return with_something_expiring(schools, timezone.localdate())


class ApplicationFilter(filters.FilterSet):
    state = filters.ChoiceFilter(label=_("状态"), choices=ApplicationState.choices, empty_label=ANY)
    kind = filters.ChoiceFilter(label=_("申请事项"), choices=ApplicationKind.choices, empty_label=ANY)

    class Meta:
        model = SchoolApplication
        fields: list[str] = []


class PresentFilter(filters.FilterSet):
    """Only what stands today, unless everything is asked for."""

    days = ""
    past = filters.ChoiceFilter(
        label=_("范围"), choices=[("all", _("包括已结束的"))], method="also_past", empty_label=_("现有的")
    )

    def __init__(self, data: Any = None, *args: Any, **kwargs: Any) -> None:
        # Nothing asked is a question too: what stands now.
        super().__init__(data or QueryDict(), *args, **kwargs)

    def also_past(self, rows: QuerySet[Any], _name: str, _answer: Any) -> QuerySet[Any]:
        return rows

    def filter_queryset(self, queryset: QuerySet[Any]) -> QuerySet[Any]:
        rows: QuerySet[Any] = super().filter_queryset(queryset)
        if self.form.cleaned_data.get("past"):
            return rows
        return rows.filter(not_ended(timezone.localdate(), self.days))


class TeacherFilter(PresentFilter):
    days = "employed"
    kind = filters.ChoiceFilter(label=_("专职或兼职"), choices=TeacherKind.choices, empty_label=ANY)

    class Meta:
        model = Teacher
        fields: list[str] = []


class PremisesFilter(PresentFilter):
    days = "usable"
    kind = filters.ChoiceFilter(label=_("场所类别"), choices=PremisesKind.choices, empty_label=ANY)

    class Meta:
        model = Premises
        fields: list[str] = []
