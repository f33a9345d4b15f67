"""“My hours”: what was counted, what waits, what was not and why, and the appeal against it."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from courses.classes.models import Enrolment
from courses.study.errors import StudyError
from courses.study.forms import AppealForm
from courses.study.models import StudyAppeal
from courses.study.pages import hours_words, signed_in_user, time_words
from courses.study.selectors.appeals import appeals_of
from courses.study.selectors.hours import ClassHours, Tally, enrolments_of, hours_of
from courses.study.selectors.refusals import Refusal, refusal_named, refusals_of
from courses.study.services import appeal_make
from courses.study.states import ADVICE, APPEALABLE, AppealState, Reason
from courses.study.tables import TONES
from workers.models import Worker
from workers.selectors import worker_of

REFUSALS_A_PAGE = 20


@never_cache
@require_GET
def my_hours(request: HttpRequest) -> HttpResponse:
    """Every class of hers with its total."""
    worker = worker_of(signed_in_user(request))
    on = timezone.localdate()
    accounts = [hours_of(enrolment) for enrolment in enrolments_of(worker)] if worker else []
    rows = [
        {
            "enrolment": account.enrolment,
            "tally": tally_words(account.total),
            "credited": hours_words(account.total.credited_ms, on=on),
        }
        for account in accounts
    ]
    return render(request, "study/hours.html", {"rows": rows})


@never_cache
@require_GET
def class_hours(request: HttpRequest, pk: int) -> HttpResponse:
    """One class: by lesson, by day, and each refused stretch with its reason."""
    enrolment = _hers(_worker(request), pk)
    account = hours_of(enrolment)
    appeals = {_key(appeal): appeal for appeal in appeals_of(enrolment.worker).filter(enrolment=enrolment)}
    titles = {hours.lesson.pk: hours.lesson.title for hours in account.lessons}
    page = Paginator(refusals_of(enrolment), REFUSALS_A_PAGE).get_page(request.GET.get("page"))
    return render(
        request,
        "study/class_hours.html",
        {
            "enrolment": enrolment,
            "run": enrolment.class_run,
            "credited": hours_words(account.total.credited_ms, on=timezone.localdate()),
            "total": tally_words(account.total),
            "lessons": _lessons(account),
            "days": [{"day": day, **tally_words(tally)} for day, tally in sorted(account.days.items(), reverse=True)],
            "page": page,
            "refusals": [_refusal(one, titles, appeals.get(_key(one))) for one in page],
        },
    )


@never_cache
def appeal(request: HttpRequest, pk: int) -> HttpResponseBase:
    """One tap appeals; the page is for whoever wants to add a sentence."""
    worker = _worker(request)
    enrolment = _hers(worker, pk)
    form = AppealForm(request.POST if request.method == "POST" else None, initial=request.GET.dict())
    if request.method == "POST" and form.is_valid():
        try:
            appeal_make(
                worker=worker,
                enrolment_id=enrolment.pk,
                refusal_key=form.cleaned_data["refusal"],
                words=form.cleaned_data["words"],
                actor=signed_in_user(request),
                at=timezone.now(),
            )
        except StudyError as refusal:
            form.add_error(None, refusal.message)
        else:
            messages.success(request, _("申诉已经收到。工作人员答复后，这里会显示结果。"))
            return redirect("my_class_hours", pk)
    key = request.POST.get("refusal") or request.GET.get("refusal", "")
    found = refusal_named(enrolment, key)
    if found is None and not form.errors:
        raise Http404
    context = {
        "enrolment": enrolment,
        "run": enrolment.class_run,
        "form": form,
        "refused": found and _refusal(found, {}, None),
    }
    return render(request, "study/appeal.html", context, status=422 if form.errors else 200)


def _worker(request: HttpRequest) -> Worker:
    worker = worker_of(signed_in_user(request))
    if worker is None:
        raise Http404
    return worker


def _hers(worker: Worker, pk: int) -> Enrolment:
    found = enrolments_of(worker).filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def tally_words(tally: Tally) -> dict[str, Any]:
    """The account in words, with its reasons. Whole seconds, of which those refused take what rounding leaves over, so
    that she can add up what she reads."""
    said = [ms // 1000 * 1000 for ms in (tally.reported_ms, tally.credited_ms, tally.waiting_ms)]
    return {
        "tally": tally,
        "reported": time_words(tally.reported_ms),
        "credited_time": time_words(tally.credited_ms),
        "waiting": time_words(tally.waiting_ms),
        "refused": time_words(said[0] - said[1] - said[2]),
        "reasons": [
            {"words": Reason(reason).label, "advice": ADVICE[Reason(reason)], "time": time_words(ms)}
            for reason, ms in sorted(tally.by_reason.items(), key=lambda item: -item[1])
            if ms > 0
        ],
    }


def _lessons(account: ClassHours) -> list[dict[str, Any]]:
    return [
        {
            "lesson": hours.lesson,
            "is_completed": hours.is_completed,
            "needs_check": hours.needs_check_now,
            **tally_words(hours.tally),
        }
        for hours in account.lessons
        if hours.tally.reported_ms or hours.is_completed
    ]


def _refusal(one: Refusal, titles: dict[int, str], made: StudyAppeal | None) -> dict[str, Any]:
    answer = made and next((event for event in made.events.all() if event.target != AppealState.WAITING), None)
    return {
        "key": one.key,
        "at": one.first_at,
        "lesson": titles.get(one.lesson_id, ""),
        "time": time_words(one.refused_ms),
        "words": one.words,
        "advice": one.advice,
        "is_appealable": one.reason in APPEALABLE and made is None,
        "appeal": made,
        "tone": TONES[made.state] if made else "",
        "answer": answer.reason if answer else "",
        "given": time_words(made.adjustment.moved_ms) if made and made.state == AppealState.UPHELD else "",
    }


def _key(one: Refusal | StudyAppeal) -> tuple[Any, ...]:
    return (one.viewing_id, str(one.reason), one.first_at, one.first_sequence)
