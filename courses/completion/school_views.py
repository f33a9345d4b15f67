"""The desk: preview and close of a class, each person's judgement, exports and the report."""

from datetime import date
from typing import Any
from urllib.parse import quote

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from courses.attendance.selectors import numbers_in
from courses.attendance.services import names_reveal
from courses.classes.states import ClassState
from courses.completion.errors import CompletionError
from courses.completion.families import class_document, class_sheets
from courses.completion.filters import ClassFilter
from courses.completion.forms import ClassExportForm, JudgeForm, ReportForm
from courses.completion.pages import run_or_404
from courses.completion.report import Scope, report_pieces, report_rows
from courses.completion.selectors import class_runs_to_close, completions_in_force, completions_seen_by, preview_of
from courses.completion.services import (
    class_close,
    completion_judge_again,
    export_record,
    preview_digest,
    report_record,
)
from courses.completion.sheets import xlsx_pieces
from courses.completion.states import EXPORTERS, JUDGES
from courses.completion.tables import ClassTable
from courses.completion.words import checks_frozen
from courses.schools.selectors import schools_visible_to
from foundation.accounts.models import User
from foundation.accounts.selectors import roles_of
from foundation.accounts.states import Role
from foundation.desk import StaffList
from foundation.errors import DomainError
from foundation.privacy.states import Purpose
from foundation.requests import user_of
from workers.forms import posted
from workers.models import Worker

TYPES = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv; charset=utf-8",
    "json": "application/json",
}


class Classes(StaffList):
    name = "completion_classes"
    title = gettext_lazy("结班与结业")
    table_class = ClassTable
    filterset_class = ClassFilter
    actions = [("completion_report", gettext_lazy("结业情况报表"), "download", EXPORTERS)]

    def visible(self, user: User, on: date) -> QuerySet:
        return class_runs_to_close(user, on=on)


@never_cache
@require_safe
def class_page(request: HttpRequest, pk: int) -> HttpResponse:
    """An open class: what would happen. A closed one: what was judged."""
    run = run_or_404(request, pk)
    roles = roles_of(user_of(request), on=timezone.localdate())
    context: dict[str, Any] = {"run": run, "may_export": bool(roles & EXPORTERS)}
    if run.state == ClassState.CLOSED:
        numbers = numbers_in(run.pk)
        judged = completions_in_force().filter(enrolment__class_run=run).select_related("enrolment__worker")
        rows = [{"number": numbers[one.enrolment_id], "completion": one} for one in judged]
        context["rows"] = sorted(rows, key=lambda row: row["number"])
        return render(request, "completion/closed.html", context)
    try:
        preview = preview_of(run, at=timezone.now())
    except DomainError as refusal:
        return render(request, "completion/preview.html", context | {"refusal": refusal})
    rows = [{"row": row, "checks": checks_frozen(row.judgement)} for row in preview.rows]
    may_close = Role.SCHOOL_STAFF in roles and not preview.blocks and bool(rows)
    context |= {"preview": preview, "rows": rows, "seen": preview_digest(preview), "may_close": may_close}
    return render(request, "completion/preview.html", context)


@never_cache
@require_POST
def close(request: HttpRequest, pk: int) -> HttpResponse:
    """Close the class as it was previewed."""
    run = run_or_404(request, pk)
    try:
        made = class_close(
            class_run_id=run.pk, seen=request.POST.get("seen", ""), actor=user_of(request), at=timezone.now()
        )
    except DomainError as refusal:
        messages.error(request, refusal.message)
    else:
        facts = {"completed": made.completed, "not_completed": made.not_completed}
        messages.success(
            request, _("已结班：%(completed)d 人结业，%(not_completed)d 人未结业。结果已发短信告诉本人。") % facts
        )
    return redirect("completion_class", run.pk)


@never_cache
@require_safe
def person(request: HttpRequest, pk: int) -> HttpResponse:
    """One person's judgement, with every earlier one."""
    return _person(request, pk, JudgeForm())


@never_cache
@require_POST
def judge(request: HttpRequest, pk: int) -> HttpResponse:
    """Judge her again after a correction."""
    form = JudgeForm(request.POST)
    if form.is_valid():
        try:
            completion_judge_again(
                enrolment_id=pk, reason=form.cleaned_data["reason"], actor=user_of(request), at=timezone.now()
            )
        except CompletionError as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, _("已重新认定，原来的认定保留在下面。"))
            return redirect("completion_person", pk)
    return _person(request, pk, form)


def _person(request: HttpRequest, pk: int, form: JudgeForm) -> HttpResponse:
    user, on = user_of(request), timezone.localdate()
    judged = list(completions_seen_by(user, on=on).filter(enrolment=pk).order_by("-at", "-pk"))
    if not judged:
        raise Http404
    context = {
        "current": judged[0],
        "earlier": judged[1:],
        "form": form,
        "number": numbers_in(judged[0].enrolment.class_run_id)[pk],
        "may_judge": bool(JUDGES & roles_of(user, on=on)),
    }
    return render(request, "completion/person.html", context, status=422 if form.errors else 200)


@never_cache
def class_export(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The five record families of a class, masked, or with names for a purpose on record."""
    run = run_or_404(request, pk)
    form = ClassExportForm(posted(request))
    if request.method != "POST" or not form.is_valid():
        context = {"run": run, "form": form}
        return render(request, "completion/export.html", context, status=422 if form.errors else 200)
    now, kind = timezone.now(), form.cleaned_data["format"]
    note = f"{Purpose(form.cleaned_data['purpose']).label} {form.cleaned_data['note']}".strip()
    names: dict[int, str] = {}
    if form.cleaned_data["is_plain"]:
        names = names_reveal(
            viewer=user_of(request),
            workers=list(Worker.objects.filter(enrolments__class_run=run).distinct()),
            purpose=Purpose(form.cleaned_data["purpose"]),
            note=note,
            on=timezone.localdate(now),
        )
    document = class_document(run, names=names, at=now)
    export_record(run=run, file_format=kind, note=note, is_plain=bool(names), actor=user_of(request))
    if kind == "json":
        return _download([document.as_json()], f"{run.number}.json", "json")
    return _download(xlsx_pieces(class_sheets(document)), f"{run.number}.xlsx", "xlsx")


@never_cache
def report(request: HttpRequest) -> HttpResponseBase:
    """The completion report of a school, streamed."""
    user, today = user_of(request), timezone.localdate()
    schools = schools_visible_to(user, today)
    first = {"since": date(today.year, 1, 1), "until": today}
    form = ReportForm(posted(request), schools=schools, initial=first)
    if request.method != "POST" or not form.is_valid():
        context = {"form": form, "back_url": reverse("completion_classes")}
        return render(request, "completion/report.html", context, status=422 if form.errors else 200)
    since, until, kind = (form.cleaned_data[name] for name in ("since", "until", "format"))
    scope = Scope(form.chosen, since, until)
    report_record(
        school=form.chosen,
        file_format=kind,
        note=form.cleaned_data["purpose"],
        since=since,
        rows=report_rows(scope),
        actor=user,
    )
    name = _("结业情况 %(school)s %(since)s 至 %(until)s") % {"school": form.chosen, "since": since, "until": until}
    return _download(report_pieces(scope, file_format=kind), f"{name}.{kind}", kind)


def _download(pieces: Any, name: str, kind: str) -> StreamingHttpResponse:
    answer = StreamingHttpResponse(pieces, content_type=TYPES[kind])
    answer["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name)}"
    answer["Cache-Control"] = "no-store"
    return answer
