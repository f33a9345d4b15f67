"""A worker applies: what she may apply for, the form section by section, the pledge, and where it stands."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from certifications.applications import services
from certifications.applications.forms import AnswersForm, PaperForm, RowForm, StudyForm, WorkForm, answers_sent, posted
from certifications.applications.models import ApplicationPaper, LevelApplication
from certifications.applications.pages import (
    STATE_TONES,
    certificates_of,
    her_application_or_404,
    history_of,
    marks_of,
    paper_rows,
    pledge_of,
    rows_of,
    task_rows,
)
from certifications.applications.rules.form import SECTION_TITLES, SECTIONS, field_label, section_of
from certifications.applications.selectors import (
    application_doubts,
    application_eligibility,
    application_problems,
    applications_of,
    offer_of,
    offers_for,
    start_refusal,
)
from certifications.applications.services.submitting import PLEDGED_FROM
from certifications.applications.states import (
    CONSENT_PURPOSE,
    CONSENT_RECEIVER,
    OPEN_STATES,
    WRITABLE_STATES,
    ApplicationState,
    PaperKind,
)
from certifications.applications.words import answer_words
from certifications.plans.selectors.lists import plans
from certifications.plans.states import PlanKind, PlanState
from foundation.errors import DomainError
from foundation.policy.engine import from_json
from foundation.privacy.selectors import consent_text_in_force
from foundation.requests import doing, number_in, user_of
from workers.pages import private_file
from workers.selectors import worker_of

ROW_TITLES = {"study": "schooling", "work": "work"}


@never_cache
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """报考: her applications, then every open assessment with what it takes."""
    worker, on = worker_of(user_of(request)), timezone.localdate()
    offers = offers_for(worker, on=on) if worker else []
    context = {
        "worker": worker,
        "applications": [(one, STATE_TONES[ApplicationState(one.state)]) for one in applications_of(worker)]
        if worker
        else [],
        "offers": [(one, answer_words(one.eligibility.decision)) for one in offers if one.application is None],
    }
    return render(request, "applications/home.html", context)


@never_cache
def plan_page(request: HttpRequest, pk: int) -> HttpResponse:
    """One assessment: whether she may, why not, from when on; and the way in."""
    worker, on = worker_of(user_of(request)), timezone.localdate()
    if worker is None:
        return redirect("my_identity")
    open_to_all = plans().filter(kind=PlanKind.LEVEL).exclude(state=PlanState.DRAFT)
    plan = get_object_or_404(open_to_all.prefetch_related("parts"), pk=pk)
    offer = offer_of(worker, plan, on=on)
    if offer.application is not None:
        return redirect("my_application", offer.application.pk)
    refusal = start_refusal(worker, plan, on=on)
    if request.method == "POST":
        try:
            made = services.application_start(plan_id=pk, worker_id=worker.pk, **doing(request))
        except DomainError as error:
            refusal = error.message
        else:
            return redirect("my_application", made.pk)
    context = {
        "plan": plan,
        "offer": offer,
        "answer": answer_words(offer.eligibility.decision),
        "refusal": refusal,
        "needs_identity": not worker.is_verified,
    }
    return render(request, "applications/plan.html", context, status=422 if request.method == "POST" else 200)


@never_cache
@require_safe
def application_page(request: HttpRequest, pk: int) -> HttpResponse:
    """Where it stands: what is still to fill in, or what became of it."""
    application, on = her_application_or_404(request, pk), timezone.localdate()
    is_writable = application.state in WRITABLE_STATES
    problems = application_problems(application, on=on) if is_writable else []
    marks = marks_of(application) if application.state == ApplicationState.RETURNED else {}
    context = {
        "application": application,
        "tone": STATE_TONES[ApplicationState(application.state)],
        "is_writable": is_writable,
        "may_withdraw": application.state in OPEN_STATES,
        "tasks": task_rows(application, problems, marks) if is_writable else [],
        "marks": [(field_label(name), text, section_of(name)) for name, text in marks.items()],
        "problems": problems,
        "answer": _answer(application) if is_writable else _decided(application),
        "rows": rows_of(application),
        "events": history_of(application, viewer=user_of(request)),
    }
    return render(request, "applications/application.html", context)


def _answer(application: LevelApplication) -> Any:
    """How the form stands today."""
    on = timezone.localdate()
    doubts = application_doubts(application, on=on)
    return answer_words(application_eligibility(application, on=on, doubts=doubts).decision)


def _decided(application: LevelApplication) -> Any:
    """What was found when it was handed in."""
    last = application.decisions.order_by("-round").first()
    return answer_words(from_json(last.content)) if last else None


@never_cache
def section_page(request: HttpRequest, pk: int, section: str) -> HttpResponse:
    """One section. Whatever is sent is kept first; then it is said what is wrong with it."""
    application, on = her_application_or_404(request, pk), timezone.localdate()
    if section not in SECTIONS:
        raise Http404
    if application.state not in WRITABLE_STATES:
        return redirect("my_application", pk)
    if request.method == "POST":
        answers = answers_sent(section, request.POST)
        services.application_answers_save(application_id=pk, answers=answers, **doing(request))
        application.refresh_from_db()
        left = [one for one in application_problems(application, on=on) if one.section == section]
        if not left:
            messages.success(request, _("已保存。"))
            return redirect("my_application", pk)
    problems = [one for one in application_problems(application, on=on) if one.section == section]
    context = {
        "application": application,
        "worker": application.worker,
        "section": section,
        "title": SECTION_TITLES[section],
        "form": AnswersForm(section=section, answers=application.answers, problems=problems),
        "problems": problems,
        "was_sent": request.method == "POST",
        "rows": rows_of(application),
        "papers": paper_rows(application, on) if section == "papers" else [],
        "certificates": certificates_of(application.worker) if section == "certificate" else [],
        "marks": [
            (field_label(name), text) for name, text in marks_of(application).items() if section_of(name) == section
        ]
        if application.state == ApplicationState.RETURNED
        else [],
        "next": reverse("my_application", args=[pk]),
    }
    return render(request, "applications/section.html", context, status=422 if request.method == "POST" else 200)


@never_cache
def study_row(request: HttpRequest, pk: int, row: int = 0) -> HttpResponse:
    """One line of schooling."""
    application = her_application_or_404(request, pk)
    known = get_object_or_404(application.studies, pk=row) if row else None
    form = StudyForm(posted(request), initial=StudyForm.initial_of(known) if known else {})

    def save() -> None:
        services.study_row_set(application_id=pk, entry=form.entry(), row_id=row or None, **doing(request))

    return _row_page(request, application, "study", form, save, is_new=known is None)


@never_cache
def work_row(request: HttpRequest, pk: int, row: int = 0) -> HttpResponse:
    """One line of work."""
    application = her_application_or_404(request, pk)
    known = get_object_or_404(application.works, pk=row) if row else None
    initial = WorkForm.initial_of(known) if known else {}
    form = WorkForm(posted(request), initial=initial, trade=application.occupation.name)

    def save() -> None:
        code = known.employer_credit_code if known and known.employer == form.cleaned_data["employer"] else ""
        services.work_row_set(application_id=pk, entry=form.entry(code), row_id=row or None, **doing(request))

    return _row_page(request, application, "work", form, save, is_new=known is None)


def _row_page(
    request: HttpRequest,
    application: LevelApplication,
    kind: str,
    form: RowForm,
    save: Callable[[], None],
    *,
    is_new: bool,
) -> HttpResponse:
    section = ROW_TITLES[kind]
    back = redirect("my_application_section", application.pk, section)
    if application.state not in WRITABLE_STATES:
        return redirect("my_application", application.pk)
    if request.method == "POST" and "remove" in request.POST:
        number = str(request.resolver_match.kwargs.get("row", 0)) if request.resolver_match else "0"
        services.row_remove(application_id=application.pk, kind=kind, row_id=int(number), **doing(request))
        return back
    if request.method == "POST" and form.is_valid():
        try:
            save()
        except DomainError as refusal:
            form.refuse(refusal)
        else:
            return back
    context = {
        "application": application,
        "form": form,
        "title": SECTION_TITLES[section],
        "is_new": is_new,
        "back_url": back.url,
    }
    return render(request, "applications/row.html", context, status=422 if form.errors else 200)


@never_cache
def paper_page(request: HttpRequest, pk: int, kind: str) -> HttpResponse:
    """One paper: take a picture, or choose one."""
    application = her_application_or_404(request, pk)
    if kind not in PaperKind.values:
        raise Http404
    if application.state not in WRITABLE_STATES:
        return redirect("my_application", pk)
    work = application.works.filter(pk=number_in(request.GET.get("work", "")) or 0).first()
    form = PaperForm(posted(request), request.FILES or None)
    back = redirect("my_application_section", pk, "papers")
    removed = number_in(request.POST.get("remove", ""))
    if request.method == "POST" and removed is not None:
        services.paper_remove(application_id=pk, paper_id=removed, **doing(request))
        return back
    if request.method == "POST" and form.is_valid():
        try:
            services.paper_add(
                application_id=pk,
                kind=kind,
                upload=form.cleaned_data["file"],
                employer=work.employer if work else "",
                **doing(request),
            )
        except DomainError as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, _("已上传。"))
            return back
    label = str(PaperKind(kind).label)
    context = {
        "application": application,
        "form": form,
        "title": f"{label}（{work.employer}）" if work else label,
        "papers": application.papers.filter(kind=kind, employer=work.employer if work else "", removed_at__isnull=True),
        "back_url": back.url,
    }
    return render(request, "applications/paper.html", context, status=422 if form.errors else 200)


@never_cache
@require_safe
def own_file(request: HttpRequest, pk: int) -> HttpResponseBase:
    """A paper she handed in herself."""
    worker = worker_of(user_of(request))
    if worker is None:
        raise Http404
    paper = ApplicationPaper.objects.filter(application__worker=worker, pk=pk).first()
    if paper is None:
        raise Http404
    return private_file(paper.file.storage, paper.file.name)


@never_cache
def submit(request: HttpRequest, pk: int) -> HttpResponse:
    """All she says once more, the pledge, what the body will see; then it is handed in."""
    application, now = her_application_or_404(request, pk), timezone.now()
    on = timezone.localdate(now)
    if application.state not in WRITABLE_STATES or application_problems(application, on=on):
        return redirect("my_application", pk)
    wording = consent_text_in_force(receiver=CONSENT_RECEIVER, purpose=CONSENT_PURPOSE, on=on)
    # Only to the wording that stood above the button.
    has_read = wording is not None and request.POST.get("wording") == str(wording.pk)
    refusal = ""
    if request.method == "POST":
        try:
            services.application_submit(
                application_id=pk,
                has_declared=bool(request.POST.get("declared")),
                has_pledged=bool(request.POST.get("pledged")),
                consent_text=wording if has_read else None,
                **doing(request),
            )
        except DomainError as error:
            refusal = error.message
        else:
            return redirect(f"{reverse('my_application', args=[pk])}?done=1")
    works = application.works.count()
    context = {
        "application": application,
        "rows": rows_of(application),
        "answer": _answer(application),
        "wording": wording,
        "pledge": pledge_of(application, name=application.worker.name) if works >= PLEDGED_FROM else [],
        "refusal": refusal,
        "declared": request.POST.get("declared"),
        "pledged": request.POST.get("pledged"),
    }
    return render(request, "applications/submit.html", context, status=422 if refusal else 200)


@never_cache
@require_POST
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """She no longer applies."""
    application = her_application_or_404(request, pk)
    try:
        services.application_withdraw(application_id=application.pk, **doing(request))
    except DomainError as refusal:
        messages.error(request, refusal.message)
        return redirect("my_application", pk)
    messages.success(request, _("已撤回。要再报的，可以重新申报。"))
    return redirect("my_applications")
