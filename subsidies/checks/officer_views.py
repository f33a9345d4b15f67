"""The desk of the checks: what is looked at and by what rule, the runs, and everything they found."""

from datetime import date
from typing import Any

from django.conf import settings
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from foundation.accounts.models import User
from foundation.desk import StaffList
from subsidies.checks.filters import FindingFilter, RunFilter
from subsidies.checks.models import CheckRun
from subsidies.checks.resources import FindingResource
from subsidies.checks.rules import check_named
from subsidies.checks.selectors import catalogue_lines, findings_visible_to, runs_visible_to, why_not_run
from subsidies.checks.states import SEVERITY_TONES
from subsidies.checks.tables import FindingTable, RunTable
from subsidies.registers.states import RegisterKind


class Runs(StaffList):
    name = "check_runs"
    title = gettext_lazy("核查记录")
    table_class = RunTable
    filterset_class = RunFilter

    def visible(self, user: User, on: date) -> QuerySet:
        return runs_visible_to(user, on=on)


class Findings(StaffList):
    name = "check_findings"
    title = gettext_lazy("核查结果")
    table_class = FindingTable
    filterset_class = FindingFilter
    resource = FindingResource

    def visible(self, user: User, on: date) -> QuerySet:
        return findings_visible_to(user, on=on)


@never_cache
@require_safe
def catalogue(request: HttpRequest) -> HttpResponse:
    """What is checked, by what rule, since when, how often it hit."""
    lines = catalogue_lines(on=timezone.localdate(), city=settings.CITY_CODE)
    return render(request, "checks/catalogue.html", {"lines": lines, "tones": SEVERITY_TONES})


@never_cache
@require_safe
def run(request: HttpRequest, pk: int) -> HttpResponse:
    """One run: with which lists and versions, over how many claims, what each check found or why it was not run."""
    user: Any = request.user
    found = get_object_or_404(runs_visible_to(user, on=timezone.localdate()), pk=pk)
    kinds = [{"label": kind.label, "told": found.registers.get(kind.value, {"missing": True})} for kind in RegisterKind]
    context = {"run": found, "kinds": kinds, "checks": _checks_told(found)}
    return render(request, "checks/run.html", context)


def _checks_told(found: CheckRun) -> list[dict[str, Any]]:
    """What the run keeps of each check, with its title."""
    told = []
    for one in found.checks:
        check = check_named(one["code"])
        register = one.get("register")
        told.append(
            one
            | {
                "title": check.title if check else one["code"],
                "severity": check.severity.label if check else "",
                "register_label": RegisterKind(register).label if register in RegisterKind.values else "",
                "reason": why_not_run(one),
            }
        )
    return told
