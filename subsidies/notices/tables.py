"""The columns of lists of notices and objections."""

from typing import Any

import django_tables2 as tables
from django.utils.translation import gettext_lazy as _

from foundation.desk import NUMBER, MomentColumn, TagColumn
from subsidies.notices.models import Objection, PublicNotice
from subsidies.notices.states import NoticeState, ObjectionState

NOTICE_TONES: dict[str, str] = {NoticeState.OPEN: "info", NoticeState.CLOSED: "success"}
OBJECTION_TONES: dict[str, str] = {
    ObjectionState.OPEN: "waiting",
    ObjectionState.UPHELD: "error",
    ObjectionState.DISMISSED: "neutral",
}


class NoticeTable(tables.Table):
    number = tables.Column(verbose_name=_("公示编号"), linkify=("notice_desk", [tables.A("pk")]))
    title = tables.Column(verbose_name=_("标题"))
    people = tables.Column(verbose_name=_("人数"), attrs=NUMBER)
    published_on = tables.DateColumn(verbose_name=_("公示日期"), format="Y-m-d")
    ends_on = tables.DateColumn(verbose_name=_("最后一日"), format="Y-m-d")
    waiting = tables.Column(verbose_name=_("待处理异议"), attrs=NUMBER)
    state = TagColumn(verbose_name=_("状态"), tones=NOTICE_TONES)

    class Meta:
        model = PublicNotice
        fields = ("number", "title", "people", "published_on", "ends_on", "waiting", "state")
        order_by = "-published_on"
        attrs = {"caption": _("补贴公示")}


class ObjectionTable(tables.Table):
    claim = tables.Column(
        verbose_name=_("申领"),
        accessor="line__claim__number",
        linkify=("objection_desk", [tables.A("pk")]),
        orderable=False,
    )
    notice = tables.Column(verbose_name=_("公示"), accessor="line__notice__number", orderable=False)
    scheme = tables.Column(verbose_name=_("补贴项目"), accessor="line__scheme_name", orderable=False)
    made_at = MomentColumn(verbose_name=_("提出时间"))
    due_on = tables.DateColumn(verbose_name=_("答复期限"), format="Y-m-d")
    state = TagColumn(verbose_name=_("状态"), tones=OBJECTION_TONES)

    class Meta:
        model = Objection
        fields = ("claim", "notice", "scheme", "made_at", "due_on", "state")
        order_by = "due_on"
        attrs = {"caption": _("公示异议")}

    def render_claim(self, record: Any) -> str:
        line = record.line
        return f"{line.claim.number} {line.masked_name}"
