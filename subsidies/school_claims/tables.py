"""The columns of the lists of class claims. None of them holds an account."""

from typing import Any

import django_tables2 as tables
from django.utils.translation import gettext_lazy as _

from courses.classes.models import ClassRun
from foundation.desk import NUMBER, MomentColumn, TagColumn
from subsidies.claims.models import ClassClaim, SchoolAccount
from subsidies.claims.states import ACCOUNT_TONES
from subsidies.school_claims.states import CLASS_CLAIM_TONES


class ClassTable(tables.Table):
    name = tables.Column(verbose_name=_("班次"), linkify=("class_claim_schemes", [tables.A("pk")]))
    number = tables.Column(verbose_name=_("班次编号"))
    ends_on = tables.DateColumn(verbose_name=_("结班日期"), format="Y-m-d")
    completed = tables.Column(verbose_name=_("结业人数"), accessor="close__completed", orderable=False, attrs=NUMBER)
    certificates = tables.Column(verbose_name=_("已发证"), orderable=False, attrs=NUMBER)
    claims_sent = tables.Column(verbose_name=_("已代为申领"), orderable=False, attrs=NUMBER)

    class Meta:
        model = ClassRun
        fields = ("name", "number", "ends_on", "completed", "certificates", "claims_sent")
        order_by = "-ends_on"
        attrs = {"caption": _("可以代为申领的班次")}


class ClassClaimTable(tables.Table):
    class_run = tables.Column(verbose_name=_("班次"), linkify=("class_claim", [tables.A("pk")]), orderable=False)
    school = tables.Column(verbose_name=_("培训机构"), orderable=False)
    scheme = tables.Column(verbose_name=_("补贴项目"), orderable=False)
    state = TagColumn(verbose_name=_("状态"), tones=CLASS_CLAIM_TONES)
    sent = tables.Column(verbose_name=_("已提交"), empty_values=(), orderable=False, attrs=NUMBER)
    submitted_at = MomentColumn(verbose_name=_("提交时间"))
    created_by = tables.Column(verbose_name=_("经办人"), orderable=False)

    class Meta:
        model = ClassClaim
        fields = ("class_run", "school", "scheme", "state", "sent", "submitted_at", "created_by")
        order_by = "-created_at"
        attrs = {"caption": _("班级申领")}

    def render_class_run(self, record: Any) -> str:
        return str(record.class_run.name)

    def render_sent(self, record: Any) -> str:
        sending = getattr(record, "sending", None)
        return str(sending.sent) if sending else "—"


class AccountTable(tables.Table):
    school = tables.Column(verbose_name=_("培训机构"), linkify=("school_account_check", [tables.A("pk")]))
    bank = tables.Column(verbose_name=_("开户银行"), orderable=False)
    state = TagColumn(verbose_name=_("状态"), tones=ACCOUNT_TONES)
    entered_at = MomentColumn(verbose_name=_("填报时间"))
    answered_by = tables.Column(verbose_name=_("核对人"), orderable=False)
    answered_at = MomentColumn(verbose_name=_("核对时间"))

    class Meta:
        model = SchoolAccount
        fields = ("school", "bank", "state", "entered_at", "answered_by", "answered_at")
        order_by = "-entered_at"
        attrs = {"caption": _("培训机构对公账户")}
