"""What the list of classes can be narrowed by."""

import django_filters as filters
from django.utils.translation import gettext_lazy as _

from courses.classes.models import ClassRun
from courses.classes.states import ClassState
from foundation.desk import ANY


class ClassFilter(filters.FilterSet):
    state = filters.ChoiceFilter(
        label=_("状态"),
        choices=[(state.value, state.label) for state in (ClassState.OPEN, ClassState.CLOSED)],
        empty_label=ANY,
    )
    name = filters.CharFilter(label=_("班次名称"), lookup_expr="icontains")

    class Meta:
        model = ClassRun
        fields: list[str] = []
