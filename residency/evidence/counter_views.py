"""窗口代办: an officer sends for somebody who came in person, who hears the wording and agrees."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from residency.evidence.pages import receiver_context, receiver_or_404, send_answer, stop_answer
from residency.evidence.states import Receiver
from workers.pages import worker_or_404


@never_cache
@require_safe
def home(request: HttpRequest, worker: int) -> HttpResponse:
    """What the person at the counter can send, and what became of it."""
    person = worker_or_404(request, worker)
    cards = [receiver_context(person, one) for one in Receiver]
    return render(request, "evidence/counter.html", {"worker": person, "cards": cards})


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def send(request: HttpRequest, worker: int, receiver: str) -> HttpResponse:
    """The same as on her own page, sent in her name."""
    person, name = worker_or_404(request, worker), receiver_or_404(receiver)
    done = reverse("counter_evidence", args=[person.pk])
    return send_answer(request, person, name, template="evidence/counter_send.html", done=done)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def stop(request: HttpRequest, worker: int, receiver: str) -> HttpResponse:
    """She takes her consent back at the counter."""
    person, name = worker_or_404(request, worker), receiver_or_404(receiver)
    done = reverse("counter_evidence", args=[person.pk])
    return stop_answer(request, person, name, template="evidence/counter_stop.html", done=done)
