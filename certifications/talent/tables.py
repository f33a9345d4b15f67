"""The columns of the register and of appointments."""

import django_tables2 as tables
from django.utils.translation import gettext_lazy as _

from certifications.talent.models import TalentAppointment, TalentRecord
from certifications.talent.states import APPOINTMENT_TONES, TALENT_TONES
from foundation.desk import TagColumn, tag


class TalentTable(tables.Table):
    worker = tables.Column(_("人员"), linkify=("talent", [tables.A("pk")]), orderable=False)
    id_number = tables.Column(_("身份证号码"), accessor="worker__masked_id_number", orderable=False)
    occupation_name = tables.Column(_("职业"))
    level = tables.Column(_("最高等级"))
    is_high_skilled = tables.Column(_("高技能人才"), default=_("政策待确认"))
    registered_on = tables.Column(_("登记日期"))
    state = TagColumn(_("状态"), tones=TALENT_TONES)

    class Meta:
        model = TalentRecord
        fields = ["worker", "id_number", "occupation_name", "level", "is_high_skilled", "registered_on", "state"]
        attrs = {"caption": _("技能人才登记")}

    def render_worker(self, record: TalentRecord) -> str:
        return record.worker.masked_name

    def render_is_high_skilled(self, value: bool) -> str:
        return tag(str(_("是")), "success") if value else "—"


class AppointmentTable(tables.Table):
    record = tables.Column(_("人员"), orderable=False)
    kind = tables.Column(_("种类"), linkify=("talent_appointment", [tables.A("pk")]))
    occupation = tables.Column(_("职业"))
    post = tables.Column(_("聘任岗位"))
    employer = tables.Column(_("用人单位"), accessor="employer__name")
    filed_at = tables.Column(_("填报时间"))
    state = TagColumn(_("状态"), tones=APPOINTMENT_TONES)

    class Meta:
        model = TalentAppointment
        fields = ["kind", "record", "occupation", "post", "employer", "filed_at", "state"]
        attrs = {"caption": _("聘任")}

    def render_record(self, record: TalentAppointment) -> str:
        return record.record.worker.masked_name

    def render_filed_at(self, record: TalentAppointment) -> str:
        return f"{record.filed_at:%Y-%m-%d}"
