"""The columns of the desk's lists of schemes and of the catalogue."""

from datetime import timedelta
from typing import Any

import django_tables2 as tables
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from foundation.desk import TagColumn
from foundation.policy.models import place_label
from subsidies.schemes.models import OccupationFlag, Scheme
from subsidies.schemes.states import SchemeState

STATE_TONES: dict[str, str] = {
    SchemeState.DRAFT: "waiting",
    SchemeState.PUBLISHED: "success",
    SchemeState.WITHDRAWN: "stopped",
}


def days_text(value: Any) -> str:
    """First and last day."""
    last = value.upper - timedelta(days=1) if value.upper else _("长期")
    return f"{value.lower:%Y-%m-%d} — {last}"


class SchemeTable(tables.Table):
    name = tables.Column(verbose_name=gettext_lazy("名称"), linkify=("scheme", [tables.A("pk")]))
    code = tables.Column(verbose_name=gettext_lazy("代码"))
    city_code = tables.Column(verbose_name=gettext_lazy("地区"))
    fund = tables.Column(verbose_name=gettext_lazy("资金来源"))
    effective = tables.Column(verbose_name=gettext_lazy("执行期间"))
    state = TagColumn(verbose_name=gettext_lazy("状态"), tones=STATE_TONES)
    drafted_by = tables.Column(verbose_name=gettext_lazy("起草人"), default=gettext_lazy("随平台提供"))

    class Meta:
        model = Scheme
        fields = ("name", "code", "city_code", "fund", "effective", "state", "drafted_by")
        attrs = {"caption": gettext_lazy("补贴项目")}

    def render_city_code(self, value: str) -> str:
        return place_label(value)

    def render_effective(self, value: Any) -> str:
        return days_text(value)


class FlagTable(tables.Table):
    occupation = tables.Column(verbose_name=gettext_lazy("职业"), linkify=("flag", [tables.A("pk")]))
    work_type = tables.Column(verbose_name=gettext_lazy("工种"), default=gettext_lazy("所有工种"))
    level = tables.Column(verbose_name=gettext_lazy("技能等级"), default=gettext_lazy("所有等级"))
    flag = tables.Column(verbose_name=gettext_lazy("类别"))
    city_code = tables.Column(verbose_name=gettext_lazy("地区"))
    effective = tables.Column(verbose_name=gettext_lazy("执行期间"))
    state = TagColumn(verbose_name=gettext_lazy("状态"), tones=STATE_TONES)
    drafted_by = tables.Column(verbose_name=gettext_lazy("起草人"), default=gettext_lazy("随平台提供"))

    class Meta:
        model = OccupationFlag
        fields = ("occupation", "work_type", "level", "flag", "city_code", "effective", "state", "drafted_by")
        attrs = {"caption": gettext_lazy("培训需求指导目录")}

    def render_city_code(self, value: str) -> str:
        return place_label(value)

    def render_effective(self, value: Any) -> str:
        return days_text(value)
