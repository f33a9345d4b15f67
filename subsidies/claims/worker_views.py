"""我的补贴: what she can have, her claims, and everything she can do with one."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from foundation.errors import DomainError
from foundation.policy.engine import from_json
from foundation.requests import user_of
from subsidies.awards.models import AwardInstalment
from subsidies.awards.pages import line_shown
from subsidies.awards.selectors import award_lines_of
from subsidies.claims.models import Claim, ClaimAppeal
from subsidies.claims.pages import (
    Place,
    account_answer,
    appeal_answer,
    case_shown,
    claim_acts,
    claim_new_answer,
    claim_shown,
    correct_answer,
    lines_of,
    marks_of,
    receipt_answer,
    remedies_shown,
    steps_of,
    withdraw_answer,
    worker_required,
)
from subsidies.claims.selectors.cases import cases_of
from subsidies.claims.selectors.claims import claims_of
from subsidies.claims.selectors.remedies import appeal_readings
from subsidies.claims.services import appeal_withdraw
from subsidies.claims.services.awarding import award_claim_again
from subsidies.claims.states import ENDED, AppealState, Channel
from subsidies.claims.words import timeline_of
from workers.pages import private_file
from workers.selectors import proven_worker_of


@never_cache
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Claims under way on top, then what each certificate and class is worth today."""
    worker = proven_worker_of(user_of(request))
    if worker is None:
        return redirect("my_home")
    today = timezone.localdate()
    claims = [claim_shown(one, on=today) for one in claims_of(worker)]
    context = {
        "worker": worker,
        "today": today,
        "running": [one for one in claims if one["claim"].state not in ENDED],
        "ended": [one for one in claims if one["claim"].state in ENDED],
        "awards": [line_shown(one, on=today) for one in award_lines_of(worker, on=today)],
        "cases": [case_shown(one, on=today) for one in cases_of(worker, on=today)],
    }
    return render(request, "claims/home.html", context)


@never_cache
def claim_new(request: HttpRequest, scheme: int, kind: str, pk: int) -> HttpResponse:
    """A claim on one page, all filled in: what, how much, why, where to; then the button."""
    worker = worker_required(request)
    return claim_new_answer(request, worker, scheme, (kind, pk), channel=Channel.SELF, template="claims/new.html",
                            done="my_claim")  # fmt: skip


@never_cache
@require_safe
def claim(request: HttpRequest, pk: int) -> HttpResponse:
    """One claim of hers: where it stands, what comes next, what she can do, what happened."""
    row, today = _hers(request, pk), timezone.localdate()
    last = row.decisions.first()
    decision = from_json(last.content) if last else None
    appeals = list(row.appeals.all())
    events = list(row.events.all())
    open_appeal = next((one for one in appeals if one.state == AppealState.OPEN), None)
    context = claim_shown(row, on=today) | claim_acts(row) | {
        "is_new": bool(request.GET.get("done")),
        "steps": steps_of(decision),
        "checks": lines_of(decision, met=True),
        "unknown": lines_of(decision, met=False),
        "papers": row.papers.filter(is_current=True),
        "marks": marks_of(row, events),
        "reason": next((one.reason for one in reversed(events) if one.target == row.state and one.reason), ""),
        "appeals": appeals,
        "open_appeal": open_appeal,
        "appeal_reading": appeal_readings([open_appeal.pk], on=today).get(open_appeal.pk) if open_appeal else None,
        "remedies": remedies_shown(row, on=today),
        "events": timeline_of(row, events),
    }  # fmt: skip
    return render(request, "claims/claim.html", context)


@never_cache
@require_safe
def receipt(request: HttpRequest, pk: int) -> HttpResponse:
    """受理回执, to keep and to print."""
    return receipt_answer(_hers(request, pk))


@never_cache
@require_safe
def paper(request: HttpRequest, pk: int, paper: int) -> HttpResponseBase:
    """A paper she handed in."""
    found = get_object_or_404(_hers(request, pk).papers, pk=paper)
    return private_file(found.file.storage, found.file.name)


@never_cache
@require_POST
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """She takes a claim back."""
    return withdraw_answer(request, _place(request, pk))


@never_cache
def correct(request: HttpRequest, pk: int) -> HttpResponse:
    """She corrects what the officer marked."""
    return correct_answer(request, _place(request, pk))


@never_cache
def account(request: HttpRequest, pk: int) -> HttpResponse:
    """She gives another account after the bank sent the money back."""
    return account_answer(request, _place(request, pk))


@never_cache
def appeal(request: HttpRequest, pk: int) -> HttpResponse:
    """She asks that a refusal be looked at again."""
    return appeal_answer(request, _place(request, pk))


@never_cache
@require_POST
def award_again(request: HttpRequest, pk: int) -> HttpResponse:
    """A part of an award whose claim was taken back is claimed for once more."""
    part = get_object_or_404(AwardInstalment, pk=pk, filing__worker=worker_required(request))
    try:
        found = award_claim_again(instalment_id=part.pk, actor=user_of(request), at=timezone.now())
    except DomainError as refusal:
        messages.error(request, refusal.message)
        return redirect("my_money")
    messages.success(request, _("已重新申领，编号 %(number)s。") % {"number": found.number})
    return redirect("my_claim", found.pk)


@never_cache
@require_POST
def appeal_back(request: HttpRequest, pk: int) -> HttpResponse:
    """She takes an appeal back."""
    worker = worker_required(request)
    found = get_object_or_404(ClaimAppeal, pk=pk, claim__worker=worker)
    try:
        appeal_withdraw(appeal_id=found.pk, actor=user_of(request), at=timezone.now())
    except DomainError as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(request, _("申诉已撤回。"))
    return redirect("my_claim", found.claim_id)


def _hers(request: HttpRequest, pk: int) -> Claim:
    """One of her own claims; anybody else's is not there."""
    found = claims_of(worker_required(request)).filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def _place(request: HttpRequest, pk: int) -> Place:
    return Place(_hers(request, pk), reverse("my_claim", args=[pk]))
