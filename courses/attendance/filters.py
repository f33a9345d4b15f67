"""What the list of reviews can be narrowed by."""

import django_filters as filters
from django.utils.translation import gettext_lazy as _

from courses.attendance.models import AttendanceReview
from courses.attendance.states import ReviewKind, ReviewState
from foundation.desk import ANY


class ReviewFilter(filters.FilterSet):
    state = filters.ChoiceFilter(label=_("状态"), choices=ReviewState.choices, empty_label=ANY)
    kind = filters.ChoiceFilter(label=_("核查事由"), choices=ReviewKind.choices, empty_label=ANY)

    class Meta:
        model = AttendanceReview
        fields: list[str] = []
