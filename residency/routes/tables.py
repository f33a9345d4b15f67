"""The columns of the desk's list of packs."""

from datetime import timedelta
from typing import Any

import django_tables2 as tables
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from foundation.desk import TagColumn
from residency.routes.models import RoutePack
from residency.routes.states import PackState

STATE_TONES: dict[str, str] = {
    PackState.DRAFT: "waiting",
    PackState.PUBLISHED: "success",
    PackState.WITHDRAWN: "stopped",
}


def days_text(value: Any) -> str:
    """First and last day."""
    last = value.upper - timedelta(days=1) if value.upper else _("长期")
    return f"{value.lower:%Y-%m-%d} — {last}"


class PackTable(tables.Table):
    title = tables.Column(verbose_name=gettext_lazy("名称"), linkify=("route_pack", [tables.A("pk")]))
    city = tables.Column(verbose_name=gettext_lazy("城市"), accessor="content__city_name", orderable=False)
    edition = tables.Column(verbose_name=gettext_lazy("版本"))
    effective = tables.Column(verbose_name=gettext_lazy("执行期间"))
    is_reference = tables.Column(verbose_name=gettext_lazy("用途"))
    state = TagColumn(verbose_name=gettext_lazy("状态"), tones=STATE_TONES)
    drafted_by = tables.Column(verbose_name=gettext_lazy("起草人"), default=gettext_lazy("随平台提供"))

    class Meta:
        model = RoutePack
        fields = ("title", "city", "edition", "effective", "is_reference", "state", "drafted_by")
        attrs = {"caption": gettext_lazy("落户办法")}

    def render_effective(self, value: Any) -> str:
        return days_text(value)

    def render_is_reference(self, value: bool) -> str:
        return _("参考") if value else _("本市")
