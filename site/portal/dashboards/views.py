"""The dashboards: how far the trainings came, money, deadlines, schemes; and the figures that everybody may read."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from foundation.accounts.states import WRITERS, Role
from foundation.audit.services import audit_record
from foundation.requests import user_of
from portal.dashboards.deadline_pages import deadline_sheets
from portal.dashboards.forms import ClaimsForm, FunnelForm
from portal.dashboards.models import PublicEdition
from portal.dashboards.money_pages import money_sheets, money_tiles
from portal.dashboards.pages import funnel_sheets, tiles_of
from portal.dashboards.public_pages import edition_sheets, edition_tiles
from portal.dashboards.scheme_pages import scheme_sheets
from portal.dashboards.selectors import claim_cells, counted, decision_cells, funnel_cells, scope_of
from portal.dashboards.sheets import Sheet, sheet_file
from portal.dashboards.states import MONEY_READERS, READERS, SCHEME_READERS, Dimension
from subsidies.ledger.forms import YearForm
from subsidies.ledger.selectors import budget_lines, years_known

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CSV = "text/csv; charset=utf-8"
TYPES = {"xlsx": XLSX, "csv": CSV}


def _funnel(request: HttpRequest) -> dict[str, Any]:
    on, user = timezone.localdate(), user_of(request)
    is_school = scope_of(user, on=on).is_school
    cells = funnel_cells(user, on=on)
    months = list(cells.order_by("month").values_list("month", flat=True).distinct())
    form = FunnelForm(request.GET, months=months, on=on, is_school=is_school)
    asked = [one for one in Dimension if one is not Dimension.MONTH and not (is_school and one is Dimension.SCHOOL)]
    by = next((one for one in asked if one.value == request.GET.get("by")), asked[0])
    funnel, sheets = funnel_sheets(form.narrowed(cells), form, by, with_money=not is_school)
    return {
        "form": form,
        "sheets": sheets,
        "tiles": tiles_of(funnel, with_money=not is_school),
        "choices": [{"label": one.label, "value": one.value, "current": one is by} for one in asked],
        "chosen": by.value,
        "is_empty": not funnel.counts[0],
        "counted": counted(),
    }


def _money(request: HttpRequest) -> dict[str, Any]:
    on, user = timezone.localdate(), user_of(request)
    form = YearForm(request.GET or None, years=years_known(on=on))
    given = form.cleaned_data if form.is_valid() else {}
    year, district = given.get("year") or on.year, given.get("district", "")
    lines = budget_lines(user, on=on, year=year, fund=given.get("fund", ""), district=district)
    return {
        "form": form,
        "sheets": money_sheets(user, lines, on=on, year=year, district=district),
        "tiles": money_tiles(lines),
        "is_empty": not lines,
        "counted": counted(),
    }


def _deadlines(request: HttpRequest) -> dict[str, Any]:
    on = timezone.localdate()
    sheets = deadline_sheets(user_of(request), request.roles, on=on)  # type: ignore[attr-defined]
    return {"sheets": sheets, "today": on}


def _schemes(request: HttpRequest) -> dict[str, Any]:
    on, user = timezone.localdate(), user_of(request)
    cells = claim_cells(user, on=on)
    months = list(cells.order_by("month").values_list("month", flat=True).distinct())
    form = ClaimsForm(request.GET, months=months, on=on)
    sheets = scheme_sheets(form.narrowed(cells), form.narrowed(decision_cells(user, on=on)))
    return {"form": form, "sheets": sheets, "is_empty": not sheets[0].rows, "counted": counted()}


@dataclass(frozen=True, slots=True)
class _Page:
    """One of the tabs: what it is called, who reads it, what it shows."""

    title: Any
    readers: frozenset[Role]
    shows: Callable[[HttpRequest], dict[str, Any]]


# By the name of its address.
PAGES = {
    "dashboard": _Page(gettext_lazy("培训到补贴"), READERS, _funnel),
    "dashboard_money": _Page(gettext_lazy("资金与预算"), MONEY_READERS, _money),
    "dashboard_deadlines": _Page(gettext_lazy("时限"), READERS, _deadlines),
    "dashboard_schemes": _Page(gettext_lazy("补贴项目"), SCHEME_READERS, _schemes),
}
FILES = {name.removeprefix("dashboard_").replace("dashboard", "funnel"): name for name in PAGES}


def _page(request: HttpRequest, name: str) -> HttpResponse:
    roles = request.roles  # type: ignore[attr-defined]
    tabs = [
        {"label": page.title, "url": reverse(one), "current": one == name}
        for one, page in PAGES.items()
        if roles & page.readers
    ]
    context = PAGES[name].shows(request) | {
        "tabs": tabs,
        "title": PAGES[name].title,
        "page": next(file for file, one in FILES.items() if one == name),
        "may_export": bool(roles & WRITERS),
        "query": request.GET.urlencode(),
    }
    return render(request, "dashboards/page.html", context)


@never_cache
@require_safe
def funnel(request: HttpRequest) -> HttpResponse:
    """From enrolment to money, for the city, a district or a school."""
    return _page(request, "dashboard")


@never_cache
@require_safe
def money(request: HttpRequest) -> HttpResponse:
    """Money against budget."""
    return _page(request, "dashboard_money")


@never_cache
@require_safe
def deadlines(request: HttpRequest) -> HttpResponse:
    """What falls due."""
    return _page(request, "dashboard_deadlines")


@never_cache
@require_safe
def schemes(request: HttpRequest) -> HttpResponse:
    """Schemes, refusals, time to a decision."""
    return _page(request, "dashboard_schemes")


@never_cache
@require_safe
def table_file(request: HttpRequest, page: str, table: str, kind: str) -> HttpResponseBase:
    """One table of a page as a file, filtered as the page was; that it was taken is kept."""
    asked = PAGES.get(FILES.get(page, ""))
    if asked is None or kind not in TYPES:
        raise Http404
    if not request.roles & asked.readers:  # type: ignore[attr-defined]
        raise PermissionDenied
    sheets: list[Sheet] = asked.shows(request)["sheets"]
    sheet = next((one for one in sheets if one.name == table), None)
    if sheet is None:
        raise Http404
    with transaction.atomic():
        data = {"page": page, "table": table, "rows": len(sheet.rows), "filters": dict(request.GET.lists())}
        audit_record("dashboards.table.exported", None, actor=user_of(request), data=data | {"format": kind})
    answer = _file(sheet, kind, f"{page}-{table}-{timezone.localdate().isoformat()}")
    answer["Cache-Control"] = "no-store"
    return answer


def _file(sheet: Sheet, kind: str, name: str) -> StreamingHttpResponse:
    answer = StreamingHttpResponse(sheet_file(sheet, kind), content_type=TYPES[kind])
    answer["Content-Disposition"] = f'attachment; filename="{name}.{kind}"'
    return answer


def _edition(year: int | None) -> tuple[PublicEdition | None, list[int]]:
    """The last edition of a year, or of all, and the years there are."""
    editions = list(PublicEdition.objects.defer("content"))
    years = sorted({one.through.year for one in editions}, reverse=True)
    wanted = [one for one in editions if year is None or one.through.year == year]
    return (wanted[0] if wanted else None), years


@require_safe
def figures(request: HttpRequest, year: int | None = None) -> HttpResponse:
    """公开数据: the last edition of a year, with small figures hidden."""
    edition, years = _edition(year)
    if edition is None and year is not None:
        raise Http404
    if year is not None and years and year == years[0]:
        return redirect("public_figures")
    context: dict[str, Any] = {"edition": edition, "tabs": []}
    if edition is not None:
        context |= {"sheets": edition_sheets(edition), "tiles": edition_tiles(edition)}
        context["tabs"] = [
            {
                "label": _("%(year)s年") % {"year": one},
                "url": reverse("public_figures") if one == years[0] else reverse("public_figures_year", args=[one]),
                "current": one == edition.through.year,
            }
            for one in years
        ]
    return render(request, "dashboards/public.html", context)


@require_safe
def figures_file(request: HttpRequest, year: int, table: str, kind: str) -> HttpResponseBase:
    """One table of an edition as a file; what is hidden on the page is hidden in it."""
    edition, _years = _edition(year)
    sheets = edition_sheets(edition) if edition is not None else []
    sheet = next((one for one in sheets if one.name == table), None)
    if edition is None or sheet is None or kind not in TYPES:
        raise Http404
    return _file(sheet, kind, f"figures-{table}-{edition.through.isoformat()}")
