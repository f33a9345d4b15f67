"""The body's desk: the work list, one application with what the platform found, decisions, many at once."""

from datetime import date
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from certifications.applications import services
from certifications.applications.filters import ApplicationFilter
from certifications.applications.forms import LookForm, posted
from certifications.applications.models import ApplicationPaper, LevelApplication
from certifications.applications.pages import (
    STATE_TONES,
    answer_rows,
    application_or_404,
    certificates_of,
    history_of,
    is_look_open,
    look_token,
    marks_of,
    pledge_of,
    rows_of,
)
from certifications.applications.resources import ApplicationResource
from certifications.applications.rules.form import field_label, markable_fields
from certifications.applications.selectors import applications_visible_to, has_trained, is_decider, seats_left
from certifications.applications.states import ApplicationState, Verdict
from certifications.applications.tables import ApplicationTable
from certifications.applications.words import answer_words
from foundation.accounts.models import User
from foundation.accounts.states import Role
from foundation.desk import StaffList
from foundation.errors import DomainError
from foundation.policy.engine import from_json
from foundation.privacy.states import Purpose
from foundation.requests import doing, number_in, user_of
from workers.pages import private_file

DECISIONS = {
    "return": gettext_lazy("已退回，申报人会收到短信。"),
    "accept": gettext_lazy("已通过，申报人已成为考生。"),
    "refuse": gettext_lazy("已告知申报人不予通过。"),
}
BATCH = 200


class Applications(StaffList):
    name = "body_applications"
    title = gettext_lazy("认定申报")
    table_class = ApplicationTable
    filterset_class = ApplicationFilter
    resource = ApplicationResource
    actions = [("body_applications_batch", gettext_lazy("批量通过"), "list-checks", frozenset({Role.BODY_STAFF}))]

    def visible(self, user: User, on: date) -> QuerySet:
        return applications_visible_to(user, on=on)


@never_cache
def application_page(request: HttpRequest, pk: int) -> HttpResponse:
    """Read an application, mark what is wrong, decide. What was written stays when a decision is refused."""
    application, on = application_or_404(request, pk), timezone.localdate()
    user = user_of(request)
    may_decide = application.state == ApplicationState.SUBMITTED and is_decider(user, application, on=on)
    remarks = {name: request.POST.get(f"remark_{name}", "") for name in markable_fields()}
    reason, error = request.POST.get("reason", ""), ""
    if request.method == "POST":
        error = _decided(request, pk, remarks, reason)
        if not error:
            return redirect("body_application", pk)
    decisions = list(application.decisions.order_by("-round"))
    before = marks_of(application) if application.state == ApplicationState.RETURNED else {}
    context = {
        "application": application,
        "tone": STATE_TONES[ApplicationState(application.state)],
        "answer": answer_words(from_json(decisions[0].content)) if decisions else None,
        "judged_on": decisions[0].on if decisions else None,
        "may_decide": may_decide,
        "is_clean": application.verdict == Verdict.YES,
        "has_trained": may_decide and has_trained(user, application.worker),
        "is_own": user.pk == application.worker.user_id,
        "left": seats_left(application.plan),
        "rows": rows_of(application),
        "answers": [row for row in answer_rows(application) if row["field"] not in {"employer_phone", "held_number"}],
        "certificates": certificates_of(application.worker),
        "papers": application.papers.filter(removed_at__isnull=True),
        "fields": [
            {"name": name, "label": field_label(name), "typed": text, "before": before.get(name, "")}
            for name, text in remarks.items()
        ],
        "reason": reason,
        "error": error,
        "events": history_of(application, viewer=user),
    }
    return render(request, "applications/review.html", context, status=422 if error else 200)


def _decided(request: HttpRequest, pk: int, remarks: dict[str, str], reason: str) -> str:
    """Take the decision; the sentence of a refusal, or nothing."""
    move = request.POST.get("move", "")
    try:
        if move == "return":
            services.application_return(application_id=pk, remarks=remarks, reason=reason, **doing(request))
        elif move == "refuse":
            services.application_refuse(application_id=pk, reason=reason, **doing(request))
        elif move == "accept":
            if any(text.strip() for text in remarks.values()):
                return _("您写了修改意见，又按了“通过”。要申报人修改的，请按“退回修改”；要通过的，请先清空意见。")
            services.application_accept(application_id=pk, reason=reason, **doing(request))
        else:
            return _("请按一个按钮：通过、退回修改或不予通过。")
    except DomainError as refusal:
        return refusal.message
    messages.success(request, DECISIONS[move])
    return ""


@never_cache
def batch(request: HttpRequest) -> HttpResponse:
    """Those the platform found eligible, to be accepted at once."""
    on = timezone.localdate()
    clean = applications_visible_to(user_of(request), on=on).filter(
        state=ApplicationState.SUBMITTED, verdict=Verdict.YES
    )
    if request.method == "POST":
        said = map(number_in, request.POST.getlist("application"))
        wanted = [number for number in said if number is not None]
        report = services.applications_accept(
            application_ids=list(clean.filter(pk__in=wanted[:BATCH]).values_list("pk", flat=True)), **doing(request)
        )
        messages.success(request, _("已通过 %(count)s 份。") % {"count": report.accepted})
        for number, sentence in report.refused.items():
            messages.error(request, _("%(number)s 没有通过：%(why)s") % {"number": number, "why": sentence})
        return redirect("body_applications_batch")
    rows = list(clean.order_by("plan", "submitted_at", "pk")[:BATCH])
    plans = {row.plan_id: seats_left(row.plan) for row in rows}
    context = {"rows": [(row, plans[row.plan_id]) for row in rows]}
    return render(request, "applications/batch.html", context)


@never_cache
def look(request: HttpRequest, pk: int) -> HttpResponse:
    """The application in plain after a purpose was given; the look is on record before anything is on the screen."""
    application = application_or_404(request, pk)
    form = LookForm(posted(request))
    context: dict[str, Any] = {"application": application, "form": form}
    if request.method == "POST" and form.is_valid():
        services.dossier_open(
            application=application,
            viewer=user_of(request),
            purpose=Purpose(form.cleaned_data["purpose"]),
            note=form.cleaned_data["note"],
            on=timezone.localdate(),
        )
        worker = application.worker
        context |= {
            "is_open": True,
            "worker": worker,
            "token": look_token(user_of(request), application),
            "rows": rows_of(application),
            "answers": answer_rows(application),
            "papers": [(one, str(one.file.name).endswith(".pdf")) for one in _papers(application)],
            "pledge": pledge_of(application, name=worker.name),
        }
    return render(request, "applications/look.html", context, status=422 if form.errors else 200)


def _papers(application: LevelApplication) -> QuerySet[ApplicationPaper]:
    return application.papers.filter(removed_at__isnull=True)


@never_cache
@require_safe
def paper(request: HttpRequest, pk: int) -> HttpResponseBase:
    """A paper, to whoever opened the application for a purpose a while ago; else the question for it comes first."""
    visible = applications_visible_to(user_of(request), on=timezone.localdate())
    found = ApplicationPaper.objects.filter(pk=pk, application__in=visible.values("pk")).first()
    if found is None:
        raise Http404
    if not is_look_open(request.GET.get("look", ""), user_of(request), found.application):
        return redirect("body_application_look", found.application_id)
    return private_file(found.file.storage, found.file.name)


@never_cache
@require_safe
def photo(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Her portrait, under the same rule."""
    application = application_or_404(request, pk)
    if not is_look_open(request.GET.get("look", ""), user_of(request), application):
        return redirect("body_application_look", pk)
    return private_file(application.worker.photo.storage, application.worker.photo.name)
