"""The columns of a class run's roster, and of the officers' list of those who never enrolled."""

from typing import Any

import django_filters as filters
import django_tables2 as tables
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from courses.classes.models import Enrolment
from courses.classes.states import EnrolmentSource, EnrolmentState
from foundation.desk import ANY, MomentColumn, TagColumn

TONES: dict[str, str] = {
    EnrolmentState.INVITED: "waiting",
    EnrolmentState.WAITING: "waiting",
    EnrolmentState.CONFIRMED: "success",
    EnrolmentState.COMPLETED: "success",
    EnrolmentState.NOT_COMPLETED: "warning",
    EnrolmentState.DECLINED: "warning",
}


class RosterTable(tables.Table):
    """Whoever is or was in a class run; everything personal is masked."""

    person = tables.Column(
        gettext_lazy("姓名"),
        accessor="worker__masked_name",
        orderable=False,
        linkify=("class_person", [tables.A("pk")]),
    )
    id_number = tables.Column(gettext_lazy("身份证号码"), accessor="worker__masked_id_number", orderable=False)
    phone = tables.Column(gettext_lazy("电话"), accessor="worker__masked_phone", orderable=False)
    state = TagColumn(verbose_name=gettext_lazy("状态"), tones=TONES)
    source = tables.Column(gettext_lazy("报名方式"))
    confirmed_through = tables.Column(gettext_lazy("确认方式"))
    asked_at = MomentColumn(verbose_name=gettext_lazy("最近短信"), orderable=False)

    class Meta:
        model = Enrolment
        fields = ["person", "id_number", "phone", "state", "source", "confirmed_through", "asked_at"]
        order_by: str | None = None
        attrs = {"caption": gettext_lazy("学员")}


class RosterFilter(filters.FilterSet):
    state = filters.ChoiceFilter(label=gettext_lazy("状态"), choices=EnrolmentState.choices, empty_label=ANY)
    source = filters.ChoiceFilter(label=gettext_lazy("报名方式"), choices=EnrolmentSource.choices, empty_label=ANY)

    class Meta:
        model = Enrolment
        fields = ["state", "source"]


class DisownedTable(tables.Table):
    """Who said she never enrolled, in which school's class, and who had listed her."""

    ended_at = MomentColumn(verbose_name=gettext_lazy("本人表示的时间"))
    person = tables.Column(
        gettext_lazy("姓名"),
        accessor="worker__masked_name",
        orderable=False,
        linkify=("worker_detail", [tables.A("worker_id")]),
    )
    school = tables.Column(gettext_lazy("培训机构"), accessor="class_run__school", orderable=False)
    class_run = tables.Column(gettext_lazy("班次"), orderable=False, linkify=("filing", [tables.A("class_run_id")]))
    enrolled_by = tables.Column(gettext_lazy("列入名册的人"), orderable=False)
    enrolled_at = MomentColumn(verbose_name=gettext_lazy("列入时间"))

    class Meta:
        model = Enrolment
        fields = ["ended_at", "person", "school", "class_run", "enrolled_by", "enrolled_at"]
        order_by = "-ended_at"
        attrs = {"caption": gettext_lazy("本人表示没有报名")}


class DisownedFilter(filters.FilterSet):
    school = filters.CharFilter(
        label=gettext_lazy("培训机构"), field_name="class_run__school__organisation__name", lookup_expr="icontains"
    )

    class Meta:
        model = Enrolment
        fields: list[str] = []


def event_words() -> dict[str, Any]:
    """What happened to an enrolment, as people say it."""
    return {
        "invite": _("列入花名册"),
        "enrol": _("报名"),
        "wait": _("排队候补"),
        "arrive": _("从另一个班转入"),
        "confirm": _("本人同意"),
        "decline": _("本人不同意"),
        "disown": _("本人表示没有报名"),
        "promote": _("候补有了名额"),
        "lapse": _("逾期没有确认"),
        "withdraw": _("取消报名"),
        "remove": _("学校移出名册"),
        "drop": _("中途退出"),
        "move": _("转到另一个班"),
        "complete": _("结业"),
        "not_complete": _("未结业"),
        "class_cancelled": _("班次取消"),
    }
