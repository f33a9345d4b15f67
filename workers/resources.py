"""The list as a file: what the screen shows, masked as on the screen."""

from django.utils.translation import gettext_lazy as _
from import_export import fields

from foundation.desk import StaffResource
from workers.districts import district_name
from workers.models import Worker


class WorkerResource(StaffResource):
    number = fields.Field(attribute="pk", column_name=_("档案编号"))
    name = fields.Field(attribute="masked_name", column_name=_("姓名"))
    id_number = fields.Field(attribute="masked_id_number", column_name=_("身份证号码"))
    phone = fields.Field(attribute="masked_phone", column_name=_("手机"))
    sex = fields.Field(attribute="get_sex_display", column_name=_("性别"))
    birth_year = fields.Field(attribute="birth_year", column_name=_("出生年份"))
    district = fields.Field(column_name=_("居住区"))
    identity_state = fields.Field(attribute="get_identity_state_display", column_name=_("实名状态"))
    source = fields.Field(attribute="source", column_name=_("建档来源"))

    def dehydrate_district(self, worker: Worker) -> str:
        return district_name(worker.district_code)
