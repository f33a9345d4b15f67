"""The list of filings, one filing, and what an officer decides about it; an employer reads its own here."""

from datetime import date
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from foundation.accounts.models import User
from foundation.desk import StaffList
from foundation.errors import DomainError
from foundation.requests import doing
from subsidies.awards.filters import FilingFilter
from subsidies.awards.forms import ReasonForm, StatementDecisionForm
from subsidies.awards.models import AwardFiling, EmployerMandate, ServiceStatement
from subsidies.awards.pages import filing_or_404, form_page, line_shown, timeline_of
from subsidies.awards.resources import FilingResource
from subsidies.awards.selectors import filings_visible_to
from subsidies.awards.selectors.filings import award_lines
from subsidies.awards.services import filing_accept, filing_cancel, filing_refuse, filing_return, service_decide
from subsidies.awards.states import DECIDERS, DESK, FILERS, SERVICE_TONES, EndKind, FilingState, ServiceState
from subsidies.awards.tables import FilingTable
from subsidies.mandates.states import MANDATE_TONES
from workers.forms import posted


class AwardFilings(StaffList):
    name = "award_filings"
    title = gettext_lazy("奖励申报")
    table_class = FilingTable
    filterset_class = FilingFilter
    resource = FilingResource
    actions = [("award_programmes", gettext_lazy("奖励项目"), "scale", DESK)]

    def visible(self, user: User, on: date) -> QuerySet:
        return filings_visible_to(user, on=on)


@never_cache
@require_safe
def filing(request: HttpRequest, pk: int) -> HttpResponse:
    """One filing: for whom, what comes when, and what can be done with it now."""
    row = filing_or_404(request, pk)
    on = timezone.localdate()
    roles = request.roles  # type: ignore[attr-defined]
    is_employer = bool(roles & FILERS)
    line = award_lines([row], on=on)[0]
    mandate = EmployerMandate.objects.filter(worker=row.worker_id, employer=row.employer_id).first()
    is_mandated = mandate is not None and mandate.is_given
    context = line_shown(line, on=on) | {
        "served": [{"month": one.month, "by": one.by} for one in line.months],
        "statements": [{"row": one, "tone": SERVICE_TONES[one.state]} for one in row.statements.all()],
        "mandate": mandate,
        "mandate_tone": MANDATE_TONES[mandate.state] if mandate else "neutral",
        "is_mandated": is_mandated,
        "events": timeline_of(row, names_officers=not is_employer),
        "is_employer": is_employer,
        "may_change": is_employer and row.state in {FilingState.DRAFT, FilingState.RETURNED},
        "may_withdraw": is_employer and row.state in {FilingState.DRAFT, FilingState.FILED, FilingState.RETURNED},
        "may_state": is_employer and row.state in {FilingState.ACCEPTED, FilingState.ENDED},
        "may_claim_again": is_employer and is_mandated and row.end_kind != EndKind.MISTAKE,
        "may_leave": is_employer and row.state == FilingState.ACCEPTED,
        "may_decide": bool(roles & DECIDERS) and row.state == FilingState.FILED,
        "may_cancel": bool(roles & DECIDERS) and row.state == FilingState.ACCEPTED,
        "decides_months": bool(roles & DECIDERS),
    }
    return render(request, "awards/filing.html", context)


@never_cache
@require_POST
def accept(request: HttpRequest, pk: int) -> HttpResponse:
    """受理."""
    row = filing_or_404(request, pk)
    try:
        filing_accept(filing_id=row.pk, **doing(request))
    except DomainError as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(request, _("已受理，分期已经排好。"))
    return redirect("award_filing", pk)


STEPS: dict[str, tuple[Any, Any, Any]] = {
    "return": (filing_return, gettext_lazy("退回补正"), gettext_lazy("已退回，单位补好再提交。")),
    "refuse": (filing_refuse, gettext_lazy("不予受理"), gettext_lazy("已办理。")),
    "cancel": (filing_cancel, gettext_lazy("终止（申报有误）"), gettext_lazy("已终止，没有申领的不再发放。")),
}


@never_cache
def decide(request: HttpRequest, pk: int, step: str) -> HttpResponse:
    """Return, refuse or end, with the reason."""
    row: AwardFiling = filing_or_404(request, pk)
    if step not in STEPS:
        raise Http404
    service, label, done = STEPS[step]
    form = ReasonForm(posted(request))

    def act(values: dict[str, Any]) -> None:
        service(filing_id=row.pk, reason=values["reason"], **doing(request))

    title = f"{label}：{row.number}"
    return form_page(
        request, form, act, title=title, label=str(label), done=str(done), back=reverse("award_filing", args=[pk])
    )


@never_cache
def statement(request: HttpRequest, pk: int) -> HttpResponse:
    """Months an employer stated, compared with the papers."""
    found = get_object_or_404(ServiceStatement.objects.select_related("filing"), pk=pk, state=ServiceState.STATED)
    row = filing_or_404(request, found.filing_id)
    form = StatementDecisionForm(posted(request))

    def act(values: dict[str, Any]) -> None:
        is_right = values["is_right"] == "yes"
        service_decide(statement_id=pk, is_right=is_right, reason=values["reason"], **doing(request))

    return form_page(
        request, form, act,
        title=_("核对在岗月份：%(number)s") % {"number": row.number}, label=_("确定"), done=_("已核对。"),
        back=reverse("award_filing", args=[row.pk]),
        text=_("%(first)s 至 %(last)s，凭据：%(basis)s") % {
            "first": f"{found.first:%Y-%m}", "last": f"{found.last:%Y-%m}", "basis": found.basis,
        },
    )  # fmt: skip
