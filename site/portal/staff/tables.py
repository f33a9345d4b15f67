"""The columns of the desktop's lists."""

from typing import Any

import django_tables2 as tables
from django.template.defaultfilters import date as date_text
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from foundation.accounts.models import Organisation, User
from foundation.audit.models import AuditEvent
from foundation.crypto.masking import mask_phone
from foundation.desk import NUMBER, MomentColumn, tag
from foundation.imports.models import ImportBatch
from foundation.imports.registry import kinds
from foundation.outbox.models import OutboxMessage
from foundation.privacy.models import AccessRecord
from foundation.sms.models import SmsMessage
from foundation.sms.states import SmsState
from portal.staff.words import action_word, both, field_word, object_word, sms_word
from workers.districts import district_name


def object_shown(event: AuditEvent) -> str:
    """What an event is about: the kind and the name of then, with the program's name and number."""
    if not event.object_type:
        return event.object_label or "—"
    name = f"{event.object_type} #{event.object_id}"
    word = object_word(event.object_type)
    return both(f"{word} {event.object_label or f'#{event.object_id}'}", name)


class AccountTable(tables.Table):
    username = tables.Column(gettext_lazy("用户名"), linkify=("staff_account", {"pk": tables.A("pk")}))
    name = tables.Column(gettext_lazy("姓名"))
    held = tables.Column(gettext_lazy("现有角色"), orderable=False, empty_values=())
    last_login = MomentColumn(gettext_lazy("最近登录"))
    is_active = tables.Column(gettext_lazy("状态"))

    class Meta:
        model = User
        fields = ["username", "name", "held", "last_login", "is_active"]
        attrs = {"caption": gettext_lazy("工作账户")}

    def render_held(self, record: Any) -> str:
        return "、".join(f"{one.get_role_display()}（{one.organisation}）" for one in record.held) or _("没有角色")

    def render_is_active(self, value: bool) -> str:
        return tag(_("使用中"), "success") if value else tag(_("已停用"), "stopped")


class OrganisationTable(tables.Table):
    name = tables.Column(gettext_lazy("名称"))
    kind = tables.Column(gettext_lazy("类别"))
    credit_code = tables.Column(gettext_lazy("统一社会信用代码"))
    district_code = tables.Column(gettext_lazy("所在区"))

    class Meta:
        model = Organisation
        fields = ["name", "kind", "credit_code", "district_code"]
        attrs = {"caption": gettext_lazy("机构")}

    def render_district_code(self, value: str) -> str:
        return district_name(value)


class EventTable(tables.Table):
    at = tables.Column(gettext_lazy("时间"), linkify=("staff_event", {"pk": tables.A("pk")}))
    actor = tables.Column(gettext_lazy("操作人"), default=gettext_lazy("系统"), orderable=False)
    action = tables.Column(gettext_lazy("操作"))
    object_label = tables.Column(gettext_lazy("对象"), orderable=False, empty_values=())
    reason = tables.Column(gettext_lazy("原因"), orderable=False)

    class Meta:
        model = AuditEvent
        fields = ["at", "actor", "action", "object_label", "reason"]
        attrs = {"caption": gettext_lazy("操作记录")}

    def render_at(self, value: Any) -> str:
        return date_text(timezone.localtime(value), "Y-m-d H:i:s")

    def render_action(self, value: str) -> str:
        return both(action_word(value), value)

    def render_object_label(self, record: AuditEvent) -> str:
        return object_shown(record)


class AccessTable(tables.Table):
    at = MomentColumn(gettext_lazy("时间"))
    viewer = tables.Column(gettext_lazy("查看人"), orderable=False)
    subject = tables.Column(gettext_lazy("查看了谁"), accessor="subject_id", orderable=False)
    fields = tables.Column(gettext_lazy("查看的项目"), orderable=False)
    purpose = tables.Column(gettext_lazy("用途"))
    note = tables.Column(gettext_lazy("说明"), orderable=False)
    is_granted = tables.Column(gettext_lazy("结果"))

    class Meta:
        model = AccessRecord
        fields = ["at", "viewer", "subject", "fields", "purpose", "note", "is_granted"]
        attrs = {"caption": gettext_lazy("个人信息查看记录")}

    def render_subject(self, record: AccessRecord) -> str:
        word = object_word(record.subject_type)
        return both(f"{word} #{record.subject_id}", f"{record.subject_type} #{record.subject_id}")

    def render_fields(self, record: AccessRecord) -> str:
        words = (field_word(record.subject_type, name) for name in record.fields)
        return both("、".join(words), ", ".join(record.fields))

    def render_is_granted(self, value: bool) -> str:
        return tag(_("已查看"), "neutral") if value else tag(_("被拒绝"), "error")


class DeadLetterTable(tables.Table):
    pk = tables.Column(gettext_lazy("编号"), linkify=("staff_dead_letter", {"pk": tables.A("pk")}))
    topic = tables.Column(gettext_lazy("主题"))
    subject = tables.Column(gettext_lazy("事项"))
    created_at = MomentColumn(gettext_lazy("产生时间"))
    attempts = tables.Column(gettext_lazy("已尝试"), attrs=NUMBER)
    last_error_code = tables.Column(gettext_lazy("错误"))

    class Meta:
        model = OutboxMessage
        fields = ["pk", "topic", "subject", "created_at", "attempts", "last_error_code"]
        attrs = {"caption": gettext_lazy("未送达的消息")}
        empty_text = gettext_lazy("没有未送达的消息。")


class SmsTable(tables.Table):
    TONES = {
        SmsState.QUEUED: "waiting",
        SmsState.SENT: "info",
        SmsState.DELIVERED: "success",
        SmsState.FAILED: "error",
        SmsState.EXPIRED: "stopped",
    }
    queued_at = MomentColumn(gettext_lazy("产生时间"))
    phone = tables.Column(gettext_lazy("号码"), orderable=False)
    template = tables.Column(gettext_lazy("模板"))
    state = tables.Column(gettext_lazy("状态"))
    sent_at = MomentColumn(gettext_lazy("发出"))
    finished_at = MomentColumn(gettext_lazy("办结"))
    failure_code = tables.Column(gettext_lazy("失败代码"))

    class Meta:
        model = SmsMessage
        fields = ["queued_at", "phone", "template", "state", "sent_at", "finished_at", "failure_code"]
        attrs = {"caption": gettext_lazy("短信")}

    def render_phone(self, value: str) -> str:
        return mask_phone(value)

    def render_template(self, value: str) -> str:
        return both(sms_word(value), value)

    def render_state(self, record: SmsMessage) -> str:
        return tag(record.get_state_display(), self.TONES[SmsState(record.state)])


class BatchTable(tables.Table):
    TONES = {
        "uploaded": "waiting",
        "recognised": "waiting",
        "checking": "info",
        "checked": "waiting",
        "applying": "info",
        "applied": "success",
        "failed": "error",
        "discarded": "stopped",
    }
    file_name = tables.Column(gettext_lazy("文件"), linkify=("staff_import", {"pk": tables.A("pk")}))
    kind = tables.Column(gettext_lazy("种类"))
    uploaded_by = tables.Column(gettext_lazy("上传人"), orderable=False)
    uploaded_at = MomentColumn(gettext_lazy("上传时间"))
    state = tables.Column(gettext_lazy("状态"))
    rows_total = tables.Column(gettext_lazy("行数"), attrs=NUMBER)
    rows_applied = tables.Column(gettext_lazy("已导入"), attrs=NUMBER)
    rows_faulty = tables.Column(gettext_lazy("需修改"), attrs=NUMBER)

    class Meta:
        model = ImportBatch
        fields = [
            "file_name",
            "kind",
            "uploaded_by",
            "uploaded_at",
            "state",
            "rows_total",
            "rows_applied",
            "rows_faulty",
        ]
        attrs = {"caption": gettext_lazy("导入批次")}
        empty_text = gettext_lazy("还没有导入过。")

    def render_kind(self, value: str) -> str:
        return next((str(kind.title) for kind in kinds() if kind.code == value), value)

    def render_state(self, record: ImportBatch) -> str:
        return tag(record.get_state_display(), self.TONES[record.state])
