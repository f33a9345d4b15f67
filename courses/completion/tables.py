"""The columns of the list of classes."""

from typing import Any

import django_tables2 as tables
from django.utils.translation import gettext_lazy as _

from courses.classes.models import ClassRun
from courses.classes.states import ClassState
from foundation.desk import NUMBER, TagColumn


class ClassTable(tables.Table):
    name = tables.Column(verbose_name=_("班次"), linkify=("completion_class", [tables.A("pk")]))
    number = tables.Column(verbose_name=_("班次编号"))
    school = tables.Column(verbose_name=_("培训机构"), orderable=False)
    starts_on = tables.DateColumn(verbose_name=_("开班日期"), format="Y-m-d")
    ends_on = tables.DateColumn(verbose_name=_("结班日期"), format="Y-m-d")
    seats_taken = tables.Column(verbose_name=_("人数"), attrs=NUMBER)
    completed = tables.Column(verbose_name=_("结业人数"), empty_values=(), orderable=False, attrs=NUMBER)
    state = TagColumn(verbose_name=_("状态"), tones={ClassState.OPEN: "info", ClassState.CLOSED: "success"})

    class Meta:
        model = ClassRun
        fields = ("name", "number", "school", "starts_on", "ends_on", "seats_taken", "completed", "state")
        order_by = "-starts_on"
        attrs = {"caption": _("班次")}

    def render_completed(self, record: Any) -> str:
        close = getattr(record, "close", None)
        return str(close.completed) if close else "—"
