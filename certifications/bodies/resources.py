"""The lists of bodies and assessors as files: what the screen shows, never an identity number."""

from django.utils.translation import gettext_lazy as _
from import_export import fields

from certifications.bodies.models import AssessmentBody, Assessor
from courses.schools.texts import place, span
from foundation.desk import StaffResource, export_column


class BodyResource(StaffResource):
    name = export_column("organisation__name", _("评价机构"))
    credit_code = export_column("organisation__credit_code", _("统一社会信用代码"))
    kind = export_column("get_kind_display", _("类别"))
    filing_number = export_column("filing_number", _("备案号"))
    filed = fields.Field(column_name=_("备案有效期"))
    prefix = export_column("prefix", _("编号前 13 位"))
    state = export_column("get_state_display", _("状态"))
    district = fields.Field(column_name=_("所在区"))
    address = export_column("address", _("地址"))
    contact_name = export_column("contact_name", _("联系人"))
    contact_phone = export_column("contact_phone", _("办公电话"))

    def dehydrate_filed(self, body: AssessmentBody) -> str:
        return span(body.filed)

    def dehydrate_district(self, body: AssessmentBody) -> str:
        return place(body.district_code)


class AssessorResource(StaffResource):
    name = export_column("name", _("姓名"))
    organisation = export_column("organisation__name", _("所属单位"))
    title = export_column("title", _("职称或技能等级"))
    papers = fields.Field(column_name=_("考评资格"))
    engaged = fields.Field(column_name=_("聘任期间"))

    def dehydrate_papers(self, assessor: Assessor) -> str:
        papers = [one for one in assessor.qualifications.all() if one.withdrawn_at is None]
        return "；".join(f"{one} {span(one.valid)}" for one in papers)

    def dehydrate_engaged(self, assessor: Assessor) -> str:
        return span(assessor.engaged)
