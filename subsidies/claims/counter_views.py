"""窗口代办: an officer at the counter claims for somebody who came in person, and goes on with it when she comes again.
She can never decide it herself."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from foundation.requests import user_of
from subsidies.claims.models import Claim
from subsidies.claims.pages import (
    Place,
    account_answer,
    appeal_answer,
    case_shown,
    claim_acts,
    claim_new_answer,
    claim_shown,
    correct_answer,
    receipt_answer,
    withdraw_answer,
)
from subsidies.claims.selectors.cases import cases_of
from subsidies.claims.selectors.claims import claims_of
from subsidies.claims.states import Channel
from workers.models import Worker
from workers.pages import worker_or_404


@never_cache
@require_safe
def home(request: HttpRequest, worker: int) -> HttpResponse:
    """What the person at the counter can claim, and what she claimed."""
    person, today = _person(request, worker), timezone.localdate()
    context = {
        "worker": person,
        "today": today,
        "claims": [claim_shown(one, on=today) | claim_acts(one) for one in claims_of(person)],
        "cases": [case_shown(one, on=today) for one in cases_of(person, on=today)],
    }
    return render(request, "claims/counter.html", context)


@never_cache
def claim_new(request: HttpRequest, worker: int, scheme: int, kind: str, pk: int) -> HttpResponse:
    """The same page as hers, sent in her name."""
    person = _person(request, worker)
    return claim_new_answer(request, person, scheme, (kind, pk), channel=Channel.COUNTER,
                            template="claims/counter_new.html", done="counter_claims")  # fmt: skip


@never_cache
@require_safe
def receipt(request: HttpRequest, worker: int, pk: int) -> HttpResponse:
    """The receipt she takes home, of a claim made at the counter."""
    found = Claim.objects.filter(worker=_person(request, worker), channel=Channel.COUNTER, pk=pk)
    row = found.select_related("scheme", "worker").first()
    if row is None:
        raise Http404
    return receipt_answer(row)


@never_cache
@require_POST
def withdraw(request: HttpRequest, worker: int, pk: int) -> HttpResponse:
    """She takes a claim back at the counter."""
    return withdraw_answer(request, _place(request, worker, pk))


@never_cache
def correct(request: HttpRequest, worker: int, pk: int) -> HttpResponse:
    """She corrects at the counter what an officer marked."""
    return correct_answer(request, _place(request, worker, pk))


@never_cache
def account(request: HttpRequest, worker: int, pk: int) -> HttpResponse:
    """She gives another account at the counter after the bank sent the money back."""
    return account_answer(request, _place(request, worker, pk))


@never_cache
def appeal(request: HttpRequest, worker: int, pk: int) -> HttpResponse:
    """She asks at the counter that a refusal be looked at again."""
    return appeal_answer(request, _place(request, worker, pk))


def _place(request: HttpRequest, worker: int, pk: int) -> Place:
    """A claim of the person at the counter, whoever sent it; anybody else's is not there."""
    row = claims_of(_person(request, worker)).filter(pk=pk).first()
    if row is None:
        raise Http404
    return Place(row, reverse("counter_claims", args=[worker]), kind="counter")


def _person(request: HttpRequest, pk: int) -> Worker:
    """Somebody's file, unless it is the officer's own."""
    person: Worker = worker_or_404(request, pk)
    if person.user_id == user_of(request).pk:
        raise Http404
    return person
