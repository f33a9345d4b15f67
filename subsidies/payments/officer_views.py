"""The desk of payments after the bank: its answers, what it sent back, and the books."""

from datetime import date
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from foundation.accounts.models import User
from foundation.crypto.masking import mask_name
from foundation.desk import StaffList
from foundation.errors import DomainError
from foundation.requests import doing, user_of
from subsidies.payments.filters import FailureFilter, ReturnFilter
from subsidies.payments.forms import PeriodForm, ProofForm, ReturnForm
from subsidies.payments.pages import PDF, XLSX, asked, download, pays
from subsidies.payments.printing import receipt_file, reconciliation_workbook
from subsidies.payments.selectors.desk import failures_visible_to, line_paid, returns_visible_to
from subsidies.payments.selectors.reconciling import reconciliation_of
from subsidies.payments.services import account_repair
from subsidies.payments.states import FINANCE, JobKind
from subsidies.payments.tables import RETURN_TONES, FailureTable, ReturnTable
from subsidies.schemes.states import Payee
from workers.forms import posted

PROBLEMS_A_PAGE = 100


class Returns(StaffList):
    name = "payment_returns"
    title = gettext_lazy("回盘文件")
    table_class = ReturnTable
    filterset_class = ReturnFilter
    actions = [("payments_read", gettext_lazy("上传回盘文件"), "upload", FINANCE)]

    def visible(self, user: User, on: date) -> QuerySet:
        return returns_visible_to(user, on=on)


class Failures(StaffList):
    name = "payment_failures"
    title = gettext_lazy("银行退回")
    table_class = FailureTable
    filterset_class = FailureFilter

    def visible(self, user: User, on: date) -> QuerySet:
        return failures_visible_to(user, on=on)


@never_cache
def read(request: HttpRequest) -> HttpResponse:
    """Upload what the bank answered."""
    form = ReturnForm(posted(request), request.FILES or None)
    if request.method == "POST" and form.is_valid():
        content = form.cleaned_data["file"].read()
        lines = content.count(b"\n")
        return asked(request, JobKind.READ, size=lines, content=content, paid_on=form.cleaned_data["paid_on"])
    context = {
        "form": form,
        "batch": None,
        "heading": _("上传回盘文件"),
        "text": _("逐行与送盘明细核对。任何一行有问题，整个文件都不入账，并列出每一处；同一个文件再传一次不会有变化。"),
        "submit": _("上传并核对"),
    }
    return render(request, "payments/form.html", context, status=422 if form.errors else 200)


@never_cache
@require_safe
def return_page(request: HttpRequest, pk: int) -> HttpResponse:
    """What became of a file: booked, or every problem of every line."""
    given = get_object_or_404(returns_visible_to(user_of(request), on=timezone.localdate()), pk=pk)
    page = Paginator(given.problems, PROBLEMS_A_PAGE).get_page(request.GET.get("page"))
    context = {"given": given, "tone": RETURN_TONES[given.state], "page": page, "pays": pays(request)}
    return render(request, "payments/return.html", context)


@never_cache
def failure(request: HttpRequest, pk: int) -> HttpResponse:
    """One claim the bank sent back: why, whose turn it is, and finance sending it out again to the account on file."""
    claim = get_object_or_404(failures_visible_to(user_of(request), on=timezone.localdate()), pk=pk)
    is_own = claim.payee == Payee.WORKER
    may_enter = pays(request)
    form = ProofForm(posted(request) if may_enter else None)
    if request.method == "POST" and not may_enter:
        raise Http404
    if request.method == "POST" and form.is_valid():
        try:
            account_repair(claim_id=claim.pk, **form.cleaned_data, **doing(request))
        except DomainError as refusal:
            form.refuse(refusal)
        else:
            messages.success(
                request, _("申领 %(number)s 回到待拨付，按现在的账户编入下一批。") % {"number": claim.number}
            )
            return redirect("payment_failures")
    context = {
        "claim": claim,
        "payee": mask_name(claim.worker.name) if is_own else str(claim.school),
        "is_own": is_own,
        "may_enter": may_enter,
        "form": form,
    }
    return render(request, "payments/failure.html", context, status=422 if form.errors else 200)


def _period(request: HttpRequest) -> tuple[PeriodForm, dict[str, Any]]:
    form = PeriodForm(request.GET or None)
    if not form.is_bound or not form.is_valid():
        return form, {}
    return form, {name: form.cleaned_data[name] for name in ("since", "until", "fund")}


@never_cache
@require_safe
def reconciliation(request: HttpRequest) -> HttpResponse:
    """Batches, ledger and claims held against each other."""
    form, answers = _period(request)
    found = reconciliation_of(**answers)
    context = {"form": form, "found": found, "query": request.GET.urlencode(), "pays": pays(request)}
    return render(request, "payments/reconciliation.html", context, status=422 if form.errors else 200)


@never_cache
@require_safe
def reconciliation_file(request: HttpRequest) -> HttpResponse:
    """The same as a workbook; there is no name and no account in it."""
    _form, answers = _period(request)
    day = timezone.localdate().isoformat()
    pieces = reconciliation_workbook(reconciliation_of(**answers))
    answer: HttpResponse = download(b"".join(pieces), f"{_('拨付对账')} {day}.xlsx", XLSX)
    return answer


@never_cache
@require_safe
def receipt(request: HttpRequest, pk: int) -> HttpResponse:
    """The receipt of a claim for the office, masked."""
    line = line_paid(pk)
    if line is None:
        raise Http404
    answer: HttpResponse = download(receipt_file(line), f"{_('到账凭证')} {line.claim.number}.pdf", PDF)
    return answer
