"""The columns of the list of filings."""

from typing import Any

import django_tables2 as tables
from django.utils.translation import gettext_lazy as _

from foundation.desk import TagColumn
from foundation.policy.engine import words
from subsidies.awards.models import AwardFiling
from subsidies.awards.states import FILING_TONES


class FilingTable(tables.Table):
    number = tables.Column(_("申报编号"), linkify=("award_filing", [tables.A("pk")]))
    scheme = tables.Column(_("项目"), accessor="scheme__name", orderable=False)
    worker = tables.Column(_("人员"), orderable=False)
    grade = tables.Column(_("等级或学历"))
    employer = tables.Column(_("用人单位"), accessor="employer__name")
    filed_on = tables.Column(_("申报日期"))
    state = TagColumn(_("状态"), tones=FILING_TONES)

    class Meta:
        model = AwardFiling
        fields = ["number", "scheme", "worker", "grade", "employer", "filed_on", "state"]
        attrs = {"caption": _("奖励申报")}

    def render_worker(self, record: AwardFiling) -> str:
        return record.worker.masked_name

    def render_grade(self, value: Any) -> str:
        return words(f"value.{value}")
