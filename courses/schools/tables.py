"""The columns of the register's lists."""

from typing import Any

import django_tables2 as tables
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from courses.schools.models import Premises, School, SchoolApplication, Teacher
from courses.schools.texts import span
from foundation.desk import NUMBER, MomentColumn, TagColumn, tag
from workers.districts import district_name


class DaysColumn(tables.Column):
    def render(self, value: Any) -> str:
        return span(value)


class SchoolTable(tables.Table):
    organisation__name = tables.Column(gettext_lazy("学校"), linkify=("school_detail", [tables.A("pk")]))
    organisation__credit_code = tables.Column(gettext_lazy("统一社会信用代码"))
    district_code = tables.Column(gettext_lazy("所在区"))
    licence_number = tables.Column(gettext_lazy("办学许可证编号"))
    licensed = DaysColumn(gettext_lazy("许可证有效期"))
    state = TagColumn(gettext_lazy("状态"), tones={"active": "success", "suspended": "warning", "closed": "stopped"})

    class Meta:
        model = School
        fields = [
            "organisation__name",
            "organisation__credit_code",
            "district_code",
            "licence_number",
            "licensed",
            "state",
        ]
        attrs = {"caption": gettext_lazy("培训机构")}

    def render_district_code(self, value: str) -> str:
        return district_name(value)


class ApplicationTable(tables.Table):
    number = tables.Column(gettext_lazy("申请编号"), linkify=("school_review", [tables.A("pk")]))
    organisation__name = tables.Column(gettext_lazy("学校"))
    kind = tables.Column(gettext_lazy("申请事项"))
    state = TagColumn(
        gettext_lazy("状态"),
        tones={
            "submitted": "waiting", "returned": "warning", "approved": "success", "refused": "error",
            "withdrawn": "stopped",
        },
    )  # fmt: skip
    submitted_at = MomentColumn(gettext_lazy("提交时间"))
    due_on = tables.Column(gettext_lazy("办理期限"), empty_values=())

    class Meta:
        model = SchoolApplication
        fields = ["number", "organisation__name", "kind", "state", "submitted_at", "due_on"]
        order_by = "due_on"
        attrs = {"caption": gettext_lazy("机构申请")}

    def render_due_on(self, value: Any, record: SchoolApplication) -> str:
        if value is None:
            return _("计时暂停") if record.state == "returned" else "—"
        today = getattr(getattr(self, "request", None), "today", None)
        return tag(value.isoformat(), "error") if today and value < today else value.isoformat()


class OwnApplicationTable(ApplicationTable):
    number = tables.Column(gettext_lazy("申请编号"), linkify=("school_application", [tables.A("pk")]))
    saved_at = MomentColumn(gettext_lazy("上次保存"))

    class Meta(ApplicationTable.Meta):
        fields = ["number", "kind", "state", "saved_at", "submitted_at", "due_on"]
        exclude = ["organisation__name"]
        order_by = "-saved_at"


class TeacherTable(tables.Table):
    name = tables.Column(gettext_lazy("姓名"), linkify=("school_teacher", [tables.A("pk")]))
    kind = tables.Column(gettext_lazy("专职或兼职"))
    title = tables.Column(gettext_lazy("职称"))
    papers = tables.Column(gettext_lazy("资格"), orderable=False, empty_values=())
    subjects = tables.Column(gettext_lazy("担任课程"))
    employed = DaysColumn(gettext_lazy("任教期间"))
    user = tables.Column(gettext_lazy("登录账户"), empty_values=(), orderable=False)

    class Meta:
        model = Teacher
        fields = ["name", "kind", "title", "papers", "subjects", "employed", "user"]
        attrs = {"caption": gettext_lazy("教师")}

    def render_papers(self, record: Teacher) -> str:
        papers = [str(one) for one in record.qualifications.all() if one.withdrawn_at is None]
        return "、".join(papers) or tag(_("没有登记"), "warning")

    def render_user(self, record: Teacher) -> str:
        return record.user.username if record.user else "—"


class PremisesTable(tables.Table):
    name = tables.Column(gettext_lazy("场所名称"), linkify=("school_room", [tables.A("pk")]))
    kind = tables.Column(gettext_lazy("场所类别"))
    district_code = tables.Column(gettext_lazy("所在区"))
    address = tables.Column(gettext_lazy("地址"))
    seats = tables.Column(gettext_lazy("座位数"), attrs=NUMBER)
    usable = DaysColumn(gettext_lazy("可用期间"))

    class Meta:
        model = Premises
        fields = ["name", "kind", "district_code", "address", "seats", "usable"]
        attrs = {"caption": gettext_lazy("教学场所")}

    def render_district_code(self, value: str) -> str:
        return district_name(value)
