"""发送证明材料: she sees what would go out, sends it with one tap, and sees what became of it."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from foundation.requests import user_of
from residency.evidence.pages import (
    person_shown,
    receiver_context,
    receiver_or_404,
    receivers_shown,
    send_answer,
    sent_context,
    stop_answer,
)
from residency.evidence.selectors.packs import packs_of
from residency.evidence.words import timeline_of
from workers.models import Worker
from workers.selectors import proven_worker_of


@never_cache
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """The offices she can send to, with how far each came."""
    worker = proven_worker_of(user_of(request))
    if worker is None:
        return redirect("my_home")
    return render(request, "evidence/home.html", {"worker": worker, "cards": receivers_shown(worker)})


@never_cache
@require_safe
def receiver(request: HttpRequest, receiver: str) -> HttpResponse:
    """One office: where it stands, why it came back and what to do, what was sent before."""
    worker, name = _hers(request), receiver_or_404(receiver)
    context = receiver_context(worker, name)
    context["events"] = timeline_of(context["pack"]) if context["pack"] else []
    return render(request, "evidence/receiver.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def send(request: HttpRequest, receiver: str) -> HttpResponse:
    """All of it before it goes; then one tap."""
    worker, name = _hers(request), receiver_or_404(receiver)
    return send_answer(
        request, worker, name, template="evidence/send.html", done=reverse("my_evidence_receiver", args=[name.value])
    )


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def stop(request: HttpRequest, receiver: str) -> HttpResponse:
    """She takes her consent back."""
    worker, name = _hers(request), receiver_or_404(receiver)
    return stop_answer(
        request, worker, name, template="evidence/stop.html", done=reverse("my_evidence_receiver", args=[name.value])
    )


@never_cache
@require_safe
def pack(request: HttpRequest, pk: int) -> HttpResponse:
    """One version as it was sent."""
    worker = _hers(request)
    found = packs_of(worker).filter(pk=pk).first()
    if found is None:
        raise Http404
    context = sent_context(found) | {"person": person_shown(worker, {}), "events": timeline_of(found)}
    return render(request, "evidence/pack.html", context)


def _hers(request: HttpRequest) -> Worker:
    worker = proven_worker_of(user_of(request))
    if worker is None:
        raise Http404
    return worker
