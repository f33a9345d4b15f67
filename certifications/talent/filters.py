"""What the register can be narrowed by; the answers stay in the address."""

from typing import Any

import django_filters as filters
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from certifications.talent.models import TalentAppointment, TalentRecord
from certifications.talent.states import AppointmentKind, AppointmentState, TalentState
from courses.catalogue.states import SkillLevel
from foundation.crypto.cipher import blind_indexes
from foundation.desk import ANY, YES_NO, DayFilter
from workers.districts import district_choices


class TalentFilter(filters.FilterSet):
    number = filters.CharFilter(label=_("身份证号码"), method="numbered")
    occupation = filters.CharFilter(label=_("职业"), field_name="occupation_name", lookup_expr="icontains")
    level = filters.ChoiceFilter(label=_("最高等级"), choices=SkillLevel.choices, empty_label=ANY)
    high = filters.ChoiceFilter(
        label=_("高技能人才"), field_name="is_high_skilled", choices=YES_NO[1:], empty_label=ANY, method="is_high"
    )
    district = filters.ChoiceFilter(
        label=_("居住区"), field_name="worker__district_code", choices=district_choices(), empty_label=ANY
    )
    state = filters.ChoiceFilter(label=_("状态"), choices=TalentState.choices, empty_label=ANY)
    since = DayFilter(label=_("登记日期从"), field_name="registered_on", lookup_expr="gte")

    class Meta:
        model = TalentRecord
        fields: list[str] = []

    def numbered(self, rows: QuerySet[TalentRecord], _name: str, text: str) -> Any:
        return rows.filter(worker__id_number_index__in=blind_indexes("id_number", text.strip().upper()))

    def is_high(self, rows: QuerySet[TalentRecord], _name: str, answer: str) -> Any:
        return rows.filter(is_high_skilled=answer == "true")


class AppointmentFilter(filters.FilterSet):
    kind = filters.ChoiceFilter(label=_("种类"), choices=AppointmentKind.choices, empty_label=ANY)
    state = filters.ChoiceFilter(label=_("状态"), choices=AppointmentState.choices, empty_label=ANY)

    class Meta:
        model = TalentAppointment
        fields: list[str] = []
