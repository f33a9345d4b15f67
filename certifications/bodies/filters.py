"""What the lists of bodies and assessors can be narrowed by; the answers stay in the address."""

from typing import Any

import django_filters as filters
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from certifications.bodies.models import AssessmentBody, Assessor, AssessorQualification, BodyScope
from certifications.bodies.selectors import with_something_expiring
from certifications.bodies.states import BodyKind, BodyState
from courses.catalogue.models import Occupation
from courses.catalogue.states import SkillLevel
from foundation.accounts.states import OrganisationKind
from foundation.database import in_force, not_ended
from foundation.desk import ANY
from workers.districts import district_choices


class BodyFilter(filters.FilterSet):
    text = filters.CharFilter(label=_("名称或备案号"), method="named")
    kind = filters.ChoiceFilter(label=_("类别"), choices=BodyKind.choices, empty_label=ANY)
    state = filters.ChoiceFilter(label=_("状态"), choices=BodyState.choices, empty_label=ANY)
    district = filters.ChoiceFilter(
        label=_("所在区"), field_name="district_code", choices=district_choices(), empty_label=ANY
    )
    occupation = filters.ModelChoiceFilter(
        label=_("评价职业"), queryset=Occupation.objects.all(), method="assesses", empty_label=ANY
    )
    level = filters.ChoiceFilter(label=_("评价等级"), choices=SkillLevel.choices, method="at_level", empty_label=ANY)
    expiring = filters.ChoiceFilter(
        label=_("60 天内到期"), choices=[("yes", _("有事项到期"))], method="expires", empty_label=ANY
    )

    class Meta:
        model = AssessmentBody
        fields: list[str] = []

    def named(self, bodies: QuerySet[AssessmentBody], _name: str, text: str) -> QuerySet[AssessmentBody]:
        return bodies.filter(
            Q(organisation__name__icontains=text)
            | Q(short_name__icontains=text)
            | Q(organisation__credit_code=text)
            | Q(filing_number__icontains=text)
        )

    def assesses(self, bodies: QuerySet[AssessmentBody], _name: str, occupation: Occupation) -> Any:
        return self._with_line(bodies, occupation=occupation)

    def at_level(self, bodies: QuerySet[AssessmentBody], _name: str, level: str) -> Any:
        occupation = self.form.cleaned_data.get("occupation")
        return self._with_line(bodies, level=level, **({"occupation": occupation} if occupation else {}))

    def _with_line(self, bodies: QuerySet[AssessmentBody], **line: Any) -> QuerySet[AssessmentBody]:
        lines = BodyScope.objects.filter(in_force(timezone.localdate()), **line)
        return bodies.filter(pk__in=lines.values("body"))

    def expires(self, bodies: QuerySet[AssessmentBody], _name: str, _answer: Any) -> QuerySet[AssessmentBody]:
        return with_something_expiring(bodies, on=timezone.localdate())


class AssessorFilter(filters.FilterSet):
    """Only who is engaged today or later, unless everybody is asked for."""

    past = filters.ChoiceFilter(
        label=_("范围"), choices=[("all", _("包括已解聘的"))], method="also_past", empty_label=_("现有的")
    )
    text = filters.CharFilter(label=_("姓名"), field_name="name", lookup_expr="icontains")
    organisation = filters.CharFilter(label=_("所属单位"), field_name="organisation__name", lookup_expr="icontains")
    kind = filters.ChoiceFilter(
        label=_("单位类别"),
        field_name="organisation__kind",
        choices=[(one.value, one.label) for one in (OrganisationKind.ASSESSMENT_BODY, OrganisationKind.SCHOOL)],
        empty_label=ANY,
    )
    occupation = filters.ModelChoiceFilter(
        label=_("可考评的职业"), queryset=Occupation.objects.all(), method="assesses", empty_label=ANY
    )

    class Meta:
        model = Assessor
        fields: list[str] = []

    def __init__(self, data: Any = None, *args: Any, **kwargs: Any) -> None:
        # Nothing asked is a question too: who is there now.
        super().__init__(data or QueryDict(), *args, **kwargs)

    def filter_queryset(self, queryset: QuerySet[Assessor]) -> QuerySet[Assessor]:
        rows: QuerySet[Assessor] = super().filter_queryset(queryset)
        return rows if self.form.cleaned_data.get("past") else rows.filter(not_ended(timezone.localdate(), "engaged"))

    def also_past(self, assessors: QuerySet[Assessor], _name: str, _answer: Any) -> QuerySet[Assessor]:
        return assessors

    def assesses(self, assessors: QuerySet[Assessor], _name: str, occupation: Occupation) -> QuerySet[Assessor]:
        papers = AssessorQualification.objects.filter(
            Q(occupation__isnull=True) | Q(occupation=occupation),
            in_force(timezone.localdate(), "valid"),
            assessor=OuterRef("pk"),
            withdrawn_at__isnull=True,
        )
        return assessors.filter(Exists(papers))


class OwnAssessorFilter(AssessorFilter):
    """The same where all are of one organisation."""

    organisation = None
    kind = None
