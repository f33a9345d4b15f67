"""A worker and her places in classes: look, join, confirm, leave, change; and the link of a text message."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from courses.classes.enrolment_forms import LeaveForm, MoveForm
from courses.classes.enrolment_selectors import enrolments_of, transfer_targets, waiting_place
from courses.classes.errors import EnrolmentError
from courses.classes.models import ClassRun, Enrolment
from courses.classes.selectors import timed_sessions
from courses.classes.services import enrolments
from courses.classes.services.enrolment_moves import is_joinable
from courses.classes.services.enrolment_texts import enrolment_of_token
from courses.classes.services.enrolments import LINKED, MAY_JOIN
from courses.classes.states import BINDING, ENDED_STATES, LIVE, EnrolmentSource, EnrolmentState
from foundation.privacy.selectors import consent_text_in_force
from foundation.privacy.states import TRAINING_PURPOSE, TRAINING_RECEIVER
from foundation.requests import user_of
from workers.forms import posted
from workers.models import Worker
from workers.selectors import worker_of

TONES = {
    EnrolmentState.INVITED: "waiting",
    EnrolmentState.WAITING: "waiting",
    EnrolmentState.CONFIRMED: "success",
    EnrolmentState.COMPLETED: "success",
    EnrolmentState.NOT_COMPLETED: "warning",
}
SHOWN_SESSIONS = 6


def place_or_404(request: HttpRequest, pk: int) -> tuple[Enrolment, Worker]:
    """Her own place; another's does not exist for her."""
    worker = worker_of(user_of(request))
    if worker is None:
        raise Http404
    related = ("class_run__school__organisation", "class_run__course_version", "worker")
    return get_object_or_404(Enrolment.objects.select_related(*related), pk=pk, worker=worker), worker


@require_safe
def run_page(request: HttpRequest, pk: int) -> HttpResponse:
    """A class run as anybody may see it: when, where, what it costs, and the way in."""
    run = _public_run_or_404(pk)
    on = timezone.localdate()
    user: Any = request.user
    worker = worker_of(user) if user.is_authenticated else None
    hers = Enrolment.objects.filter(class_run=run, worker=worker, state__in=LIVE).first() if worker else None
    context = _run_context(run) | {"is_joinable": is_joinable(run, on=on), "hers": hers}
    return render(request, "classes/run_public.html", context)


def _public_run_or_404(pk: int) -> ClassRun:
    runs = ClassRun.objects.select_related("school__organisation", "course_version__page")
    return get_object_or_404(runs, pk=pk, state__in=BINDING)


def _run_context(run: ClassRun) -> dict[str, Any]:
    sessions = timed_sessions(run)
    return {
        "run": run,
        "sessions": sessions[:SHOWN_SESSIONS],
        "more_sessions": max(0, len(sessions) - SHOWN_SESSIONS),
        "seats_free": max(0, run.seats - run.seats_taken),
    }


@never_cache
def join(request: HttpRequest, pk: int) -> HttpResponse:
    """What it costs, when, where, what the rules are and what the school will see; then yes."""
    run, user, now = _public_run_or_404(pk), user_of(request), timezone.now()
    worker = worker_of(user)
    wording = consent_text_in_force(receiver=TRAINING_RECEIVER, purpose=TRAINING_PURPOSE, on=timezone.localdate(now))
    refusal = ""
    # Only to the wording that stood above the button.
    has_read = wording is None or request.POST.get("wording") == str(wording.pk)
    if request.method == "POST" and worker is not None and has_read:
        try:
            place = enrolments.enrolment_create(
                class_run_id=run.pk, worker_id=worker.pk, actor=user, at=now, consent_text=wording
            )
        except EnrolmentError as error:
            refusal = error.message
            there = Enrolment.objects.filter(class_run=run, worker=worker, state__in=LIVE).first()
            if there is not None:
                return redirect("my_place", there.pk)
        else:
            return redirect(f"{_place_url(place)}?done=1")
    context = _run_context(run) | {
        "worker": worker,
        "may_join": worker is not None and worker.identity_state in MAY_JOIN,
        "is_checking": worker is not None and not worker.is_verified,
        "wording": wording,
        "refusal": refusal,
    }
    return render(request, "classes/join.html", context, status=422 if refusal else 200)


def _place_url(place: Enrolment) -> str:
    return reverse("my_place", args=[place.pk])


@never_cache
@require_safe
def my_classes(request: HttpRequest) -> HttpResponse:
    """All her classes, those that wait for her first."""
    worker = worker_of(user_of(request))
    places = list(enrolments_of(worker)) if worker else []
    asks = [place for place in places if place.state == EnrolmentState.INVITED and _is_open(place)]
    rows = [
        {"place": place, "tone": TONES.get(EnrolmentState(place.state), "stopped")}
        for place in places
        if place not in asks
    ]
    return render(request, "classes/my_classes.html", {"rows": rows, "asks": asks})


def _is_open(place: Enrolment) -> bool:
    return place.class_run.state not in ENDED_STATES


@never_cache
@require_safe
def place(request: HttpRequest, pk: int) -> HttpResponse:
    """One place: where she stands, what comes next, and what she can do."""
    found, _worker = place_or_404(request, pk)
    state, on = EnrolmentState(found.state), timezone.localdate()
    is_open = _is_open(found)
    context = _run_context(found.class_run) | {
        "place": found,
        "tone": TONES.get(state, "stopped"),
        "is_done": "done" in request.GET and state in LIVE,
        "waiting_place": waiting_place(found) if state == EnrolmentState.WAITING else 0,
        "may_answer": is_open and state == EnrolmentState.INVITED,
        "may_disown": is_open
        and found.source == EnrolmentSource.ROSTER
        and state in (EnrolmentState.INVITED, EnrolmentState.CONFIRMED),
        "may_leave": is_open and state in (EnrolmentState.CONFIRMED, EnrolmentState.WAITING),
        "may_move": is_open and state in LIVE and transfer_targets(found.class_run, on=on).exists(),
        "has_begun": on >= found.class_run.starts_on,
    }
    return render(request, "classes/place.html", context)


@never_cache
@require_POST
def place_answer(request: HttpRequest, pk: int) -> HttpResponse:
    """Yes, no, or: that was not me."""
    found, _worker = place_or_404(request, pk)
    answer = request.POST.get("answer", "")
    try:
        _answer(found.pk, answer, request)
    except EnrolmentError as error:
        messages.error(request, error.message)
    return redirect("my_place", found.pk)


def _answer(enrolment_id: int, answer: str, request: HttpRequest | None) -> None:
    actor, now = (user_of(request) if request else None), timezone.now()
    if answer == "yes":
        enrolments.enrolment_confirm(enrolment_id=enrolment_id, actor=actor, at=now)
    elif answer in {"no", "not_me"}:
        enrolments.enrolment_decline(enrolment_id=enrolment_id, actor=actor, at=now, is_not_hers=answer == "not_me")


@never_cache
def place_leave(request: HttpRequest, pk: int) -> HttpResponse:
    """Why she leaves; then the seat is free."""
    found, _worker = place_or_404(request, pk)
    form = LeaveForm(posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            enrolments.enrolment_leave(
                enrolment_id=found.pk, actor=user_of(request), at=timezone.now(), **form.cleaned_data
            )
        except EnrolmentError as error:
            form.add_error(None, error.message)
        else:
            messages.success(request, _("已办好，名额已让出来。以后想学，随时可以再报。"))
            return redirect("my_place", found.pk)
    has_begun = timezone.localdate() >= found.class_run.starts_on and found.state != EnrolmentState.WAITING
    context = {"place": found, "run": found.class_run, "form": form, "has_begun": has_begun}
    return render(request, "classes/place_leave.html", context, status=422 if form.errors else 200)


@never_cache
def place_move(request: HttpRequest, pk: int) -> HttpResponse:
    """Another run of the same course."""
    found, _worker = place_or_404(request, pk)
    now = timezone.now()
    form = MoveForm(posted(request), targets=transfer_targets(found.class_run, on=timezone.localdate(now)))
    if request.method == "POST" and form.is_valid():
        try:
            moved = enrolments.enrolment_transfer(
                enrolment_id=found.pk,
                class_run_id=int(form.cleaned_data["class_run"]),
                actor=user_of(request),
                at=now,
            )
        except EnrolmentError as error:
            form.add_error(None, error.message)
        else:
            return redirect(f"{_place_url(moved)}?done=1")
    context = {"place": found, "run": found.class_run, "form": form}
    return render(request, "classes/place_move.html", context, status=422 if form.errors else 200)


@never_cache
def by_link(request: HttpRequest, token: str) -> HttpResponse:
    """What the link of a text message opens: one question, without signing in. Looking changes nothing."""
    enrolment_id = enrolment_of_token(token)
    related = ("class_run__school__organisation", "class_run__course_version", "worker")
    found = Enrolment.objects.select_related(*related).filter(pk=enrolment_id).first() if enrolment_id else None
    if found is None:
        return render(request, "classes/link_unknown.html", status=404)
    refusal = ""
    if request.method == "POST":
        try:
            _answer(found.pk, request.POST.get("answer", ""), None)
        except EnrolmentError as error:
            refusal = error.message
        else:
            return redirect("class_link", token)
    state = EnrolmentState(found.state)
    is_open = _is_open(found)
    is_late = found.confirm_by is not None and timezone.localdate() > found.confirm_by
    context = {
        "place": found,
        "run": found.class_run,
        "refusal": refusal,
        "is_late": is_late,
        "may_answer": is_open and state == EnrolmentState.INVITED and not is_late,
        "may_disown": is_open
        and found.source == EnrolmentSource.ROSTER
        and (state == EnrolmentState.INVITED
             or (state == EnrolmentState.CONFIRMED and found.confirmed_through in LINKED)),
    }  # fmt: skip
    answer = render(request, "classes/link.html", context, status=422 if refusal else 200)
    # The address is the key: no other site is told of it, and no search engine keeps it.
    answer["Referrer-Policy"] = "no-referrer"
    answer["X-Robots-Tag"] = "noindex"
    return answer
