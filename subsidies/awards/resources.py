"""The list of filings as a file: masked as on the screen."""

from foundation.desk import StaffResource, export_column
from foundation.policy.engine import words
from foundation.policy.values import fen_text
from subsidies.awards.models import AwardFiling


class FilingResource(StaffResource):
    number = export_column("number", "申报编号")
    scheme = export_column("scheme__name", "项目")
    worker = export_column("worker", "人员")
    grade = export_column("grade", "等级或学历")
    employer = export_column("employer__name", "用人单位")
    started_on = export_column("started_on", "合同开始日期")
    filed_on = export_column("filed_on", "申报日期")
    state = export_column("state", "状态")
    total = export_column("total", "奖励总额")

    def dehydrate_worker(self, filing: AwardFiling) -> str:
        return filing.worker.masked_name

    def dehydrate_grade(self, filing: AwardFiling) -> str:
        return words(f"value.{filing.grade}")

    def dehydrate_state(self, filing: AwardFiling) -> str:
        return str(filing.get_state_display())

    def dehydrate_total(self, filing: AwardFiling) -> str:
        return fen_text(filing.total_fen) if filing.total_fen else ""
