"""The columns of lists of runs and findings."""

from functools import cached_property
from typing import Any

import django_tables2 as tables
from django.utils.translation import gettext_lazy as _

from foundation.desk import NUMBER, MomentColumn, TagColumn
from subsidies.checks.models import CheckRun, Finding
from subsidies.checks.selectors import finding_words, group_names
from subsidies.checks.states import FINDING_TONES, SEVERITY_TONES


class RunTable(tables.Table):
    pk = tables.Column(verbose_name=_("批号"), linkify=("check_run", [tables.A("pk")]), attrs=NUMBER)
    moment = tables.Column(verbose_name=_("时机"))
    started_at = MomentColumn(verbose_name=_("时间"))
    claims_count = tables.Column(verbose_name=_("申领份数"), attrs=NUMBER)
    found = tables.Column(verbose_name=_("发现"), empty_values=(), orderable=False, attrs=NUMBER)
    milliseconds = tables.Column(verbose_name=_("用时（毫秒）"), attrs=NUMBER)
    run_by = tables.Column(verbose_name=_("经办人"), default=_("系统"), orderable=False)

    class Meta:
        model = CheckRun
        fields = ("pk", "moment", "started_at", "claims_count", "found", "milliseconds", "run_by")
        order_by = "-pk"
        attrs = {"caption": _("核查记录")}

    def render_found(self, record: Any) -> int:
        return sum(one.get("found", 0) for one in record.checks)


class FindingTable(tables.Table):
    claim = tables.Column(verbose_name=_("申领编号"), accessor="claim__number", orderable=False)
    check_code = tables.Column(verbose_name=_("核查项"))
    severity = TagColumn(verbose_name=_("程度"), tones=SEVERITY_TONES)
    basis = tables.Column(verbose_name=_("性质"))
    seen = tables.Column(verbose_name=_("所见"), orderable=False)
    state = TagColumn(verbose_name=_("状态"), tones=FINDING_TONES)
    cleared_reason = tables.Column(verbose_name=_("核实说明"), orderable=False)

    class Meta:
        model = Finding
        fields = ("claim", "check_code", "severity", "basis", "seen", "state", "cleared_reason")
        order_by = "-pk"
        attrs = {"caption": _("核查结果")}

    @cached_property
    def groups(self) -> dict[str, str]:
        """Read once for the whole list."""
        return group_names()

    def render_check_code(self, record: Any) -> str:
        return finding_words(record, self.groups).title

    def render_seen(self, record: Any) -> str:
        return finding_words(record, self.groups).seen
