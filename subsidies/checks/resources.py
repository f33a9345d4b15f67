"""What the auditor takes along: every finding with its rule, what was seen, and who cleared it why."""

from functools import cached_property
from typing import Any

from django.utils.translation import gettext_lazy as _

from foundation.desk import StaffResource, export_column
from subsidies.checks.selectors import finding_words, group_names


class FindingResource(StaffResource):
    claim = export_column("claim__number", _("申领编号"))
    check_code = export_column("check_code", _("核查项代码"))
    title = export_column("title", _("核查项"))
    severity = export_column("get_severity_display", _("程度"))
    basis = export_column("get_basis_display", _("性质"))
    source = export_column("source", _("依据"))
    seen = export_column("seen", _("所见"))
    compared = export_column("compared", _("比对"))
    state = export_column("get_state_display", _("状态"))
    run = export_column("run_id", _("核查批号"))
    on = export_column("run__on", _("核查日期"))
    cleared_by = export_column("cleared_by", _("核实人"))
    cleared_at = export_column("cleared_at", _("核实时间"))
    cleared_reason = export_column("cleared_reason", _("核实说明"))

    @cached_property
    def groups(self) -> dict[str, str]:
        """Read once for the whole file."""
        return group_names()

    def dehydrate_title(self, finding: Any) -> str:
        return finding_words(finding, self.groups).title

    def dehydrate_seen(self, finding: Any) -> str:
        return finding_words(finding, self.groups).seen

    def dehydrate_compared(self, finding: Any) -> str:
        return finding_words(finding, self.groups).compared
