"""Passing the clean ones together: how many and how much first, then chunk by chunk.

What is still to do travels with the form, signed: no table has to remember it, a browser that was closed loses nothing
but the rest of the list, and what was passed is passed.
"""

from typing import Any

from django.contrib import messages
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from foundation.errors import DomainError
from foundation.policy.values import fen_text
from foundation.requests import user_of
from subsidies.claims.models import Claim
from subsidies.claims.states import ClaimState
from subsidies.review.filters import WorkFilter
from subsidies.review.pages import kept, roles_of_request
from subsidies.review.selectors.clean import Batch, batch_of
from subsidies.review.selectors.desk import work_list
from subsidies.review.services import claims_pass_clean, claims_screen
from subsidies.review.states import CHUNK, MOST, WAITING

SALT = "subsidies.review.clean"
# A list older than this is made anew.
SECONDS = 3600


@never_cache
def clean(request: HttpRequest) -> HttpResponse:
    """How many are clean and for how much money; and passing them."""
    state = _stage(request)
    if request.method == "POST" and request.POST.get("action") == "screen":
        batch = _batch(request, state)
        claims_screen(claim_ids=batch.unscreened, actor=user_of(request), at=timezone.now())
        return redirect(_here(request, state))
    if request.method == "POST" and request.POST.get("action") == "pass":
        return _begin(request, state)
    if request.method == "POST" and request.POST.get("left"):
        return _go_on(request)
    return _shown(request, state)


def _stage(request: HttpRequest) -> str:
    """The step she passes: the one asked for, else the first of hers."""
    roles = roles_of_request(request)
    hers = [state for state, role in WAITING.items() if role in roles]
    asked = request.GET.get("state", "")
    return asked if asked in hers else hers[0]


def _here(request: HttpRequest, state: str) -> str:
    answers = request.GET.copy()
    answers["state"] = state
    return f"{reverse('review_clean')}?{answers.urlencode()}"


def _batch(request: HttpRequest, state: str) -> Batch:
    on = timezone.localdate()
    request.today = on  # type: ignore[attr-defined]
    waiting = work_list(user_of(request), on=on).filter(state=state)
    narrowed = WorkFilter(request.GET, queryset=waiting, request=request).qs
    return batch_of(narrowed, on=on)


def _shown(request: HttpRequest, state: str) -> HttpResponse:
    batch = _batch(request, state)
    roles = roles_of_request(request)
    context = {
        "batch": batch,
        "state": state,
        "stage": ClaimState(state).label,
        "stages": [(one, ClaimState(one).label) for one, role in WAITING.items() if role in roles],
        "most": MOST,
        "is_full": len(batch.ids) == MOST,
        "query": kept(request),
        "list_url": reverse("review_list") + (f"?{kept(request)}" if kept(request) else ""),
    }
    return render(request, "review/clean.html", context)


def _begin(request: HttpRequest, state: str) -> HttpResponse:
    """The first chunk, if the list is still the one whose count and sum she saw."""
    batch = _batch(request, state)
    seen = (request.POST.get("count"), request.POST.get("sum"))
    if seen != (str(len(batch.ids)), str(batch.amount_fen)):
        messages.warning(request, _("名单刚刚有变化，请核对新的件数和金额再办理。"))
        return redirect(_here(request, state))
    return _chunk(request, {"ids": list(batch.ids), "total": len(batch.ids), "done": 0, "fen": 0, "state": state})


def _go_on(request: HttpRequest) -> HttpResponse:
    try:
        work = signing.loads(request.POST["left"], salt=f"{SALT}:{user_of(request).pk}", max_age=SECONDS)
    except signing.BadSignature:
        messages.warning(request, _("这份名单已经过时。已通过的不受影响，请从新的名单继续。"))
        return redirect("review_clean")
    return _chunk(request, work)


def _chunk(request: HttpRequest, work: dict[str, Any]) -> HttpResponse:
    """Pass one chunk, all of it or none; then ask for the next."""
    user, now = user_of(request), timezone.now()
    chunk, rest = work["ids"][:CHUNK], work["ids"][CHUNK:]
    # Sent twice, or decided by somebody meanwhile: what no longer waits is left out.
    waiting = Claim.objects.filter(pk__in=chunk, state=work["state"])
    amounts = dict(waiting.values_list("pk", "amount_fen"))
    try:
        if amounts:
            claims_pass_clean(claim_ids=sorted(amounts), state=work["state"], actor=user, at=now)
    except DomainError as refusal:
        messages.error(request, refusal.message)
        if work["done"]:
            messages.success(request, _("在此之前已通过 %(count)d 件。") % {"count": work["done"]})
        messages.info(
            request,
            _("这一批 %(count)d 件都没有办理。把有问题的单独办理后，其余可以再批量通过。") % {"count": len(chunk)},
        )
        return redirect("review_clean")
    work |= {"ids": rest, "done": work["done"] + len(amounts), "fen": work["fen"] + sum(amounts.values())}
    if not rest:
        messages.success(
            request, _("已批量通过 %(count)d 件，共 %(sum)s。") % {"count": work["done"], "sum": fen_text(work["fen"])}
        )
        return redirect("review_list")
    left = signing.dumps(work, salt=f"{SALT}:{user.pk}", compress=True)
    context = {"work": work, "left": left, "stage": ClaimState(work["state"]).label, "count": len(rest)}
    return render(request, "review/progress.html", context)
