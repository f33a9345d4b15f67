"""The officer's list of files: masked, sortable by what stands in plain."""

import django_tables2 as tables
from django.utils.translation import gettext_lazy as _

from workers.districts import district_name
from workers.models import Worker


class WorkerTable(tables.Table):
    pk = tables.Column(verbose_name=_("档案编号"), linkify=("worker_detail", [tables.A("pk")]))
    masked_name = tables.Column(verbose_name=_("姓名"), orderable=False)
    masked_id_number = tables.Column(verbose_name=_("身份证号码"), orderable=False)
    masked_phone = tables.Column(verbose_name=_("手机"), orderable=False)
    sex = tables.Column(verbose_name=_("性别"))
    birth_year = tables.Column(verbose_name=_("出生年份"), localize=False)
    district_code = tables.Column(verbose_name=_("居住区"))
    identity_state = tables.Column(verbose_name=_("实名状态"))
    created_at = tables.DateColumn(verbose_name=_("建档日期"), format="Y-m-d")

    class Meta:
        model = Worker
        fields = (
            "pk",
            "masked_name",
            "masked_id_number",
            "masked_phone",
            "sex",
            "birth_year",
            "district_code",
            "identity_state",
            "created_at",
        )
        order_by = "-pk"
        attrs = {"caption": _("从业人员")}

    def render_district_code(self, value: str) -> str:
        return district_name(value)
