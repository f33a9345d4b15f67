"""The register's lists as files: what the screen shows, never an identity number."""

from django.utils.translation import gettext_lazy as _
from import_export import fields

from courses.schools.models import Premises, School, SchoolApplication, Teacher
from courses.schools.texts import span
from foundation.desk import StaffResource, export_column, moment
from workers.districts import district_name


class SchoolResource(StaffResource):
    name = export_column("organisation__name", _("学校"))
    credit_code = export_column("organisation__credit_code", _("统一社会信用代码"))
    district = fields.Field(column_name=_("所在区"))
    address = export_column("address", _("办学地址"))
    licence_number = export_column("licence_number", _("办学许可证编号"))
    licensed = fields.Field(column_name=_("许可证有效期"))
    state = export_column("get_state_display", _("状态"))
    contact_name = export_column("contact_name", _("联系人"))
    contact_phone = export_column("contact_phone", _("办公电话"))

    def dehydrate_district(self, school: School) -> str:
        return district_name(school.district_code)

    def dehydrate_licensed(self, school: School) -> str:
        return span(school.licensed)


class ApplicationResource(StaffResource):
    number = export_column("number", _("申请编号"))
    name = export_column("organisation__name", _("学校"))
    kind = export_column("get_kind_display", _("申请事项"))
    state = export_column("get_state_display", _("状态"))
    submitted_at = fields.Field(column_name=_("提交时间"))
    due_on = export_column("due_on", _("办理期限"))
    reason = export_column("reason", _("审核意见"))

    def dehydrate_submitted_at(self, application: SchoolApplication) -> str:
        return moment(application.submitted_at)


class TeacherResource(StaffResource):
    """The 教师花名册."""

    name = export_column("name", _("姓名"))
    kind = export_column("get_kind_display", _("专职或兼职"))
    title = export_column("title", _("职称"))
    papers = fields.Field(column_name=_("资格"))
    subjects = export_column("subjects", _("担任课程"))
    employed = fields.Field(column_name=_("任教期间"))

    def dehydrate_papers(self, teacher: Teacher) -> str:
        return "、".join(str(one) for one in teacher.qualifications.all() if one.withdrawn_at is None)

    def dehydrate_employed(self, teacher: Teacher) -> str:
        return span(teacher.employed)


class PremisesResource(StaffResource):
    name = export_column("name", _("场所名称"))
    kind = export_column("get_kind_display", _("场所类别"))
    district = fields.Field(column_name=_("所在区"))
    address = export_column("address", _("地址"))
    seats = export_column("seats", _("座位数"))
    usable = fields.Field(column_name=_("可用期间"))

    def dehydrate_district(self, room: Premises) -> str:
        return district_name(room.district_code)

    def dehydrate_usable(self, room: Premises) -> str:
        return span(room.usable)
