"""What lists of scoring can be narrowed by."""

from typing import Any

import django_filters as filters
from django import forms
from django.utils.translation import gettext_lazy as _

from certifications.plans.models import AssessmentPlan
from certifications.plans.states import PlanState
from certifications.scoring.models import ScoreAppeal
from certifications.scoring.selectors.tables import SCORED, Row
from certifications.scoring.states import AppealState, ScoreState
from foundation.desk import ANY


class PlanFilter(filters.FilterSet):
    state = filters.ChoiceFilter(
        label=_("状态"),
        choices=[(state.value, state.label) for state in PlanState if state in SCORED],
        empty_label=ANY,
    )
    title = filters.CharFilter(label=_("名称"), lookup_expr="icontains")
    number = filters.CharFilter(label=_("计划编号"), lookup_expr="icontains")

    class Meta:
        model = AssessmentPlan
        fields: list[str] = []


class AppealFilter(filters.FilterSet):
    state = filters.ChoiceFilter(label=_("状态"), choices=AppealState.choices, empty_label=ANY)

    class Meta:
        model = ScoreAppeal
        fields: list[str] = []


SHOWN = [
    ("", ANY),
    ("missing", _("缺成绩")),
    ("passed", _("合格")),
    ("failed", _("不合格")),
    ("absent", _("有缺考")),
    ("void", _("有作废")),
    ("asked", _("申请了复核")),
]


class RowsForm(forms.Form):
    """Which lines of a plan's table are shown."""

    show = forms.ChoiceField(label=_("显示"), choices=SHOWN, required=False)
    ticket = forms.CharField(label=_("准考证号"), max_length=20, required=False)

    def narrowed(self, rows: list[Row]) -> list[Row]:
        if not self.is_valid():
            return rows
        show, ticket = self.cleaned_data["show"], self.cleaned_data["ticket"].strip()
        kept = [row for row in rows if ticket in row.candidate.ticket_number]
        return [row for row in kept if _fits(row, show)]


def _fits(row: Row, show: str) -> bool:
    states: set[Any] = {score.state for score in row.cells if score is not None}
    judged = row.result.outcome if row.result else ""
    return {
        "": True,
        "missing": bool(row.missing),
        "passed": judged == "passed",
        "failed": judged == "failed",
        "absent": ScoreState.ABSENT in states,
        "void": ScoreState.VOID in states,
        "asked": any(getattr(score, "appeal", None) for score in row.cells if score is not None),
    }[show]
