"""What leaves the desktop as a file: the columns of a list, masked, with nothing a spreadsheet would run."""

from django.utils.translation import gettext_lazy as _
from import_export import fields

from foundation.accounts.models import Organisation, User
from foundation.audit.models import AuditEvent
from foundation.crypto.masking import mask_phone
from foundation.desk import StaffResource, export_column, moment
from foundation.privacy.models import AccessRecord
from foundation.sms.models import SmsMessage
from portal.staff.words import action_word, field_word, object_word, sms_word
from workers.districts import district_name


class AccountResource(StaffResource):
    username = export_column("username", _("用户名"))
    name = export_column("name", _("姓名"))
    held = fields.Field(column_name=_("现有角色"))
    is_active = fields.Field(column_name=_("使用中"))

    def dehydrate_held(self, user: User) -> str:
        return "、".join(f"{one.get_role_display()}（{one.organisation}）" for one in user.held)  # type: ignore[attr-defined]

    def dehydrate_is_active(self, user: User) -> str:
        return str(_("是") if user.is_active else _("否"))


class OrganisationResource(StaffResource):
    name = export_column("name", _("名称"))
    kind = export_column("get_kind_display", _("类别"))
    credit_code = export_column("credit_code", _("统一社会信用代码"))
    district = fields.Field(column_name=_("所在区"))

    def dehydrate_district(self, body: Organisation) -> str:
        return district_name(body.district_code) if body.district_code else ""


class EventResource(StaffResource):
    at = fields.Field(column_name=_("时间"))
    actor = export_column("actor", _("操作人"))
    on_behalf_of = export_column("on_behalf_of", _("代谁办理"))
    action_word = fields.Field(column_name=_("操作"))
    action = export_column("action", _("操作代码"))
    object_word = fields.Field(column_name=_("对象类型"))
    object_type = export_column("object_type", _("对象类型代码"))
    object_id = export_column("object_id", _("对象编号"))
    object_label = export_column("object_label", _("对象"))
    reason = export_column("reason", _("原因"))
    request_id = export_column("request_id", _("请求编号"))

    def dehydrate_at(self, event: AuditEvent) -> str:
        return moment(event.at)

    def dehydrate_action_word(self, event: AuditEvent) -> str:
        return action_word(event.action)

    def dehydrate_object_word(self, event: AuditEvent) -> str:
        return object_word(event.object_type)


class AccessResource(StaffResource):
    at = fields.Field(column_name=_("时间"))
    viewer = export_column("viewer", _("查看人"))
    subject_word = fields.Field(column_name=_("对象类型"))
    subject_type = export_column("subject_type", _("对象类型代码"))
    subject_id = export_column("subject_id", _("对象编号"))
    seen_words = fields.Field(column_name=_("查看的项目"))
    seen = fields.Field(column_name=_("项目代码"))
    purpose = export_column("get_purpose_display", _("用途"))
    note = export_column("note", _("说明"))
    is_granted = fields.Field(column_name=_("已准许"))

    def dehydrate_at(self, record: AccessRecord) -> str:
        return moment(record.at)

    def dehydrate_subject_word(self, record: AccessRecord) -> str:
        return object_word(record.subject_type)

    def dehydrate_seen_words(self, record: AccessRecord) -> str:
        return "、".join(field_word(record.subject_type, name) for name in record.fields)

    def dehydrate_seen(self, record: AccessRecord) -> str:
        return ", ".join(record.fields)

    def dehydrate_is_granted(self, record: AccessRecord) -> str:
        return str(_("是") if record.is_granted else _("否"))


class SmsResource(StaffResource):
    queued_at = fields.Field(column_name=_("产生时间"))
    phone = fields.Field(column_name=_("号码"))
    template_word = fields.Field(column_name=_("模板"))
    template = export_column("template", _("模板代码"))
    state = export_column("get_state_display", _("状态"))
    failure_code = export_column("failure_code", _("失败代码"))

    def dehydrate_queued_at(self, message: SmsMessage) -> str:
        return moment(message.queued_at)

    def dehydrate_phone(self, message: SmsMessage) -> str:
        return mask_phone(message.phone)

    def dehydrate_template_word(self, message: SmsMessage) -> str:
        return sms_word(message.template)
