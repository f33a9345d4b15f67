"""The desk's list of level certificates: columns, filters, and the file it becomes."""

from typing import Any

import django_filters as filters
import django_tables2 as tables
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from import_export import fields

from certifications.certificates.level_facts import NO_WORK_TYPE, PRINTED_LEVELS, level_name
from certifications.certificates.models import LevelCertificate
from certifications.certificates.numbers import tidied
from certifications.certificates.states import CERTIFICATE_TONES, CertificateState
from courses.catalogue.models import Occupation
from foundation.desk import ANY, DayFilter, StaffResource, TagColumn, export_column

LEVEL_CHOICES = [(int(level), words) for level, words in PRINTED_LEVELS.items()]


class LevelTable(tables.Table):
    number = tables.Column(_("证书编号"), linkify=("level_certificate", [tables.A("pk")]))
    person = tables.Column(_("姓名"), accessor="worker__masked_name", orderable=False)
    id_number = tables.Column(_("身份证号码"), accessor="worker__masked_id_number", orderable=False)
    occupation = tables.Column(_("职业"))
    work_type = tables.Column(_("工种"), default=NO_WORK_TYPE)
    level = tables.Column(_("等级"))
    issued_on = tables.DateColumn(verbose_name=_("发证日期"), format="Y-m-d")
    body = tables.Column(_("评价机构"), accessor="body__organisation__name")
    state = TagColumn(verbose_name=_("状态"), tones={str(key): tone for key, tone in CERTIFICATE_TONES.items()})

    class Meta:
        model = LevelCertificate
        fields = [
            "number", "person", "id_number", "occupation", "work_type", "level", "issued_on", "body", "state",
        ]  # fmt: skip
        order_by = "-issued_on"
        attrs = {"caption": _("职业技能等级证书")}

    def render_level(self, value: Any, record: LevelCertificate) -> str:
        return level_name(record.level)


class LevelFilter(filters.FilterSet):
    number = filters.CharFilter(label=_("证书编号"), method="by_number")
    occupation = filters.ModelChoiceFilter(label=_("职业"), queryset=Occupation.objects.all(), empty_label=ANY)
    level = filters.ChoiceFilter(label=_("等级"), choices=LEVEL_CHOICES, empty_label=ANY)
    state = filters.ChoiceFilter(label=_("状态"), choices=CertificateState.choices, empty_label=ANY)
    body = filters.CharFilter(label=_("评价机构"), field_name="body__organisation__name", lookup_expr="icontains")
    issued_from = DayFilter(label=_("发证日期从"), field_name="issued_on", lookup_expr="gte")
    issued_until = DayFilter(label=_("发证日期到"), field_name="issued_on", lookup_expr="lte")

    class Meta:
        model = LevelCertificate
        fields: list[str] = []

    def by_number(self, rows: QuerySet, _name: str, value: str) -> QuerySet:
        """The beginning of a number, however it is written."""
        return rows.filter(number__startswith=tidied(value))


class LevelResource(StaffResource):
    number = export_column("number", _("证书编号"))
    person = export_column("worker__masked_name", _("姓名"))
    id_number = export_column("worker__masked_id_number", _("身份证号码"))
    occupation = export_column("occupation__name", _("职业"))
    work_type = fields.Field(column_name=_("工种"))
    level = fields.Field(column_name=_("等级"))
    issued_on = export_column("issued_on", _("发证日期"))
    theory = export_column("theory", _("理论成绩"))
    practical = export_column("practical", _("技能成绩"))
    review = export_column("review", _("综合评审成绩"))
    body = export_column("body__organisation__name", _("评价机构"))
    print_serial = export_column("print_serial", _("印刷流水号"))
    state = export_column("get_state_display", _("状态"))
    remark = export_column("remark", _("备注"))

    def dehydrate_work_type(self, row: LevelCertificate) -> str:
        return row.work_type.name if row.work_type else NO_WORK_TYPE

    def dehydrate_level(self, row: LevelCertificate) -> str:
        return level_name(row.level)
