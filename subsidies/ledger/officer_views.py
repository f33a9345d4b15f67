"""The desk of the ledger: budgets and how far they are used, entering one, and the postings behind each figure."""

from collections.abc import Iterator

from django.contrib import messages
from django.core.paginator import Paginator
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from foundation.accounts.states import WRITERS
from foundation.audit.services import audit_record
from foundation.errors import DomainError
from foundation.requests import user_of
from subsidies.ledger.forms import BudgetForm, YearForm
from subsidies.ledger.pages import budget_or_404, budgets_workbook, postings_workbook
from subsidies.ledger.selectors import (
    BudgetLine,
    budget_lines,
    entries_of_claim,
    postings_of_budget,
    years_known,
)
from subsidies.ledger.services import budget_allot
from subsidies.ledger.states import BUDGET_KEEPERS
from workers.forms import posted

POSTINGS_A_PAGE = 50
MOST_IN_A_FILE = 50_000
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@never_cache
@require_safe
def budgets(request: HttpRequest) -> HttpResponse:
    """Every budget of a year: what was given, what is left, what is under way, what has arrived."""
    form, lines = _asked(request)
    totals = {
        name: sum(getattr(one, name) for one in lines)
        for name in ("allotted", "available", "committed", "in_transit", "paid")
    }
    context = {
        "form": form,
        "lines": lines,
        "totals": totals,
        "is_keeper": bool(BUDGET_KEEPERS & request.roles),  # type: ignore[attr-defined]
        "may_export": bool(WRITERS & request.roles),  # type: ignore[attr-defined]
        "query": request.GET.urlencode(),
    }
    return render(request, "ledger/budgets.html", context)


def _asked(request: HttpRequest) -> tuple[YearForm, list[BudgetLine]]:
    on = timezone.localdate()
    form = YearForm(request.GET or None, years=years_known(on=on))
    given = form.cleaned_data if form.is_valid() else {}
    lines = budget_lines(
        user_of(request),
        on=on,
        year=given.get("year") or on.year,
        fund=given.get("fund", ""),
        district=given.get("district", ""),
    )
    return form, lines


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def allot(request: HttpRequest) -> HttpResponse:
    """Enter a paper that gives money or takes some back."""
    now = timezone.now()
    form = BudgetForm(posted(request), on=timezone.localdate(now))
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            budget_allot(
                fund=given["fund"],
                year=given["year"],
                district_code=given["district_code"],
                amount_fen=form.amount_fen,
                reference=given["reference"],
                actor=user_of(request),
                at=now,
            )
        except DomainError as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, _("已登记文号“%(no)s”的预算。") % {"no": given["reference"]})
            return redirect("ledger_budgets")
    return render(request, "ledger/allot.html", {"form": form}, status=422 if form.errors else 200)


@never_cache
@require_safe
def budget(request: HttpRequest, pk: int) -> HttpResponse:
    """One budget and its postings."""
    line = budget_or_404(request, pk)
    rows = Paginator(postings_of_budget(line.budget), POSTINGS_A_PAGE).get_page(request.GET.get("page"))
    may_export = bool(WRITERS & request.roles)  # type: ignore[attr-defined]
    return render(request, "ledger/budget.html", {"line": line, "rows": rows, "may_export": may_export})


@never_cache
@require_safe
def claim(request: HttpRequest, pk: int) -> HttpResponse:
    """How the money of a claim went."""
    entries = list(entries_of_claim(pk))
    if not entries:
        raise Http404
    return render(request, "ledger/claim.html", {"pk": pk, "entries": entries})


@never_cache
@require_safe
def budgets_file(request: HttpRequest) -> HttpResponseBase:
    """The budgets as a workbook; that it was taken is kept."""
    _form, lines = _asked(request)
    return _file(request, budgets_workbook(lines), "budgets", len(lines))


@never_cache
@require_safe
def budget_file(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The postings of a budget as a workbook."""
    line = budget_or_404(request, pk)
    postings = list(postings_of_budget(line.budget)[:MOST_IN_A_FILE])
    return _file(request, postings_workbook(postings), f"budget-{line.account_id}", len(postings))


def _file(request: HttpRequest, pieces: Iterator[bytes], name: str, rows: int) -> HttpResponseBase:
    with transaction.atomic():
        data = {"file": name, "rows": rows, "filters": dict(request.GET.lists())}
        audit_record("ledger.budget.exported", None, actor=user_of(request), data=data)
    answer = StreamingHttpResponse(pieces, content_type=XLSX)
    answer["Content-Disposition"] = f'attachment; filename="{name}-{timezone.localdate().isoformat()}.xlsx"'
    answer["Cache-Control"] = "no-store"
    return answer
