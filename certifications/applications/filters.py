"""What the work list can be narrowed by."""

import django_filters as filters
from django.utils.translation import gettext_lazy as _

from certifications.applications.models import LevelApplication
from certifications.applications.states import ApplicationState, Verdict
from certifications.plans.models import AssessmentPlan
from courses.catalogue.models import Occupation
from courses.catalogue.states import SkillLevel
from foundation.desk import ANY, DayFilter

SHOWN = [(one.value, one.label) for one in ApplicationState if one != ApplicationState.DRAFT]


class ApplicationFilter(filters.FilterSet):
    state = filters.ChoiceFilter(label=_("状态"), choices=SHOWN, empty_label=ANY)
    verdict = filters.ChoiceFilter(label=_("平台判断"), choices=Verdict.choices, empty_label=ANY)
    plan = filters.ModelChoiceFilter(label=_("考核计划"), queryset=AssessmentPlan.objects.none(), empty_label=ANY)
    occupation = filters.ModelChoiceFilter(label=_("职业"), queryset=Occupation.objects.all(), empty_label=ANY)
    level = filters.ChoiceFilter(label=_("等级"), choices=SkillLevel.choices, empty_label=ANY)
    since = DayFilter(label=_("提交日期从"), field_name="submitted_at", lookup_expr="date__gte")
    until = DayFilter(label=_("提交日期到"), field_name="submitted_at", lookup_expr="date__lte")

    class Meta:
        model = LevelApplication
        fields: list[str] = []

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        here = self.queryset.order_by().values("plan")
        self.filters["plan"].queryset = AssessmentPlan.objects.filter(pk__in=here)
