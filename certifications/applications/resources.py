"""申报汇总表: the work list as a file, masked as on the screen."""

from django.utils.translation import gettext_lazy as _
from import_export import fields

from certifications.applications.models import LevelApplication
from foundation.desk import StaffResource, export_column, moment


class ApplicationResource(StaffResource):
    number = export_column("number", _("申报编号"))
    name = export_column("worker__masked_name", _("姓名"))
    sex = export_column("worker__get_sex_display", _("性别"))
    id_number = export_column("worker__masked_id_number", _("身份证号码"))
    occupation = export_column("occupation__name", _("申报职业"))
    work_type = export_column("work_type__name", _("工种/职业方向"))
    level = export_column("get_level_display", _("申报等级"))
    years = fields.Field(column_name=_("从事本职业年限"))
    plan = export_column("plan__title", _("考核计划"))
    verdict = export_column("get_verdict_display", _("平台判断"))
    state = export_column("get_state_display", _("状态"))
    reason = export_column("reason", _("审核意见"))
    ticket = export_column("candidate__ticket_number", _("准考证号"))
    submitted_at = fields.Field(column_name=_("提交时间"))

    def dehydrate_years(self, application: LevelApplication) -> str:
        return application.answers.get("years", "")

    def dehydrate_submitted_at(self, application: LevelApplication) -> str:
        return moment(application.submitted_at)
