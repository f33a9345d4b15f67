"""What the lists of training certificates can be narrowed by."""

import django_filters as filters
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from certifications.certificates.models import TrainingCertificate
from certifications.certificates.numbers import tidied
from certifications.certificates.states import CertificateState
from courses.classes.models import ClassRun
from foundation.desk import ANY, DayFilter


class ClassFilter(filters.FilterSet):
    name = filters.CharFilter(label=_("班次名称"), lookup_expr="icontains")

    class Meta:
        model = ClassRun
        fields: list[str] = []


class CertificateFilter(filters.FilterSet):
    number = filters.CharFilter(label=_("证书编号"), method="by_number")
    state = filters.ChoiceFilter(label=_("状态"), choices=CertificateState.choices, empty_label=ANY)
    class_name = filters.CharFilter(
        label=_("班次名称"), field_name="enrolment__class_run__name", lookup_expr="icontains"
    )
    since = DayFilter(label=_("发证日期从"), field_name="issued_on", lookup_expr="gte")
    until = DayFilter(label=_("到"), field_name="issued_on", lookup_expr="lte")

    class Meta:
        model = TrainingCertificate
        fields: list[str] = []

    def by_number(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        return queryset.filter(number__startswith=tidied(value))
