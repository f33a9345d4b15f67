"""The register as a file: masked as on the screen."""

from certifications.talent.models import TalentRecord
from foundation.desk import StaffResource, export_column


class TalentResource(StaffResource):
    name = export_column("name", "姓名")
    id_number = export_column("id_number", "身份证号码")
    occupation = export_column("occupation_name", "职业")
    level = export_column("level", "最高等级")
    high = export_column("high", "高技能人才")
    registered_on = export_column("registered_on", "登记日期")
    state = export_column("state", "状态")

    def dehydrate_name(self, record: TalentRecord) -> str:
        return record.worker.masked_name

    def dehydrate_id_number(self, record: TalentRecord) -> str:
        return record.worker.masked_id_number

    def dehydrate_level(self, record: TalentRecord) -> str:
        return str(record.get_level_display())

    def dehydrate_high(self, record: TalentRecord) -> str:
        if record.is_high_skilled is None:
            return "政策待确认"
        return "是" if record.is_high_skilled else "否"

    def dehydrate_state(self, record: TalentRecord) -> str:
        return str(record.get_state_display())
