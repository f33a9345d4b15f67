"""The columns of lists of scoring."""

from typing import Any

import django_tables2 as tables
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from certifications.plans.models import AssessmentPlan
from certifications.plans.states import TONES
from certifications.scoring.models import ScoreAppeal
from certifications.scoring.states import APPEAL_TONES
from foundation.desk import NUMBER, MomentColumn, TagColumn


class PlanTable(tables.Table):
    title = tables.Column(verbose_name=gettext_lazy("考核计划"), linkify=("scoring_plan", [tables.A("pk")]))
    number = tables.Column(verbose_name=gettext_lazy("计划编号"))
    organisation = tables.Column(verbose_name=gettext_lazy("组织单位"), orderable=False)
    people = tables.Column(verbose_name=gettext_lazy("准考人数"), attrs=NUMBER)
    published_at = MomentColumn(verbose_name=gettext_lazy("成绩公布时间"))
    appeal_until = tables.DateColumn(verbose_name=gettext_lazy("复核申请截止"), format="Y-m-d")
    state = TagColumn(verbose_name=gettext_lazy("状态"), tones=dict(TONES))

    class Meta:
        model = AssessmentPlan
        fields = ("title", "number", "organisation", "people", "published_at", "appeal_until", "state")
        order_by = "-created_at"
        attrs = {"caption": gettext_lazy("成绩")}


LINK = ("scoring_appeal", [tables.A("pk")])


class AppealTable(tables.Table):
    candidate = tables.Column(
        verbose_name=gettext_lazy("考生"),
        accessor="score__candidate",
        orderable=False,
        linkify=("scoring_appeal", [tables.A("pk")]),
    )
    part = tables.Column(verbose_name=gettext_lazy("部分"), accessor="score__part", orderable=False)
    plan = tables.Column(
        verbose_name=gettext_lazy("考核计划"), accessor="score__candidate__plan__title", orderable=False
    )
    made_at = MomentColumn(verbose_name=gettext_lazy("申请时间"))
    state = TagColumn(verbose_name=gettext_lazy("状态"), tones=APPEAL_TONES)

    class Meta:
        model = ScoreAppeal
        fields = ("candidate", "part", "plan", "made_at", "state")
        order_by = "-made_at"
        attrs = {"caption": gettext_lazy("复核申请")}

    def render_candidate(self, record: Any) -> str:
        candidate = record.score.candidate
        return _("%(ticket)s %(name)s") % {"ticket": candidate.ticket_number, "name": candidate.worker.masked_name}
