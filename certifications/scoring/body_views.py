"""The desk: a plan's marks, entered by hand or from a file, published, and made final."""

from datetime import date
from typing import Any
from urllib.parse import quote

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from certifications.plans.models import AssessmentPlan
from certifications.plans.states import PartKind, PlanState
from certifications.scoring.filters import PlanFilter, RowsForm
from certifications.scoring.forms import ScoreFileForm, ScoresForm
from certifications.scoring.imports import KIND
from certifications.scoring.pages import own_plan_or_404, part_or_404, plan_or_404, runs_here
from certifications.scoring.resources import table_pieces
from certifications.scoring.selectors.panels import form_of
from certifications.scoring.selectors.results import to_resit
from certifications.scoring.selectors.tables import plans_to_score, preview_of, table_of
from certifications.scoring.services import ScoreEntry, results_finalise, results_publish, scores_enter, table_record
from certifications.scoring.services.results import missing_words
from certifications.scoring.states import MARKING, OUTCOME_TONES, PUBLIC, REOPENERS, ScoreSource
from certifications.scoring.tables import PlanTable
from certifications.scoring.words import checks_frozen
from foundation.accounts.models import User
from foundation.accounts.selectors import roles_of
from foundation.accounts.states import WRITERS
from foundation.desk import StaffList
from foundation.desk.exports import ExportForm
from foundation.errors import DomainError
from foundation.imports.models import ImportBatch
from foundation.imports.services import batch_upload
from foundation.requests import user_of
from workers.forms import posted

ROWS_A_PAGE = 50
TYPES = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv; charset=utf-8",
}


class Plans(StaffList):
    name = "scoring_plans"
    title = gettext_lazy("成绩")
    table_class = PlanTable
    filterset_class = PlanFilter

    def visible(self, user: User, on: date) -> QuerySet:
        return plans_to_score(user, on=on)


@never_cache
@require_safe
def plan_page(request: HttpRequest, pk: int) -> HttpResponse:
    """Everybody with every part, what is missing, and what can be done now."""
    plan = plan_or_404(request, pk)
    rows, form = table_of(plan), RowsForm(request.GET or None)
    shown = form.narrowed(rows)
    page = Paginator(shown, ROWS_A_PAGE).get_page(request.GET.get("page"))
    roles = roles_of(user_of(request), on=timezone.localdate())
    is_own, is_marking = runs_here(request, plan), plan.state in MARKING
    parts = list(plan.parts.order_by("starts_at", "pk"))
    batches = ImportBatch.objects.filter(kind=KIND, target=plan.number, organisation=plan.organisation)
    context = {
        "plan": plan,
        "parts": parts,
        "rows": page,
        "form": form,
        "tones": OUTCOME_TONES,
        "totals": _totals(rows),
        "may_mark": is_own and is_marking,
        "may_publish": is_own and plan.state == PlanState.HELD,
        "may_finalise": is_own and plan.state == PlanState.PUBLISHED,
        "may_export": bool(roles & WRITERS),
        "may_reopen": bool(roles & REOPENERS) and plan.state in PUBLIC and not is_own,
        "is_public": plan.state in PUBLIC,
        "is_own": is_own,
        "rated": [(part, part.rooms.order_by("name")) for part in parts if form_of(part) is not None],
        "batches": batches.order_by("-uploaded_at")[:5] if is_own else [],
        "resits": _resits(plan) if is_own else 0,
    }
    return render(request, "scoring/plan.html", context)


def _totals(rows: list[Any]) -> list[tuple[str, int]]:
    judged = [row.result.outcome for row in rows if row.result is not None]
    return [
        (_("准考"), len(rows)),
        (_("缺成绩"), sum(bool(row.missing) for row in rows)),
        (_("合格"), judged.count("passed")),
        (_("不合格"), judged.count("failed")),
    ]


def _resits(plan: AssessmentPlan) -> int:
    if plan.class_run is None or plan.state != PlanState.FINAL:
        return 0
    return to_resit(plan.class_run).count()


@never_cache
def enter(request: HttpRequest, pk: int, part: str) -> HttpResponse:
    """The marks of one part by hand; a page of people at a time, lines left empty stay as they are."""
    plan = own_plan_or_404(request, pk)
    place = part_or_404(plan, part)
    waiting = [row.candidate for row in table_of(plan) if place in row.missing][:ROWS_A_PAGE]
    form = ScoresForm(posted(request), candidates=waiting)
    if request.method == "POST" and form.is_valid():
        entries = [
            ScoreEntry(candidate, PartKind(place.kind), reading.mark, reading.is_absent)
            for candidate, reading in form.readings.items()
        ]
        try:
            scores_enter(
                plan_id=plan.pk,
                entries=entries,
                source=ScoreSource.DESK,
                actor=user_of(request),
                at=timezone.now(),
            )
        except DomainError as refusal:
            form.add_error(None, refusal.message)
        else:
            messages.success(request, _("已登记 %(count)d 人的%(part)s成绩。") % {"count": len(entries), "part": place})
            return redirect("scoring_plan", plan.pk)
    context = {"plan": plan, "part": place, "form": form}
    return render(request, "scoring/enter.html", context, status=422 if form.errors else 200)


@never_cache
def upload(request: HttpRequest, pk: int) -> HttpResponse:
    """Bring a score sheet for this plan; the pages of imports take it from there."""
    plan, now = own_plan_or_404(request, pk), timezone.now()
    form = ScoreFileForm(posted(request), request.FILES or None)
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            batch, is_new = batch_upload(
                kind_code=KIND,
                data=file.read(),
                file_name=file.name,
                actor=user_of(request),
                at=now,
                on=timezone.localdate(now),
                organisation=plan.organisation,
                target=plan.number,
            )
        except DomainError as refusal:
            form.add_error("file", refusal.message)
        else:
            if not is_new:
                messages.info(request, _("这个文件以前上传过，下面是那一批的情况。"))
            return redirect("staff_import", batch.pk)
    context = {"plan": plan, "form": form, "kind": KIND}
    return render(request, "scoring/upload.html", context, status=422 if form.errors else 200)


@never_cache
def publish(request: HttpRequest, pk: int) -> HttpResponse:
    """What would be published, and the publication of exactly that."""
    plan = own_plan_or_404(request, pk)
    if request.method == "POST":
        try:
            results_publish(
                plan_id=plan.pk, seen=request.POST.get("seen", ""), actor=user_of(request), at=timezone.now()
            )
        except DomainError as refusal:
            messages.error(request, refusal.message)
            return redirect("scoring_publish", plan.pk)
        messages.success(request, _("成绩已公布，已发短信告诉每个人到哪里看。"))
        return redirect("scoring_plan", plan.pk)
    if plan.state != PlanState.HELD:
        return redirect("scoring_plan", plan.pk)
    try:
        preview = preview_of(plan)
    except DomainError as refusal:
        return render(request, "scoring/publish.html", {"plan": plan, "refusal": refusal.message})
    rows = [{"row": row, "checks": checks_frozen(row.judgement) if row.judgement else []} for row in preview.rows]
    context = {
        "plan": plan,
        "preview": preview,
        "rows": rows,
        "missing": missing_words(preview) if preview.missing else "",
        "may_publish": bool(preview.rows) and not preview.missing,
    }
    return render(request, "scoring/publish.html", context)


@never_cache
@require_POST
def finalise(request: HttpRequest, pk: int) -> HttpResponse:
    """Make published results final, where the timetable has not done so yet."""
    plan = own_plan_or_404(request, pk)
    try:
        results_finalise(plan_id=plan.pk, actor=user_of(request), at=timezone.now())
    except DomainError as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(request, _("成绩已确定，可以发证了。"))
    return redirect("scoring_plan", plan.pk)


@never_cache
def export(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The table as a file, masked, for a purpose on record."""
    plan = plan_or_404(request, pk)
    form = ExportForm(posted(request))
    rows = table_of(plan)
    if request.method != "POST" or not form.is_valid():
        context = {"plan": plan, "form": form, "count": len(rows)}
        return render(request, "scoring/export.html", context, status=422 if form.errors else 200)
    kind = form.cleaned_data["format"]
    table_record(plan=plan, file_format=kind, note=form.cleaned_data["purpose"], rows=len(rows), actor=user_of(request))
    answer = StreamingHttpResponse(table_pieces(plan, rows, file_format=kind), content_type=TYPES[kind])
    name = quote(f"{plan.number}.{kind}")
    answer["Content-Disposition"] = f"attachment; filename*=UTF-8''{name}"
    answer["Cache-Control"] = "no-store"
    return answer
