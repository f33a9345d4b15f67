"""The columns of the work list."""

import django_tables2 as tables
from django.utils.translation import gettext_lazy as _

from certifications.applications.models import LevelApplication
from foundation.desk import MomentColumn, TagColumn


class ApplicationTable(tables.Table):
    number = tables.Column(_("申报编号"), linkify=("body_application", [tables.A("pk")]))
    worker = tables.Column(_("姓名"), orderable=False)
    target = tables.Column(_("申报"), orderable=False)
    plan = tables.Column(_("考核计划"), orderable=False)
    verdict = TagColumn(_("平台判断"), tones={"yes": "success", "no": "error", "undecided": "waiting"})
    state = TagColumn(
        _("状态"),
        tones={
            "submitted": "waiting", "returned": "warning", "accepted": "success", "refused": "error",
            "withdrawn": "stopped",
        },
    )  # fmt: skip
    submitted_at = MomentColumn(_("提交时间"))

    class Meta:
        model = LevelApplication
        fields = ["number", "worker", "target", "plan", "verdict", "state", "submitted_at"]
        order_by = "submitted_at"
        attrs = {"caption": _("认定申报")}

    def render_worker(self, record: LevelApplication) -> str:
        return record.worker.masked_name

    def render_plan(self, record: LevelApplication) -> str:
        return record.plan.title
