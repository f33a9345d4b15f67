"""What is in force, as a spreadsheet."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from import_export import fields
from import_export.formats.base_formats import XLSX
from tablib import Dataset

from foundation.desk import StaffResource
from foundation.policy.models import ParameterVersion
from foundation.policy.states import Unit


class InForceResource(StaffResource):
    """One line a figure: value in yuan where it is money, source, days, and whether it is verified."""

    place = fields.Field(column_name=gettext_lazy("地区"))
    code = fields.Field(column_name=gettext_lazy("代码"), attribute="parameter__code")
    meaning = fields.Field(column_name=gettext_lazy("含义"), attribute="parameter__meaning")
    shown = fields.Field(column_name=gettext_lazy("数值"))
    unit = fields.Field(column_name=gettext_lazy("单位"))
    first = fields.Field(column_name=gettext_lazy("开始执行日期"))
    last = fields.Field(column_name=gettext_lazy("最后执行日期"))
    doc_no = fields.Field(column_name=gettext_lazy("文号"), attribute="document__doc_no")
    title = fields.Field(column_name=gettext_lazy("文件名称"), attribute="document__title")
    article = fields.Field(column_name=gettext_lazy("条款"), attribute="article")
    checked = fields.Field(column_name=gettext_lazy("核实情况"))
    source = fields.Field(column_name=gettext_lazy("来源可靠程度"))

    def dehydrate_place(self, version: ParameterVersion) -> str:
        return version.parameter.place

    def dehydrate_shown(self, version: ParameterVersion) -> str:
        money = version.parameter.unit == Unit.FEN
        return f"{(version.value / 100 if money else version.value).normalize():f}"

    def dehydrate_unit(self, version: ParameterVersion) -> str:
        return _("元") if version.parameter.unit == Unit.FEN else str(Unit(version.parameter.unit).label)

    def dehydrate_first(self, version: ParameterVersion) -> str:
        return version.period.first.isoformat()

    def dehydrate_last(self, version: ParameterVersion) -> str:
        return version.last_day.isoformat() if version.last_day else ""

    def dehydrate_checked(self, version: ParameterVersion) -> str:
        return _("已核实") if version.is_verified else _("待核实")

    def dehydrate_source(self, version: ParameterVersion) -> str:
        return version.get_provenance_display()


def in_force_workbook(versions: Any) -> bytes:
    """The workbook, with nothing in it that a spreadsheet would run."""
    dataset: Dataset = InForceResource().export(versions)
    workbook: bytes = XLSX().export_data(dataset)
    return workbook
