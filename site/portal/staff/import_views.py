"""Bringing files: upload, columns, result, progress. Which kinds somebody may bring, each kind says itself."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from foundation.accounts.models import Membership, Organisation, User
from foundation.accounts.states import WRITERS
from foundation.database import in_force
from foundation.desk import StaffList
from foundation.errors import DomainError
from foundation.imports import services
from foundation.imports.cells import LIMITS
from foundation.imports.errors import ImportRefusedError
from foundation.imports.kinds import Kind
from foundation.imports.models import ImportBatch, ImportRow
from foundation.imports.registry import kind_named, kinds_for
from foundation.imports.selectors import batches_visible_to, may_bring, rows_of
from foundation.imports.states import RUNNING, BatchState, Severity
from foundation.imports.workbook import blank_workbook, column_title, faults_workbook
from portal.staff import filters, tables
from portal.staff.forms import ColumnsForm, SheetForm, UploadForm

ROWS_PER_PAGE = 50
TONES = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.REPAIRED: "info", Severity.NONE: "success"}
SHOWN_CHARACTERS = 40
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class Batches(StaffList):
    name = "staff_imports"
    title = gettext_lazy("批量导入")
    table_class = tables.BatchTable
    filterset_class = filters.BatchFilter
    actions = [("staff_import_new", gettext_lazy("导入文件"), "upload", WRITERS)]

    def visible(self, user: User, on: Any) -> QuerySet:
        return batches_visible_to(user, on=on)


def _batch(request: HttpRequest, pk: int) -> tuple[ImportBatch, Kind]:
    user: Any = request.user
    batch = get_object_or_404(batches_visible_to(user, on=timezone.localdate()), pk=pk)
    return batch, _kind(batch.kind)


def _kind(code: str) -> Kind:
    """The kind of a code; not found when no app knows it (any more)."""
    try:
        return kind_named(code)
    except ImportRefusedError as error:
        raise Http404(error.message) from error


@require_safe
def new(request: HttpRequest) -> HttpResponse:
    """Which kind of file is it?"""
    return render(request, "imports/new.html", {"kinds": kinds_for(request.roles)})  # type: ignore[attr-defined]


def upload(request: HttpRequest, kind: str) -> HttpResponse:
    """Bring a file of one kind; a file that came before leads to its batch."""
    found = _kind(kind)
    if not may_bring(found, request.roles):  # type: ignore[attr-defined]
        raise PermissionDenied(_("您的角色不能导入这种文件。"))
    form = UploadForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            batch, is_new = _upload(request, found, form.cleaned_data["file"])
        except ImportRefusedError as error:
            form.add_error("file", error.message)
        else:
            if not is_new:
                messages.info(request, _("这个文件以前上传过，下面是那一批的情况。"))
            return redirect("staff_import", pk=batch.pk)
    return render(request, "imports/upload.html", {"form": form, "kind": found, "limits": LIMITS})


def _upload(request: HttpRequest, kind: Kind, file: Any) -> tuple[ImportBatch, bool]:
    if file.size > LIMITS.file_bytes:
        raise ImportRefusedError("too_large", _("文件超过 20 MB。请分成几个文件上传。"))
    now = timezone.now()
    user: Any = request.user
    return services.batch_upload(
        kind_code=kind.code,
        data=file.read(),
        file_name=file.name,
        actor=user,
        at=now,
        on=timezone.localdate(now),
        organisation=_organisation(kind, user) if kind.belongs_to_organisation else None,
    )


def _organisation(kind: Kind, user: User) -> Organisation | None:
    member = (
        Membership.objects.filter(in_force(timezone.localdate()), user=user, role__in=kind.roles)
        .select_related("organisation")
        .order_by("pk")
        .first()
    )
    return member.organisation if member else None


@require_safe
def batch(request: HttpRequest, pk: int) -> HttpResponse:
    """Where a batch stands: its columns to confirm, its progress, or what was found in its rows."""
    found, kind = _batch(request, pk)
    context = {
        "batch": found,
        "kind": kind,
        "may_work": may_bring(kind, request.roles),  # type: ignore[attr-defined]
        "tone": tables.BatchTable.TONES[found.state],
    }
    if found.state in RUNNING:
        return render(request, "imports/running.html", context | _progress(found))
    if found.state in (BatchState.UPLOADED, BatchState.RECOGNISED):
        return render(request, "imports/columns.html", context | _columns(found, kind))
    return render(request, "imports/result.html", context | _result(request, found, kind))


def _progress(found: ImportBatch) -> dict[str, Any]:
    is_applying = found.state == BatchState.APPLYING
    total = found.rows_total - found.rows_faulty - found.rows_known if is_applying else found.rows_total
    return {"is_applying": is_applying, "done": min(found.progress, total), "total": total}


@require_safe
def progress(request: HttpRequest, pk: int) -> HttpResponse:
    """The moving part of the progress page; htmx goes to the whole page when the work is done."""
    found, _kind = _batch(request, pk)
    answer = render(request, "imports/_progress.html", {"batch": found} | _progress(found))
    if found.state not in RUNNING:
        answer["HX-Refresh"] = "true"
    return answer


def _columns(found: ImportBatch, kind: Kind, **forms: Any) -> dict[str, Any]:
    return {
        "columns_form": forms.get("columns") or ColumnsForm(batch=found, kind=kind),
        "sheet_form": forms.get("sheet") or SheetForm(batch=found, initial={"sheet": found.sheet}),
        "unused": [header for index, header in enumerate(found.headers) if header and index not in found.columns],
    }


@require_safe
def columns(request: HttpRequest, pk: int) -> HttpResponse:
    """The columns once more, after a check."""
    found, kind = _batch(request, pk)
    context = {"batch": found, "kind": kind, "may_work": may_bring(kind, request.roles)}  # type: ignore[attr-defined]
    return render(request, "imports/columns.html", context | _columns(found, kind))


def _result(request: HttpRequest, found: ImportBatch, kind: Kind) -> dict[str, Any]:
    worst = request.GET.get("worst", "")
    worst = worst if worst in Severity.values else ""
    rows = rows_of(found, worst=worst) if worst else rows_of(found).exclude(worst=Severity.NONE)
    page = Paginator(rows, ROWS_PER_PAGE).get_page(request.GET.get("page"))
    return {
        "page": page,
        "rows": [_row(row, found, kind) for row in page],
        "tabs": _tabs(found, worst),
        "left_out": [note for note in found.notes if note["code"] == "left_out"],
        "notes": [note for note in found.notes if note["code"] != "left_out"],
        "can_apply": found.state == BatchState.CHECKED and found.rows_ready > 0,
        "can_check": found.state in {BatchState.CHECKED, BatchState.APPLIED, BatchState.FAILED},
        "can_discard": found.state != BatchState.DISCARDED and not found.rows_applied,
    }


def _tabs(found: ImportBatch, worst: str) -> list[dict[str, Any]]:
    counts = {
        "error": found.rows_faulty,
        "warning": found.rows_warned,
        "repaired": found.rows_repaired,
    }
    words = {"": _("全部有问题的行"), "error": _("必须修改"), "warning": _("请留意"), "repaired": _("已自动更正")}
    return [
        {"label": label, "url": f"?worst={code}" if code else "?", "current": code == worst, "count": counts.get(code)}
        for code, label in words.items()
    ]


def _row(row: ImportRow, found: ImportBatch, kind: Kind) -> dict[str, Any]:
    """A row as it is shown: each issue with its column, the value masked, and what to do."""
    line = row.content
    places = {code: index for index, code in found.columns.items()}
    issues = []
    for issue in row.issues:
        column = kind.column(issue["column"])
        value = line.cell(places[issue["column"]]).text.strip() if issue["column"] in places else ""
        if column is not None and column.mask is not None:
            value = column.mask(value)
        issues.append(
            issue
            | {
                "title": column_title(found, kind, issue["column"]),
                "value": value[:SHOWN_CHARACTERS],
                "tone": TONES[Severity(issue["severity"])],
                "word": Severity(issue["severity"]).label,
            }
        )
    return {"line": row.line, "state": row.get_state_display(), "issues": issues}


def _step(request: HttpRequest, pk: int, act: Callable[[dict[str, Any]], Any]) -> HttpResponse:
    """Take a step with a batch; a refusal is said on its page."""
    _batch(request, pk)
    now = timezone.now()
    try:
        act({"batch_id": pk, "actor": request.user, "on": timezone.localdate(now), "at": now})
    except DomainError as error:
        messages.error(request, error.message)
    return redirect("staff_import", pk=pk)


def _without_time(values: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if name != "at"}


@require_POST
def reread(request: HttpRequest, pk: int) -> HttpResponse:
    """Look for the columns in another sheet or under another row."""
    found, kind = _batch(request, pk)
    form = SheetForm(request.POST, batch=found)
    if not form.is_valid():
        context = {"batch": found, "kind": kind, "may_work": True} | _columns(found, kind, sheet=form)
        return render(request, "imports/columns.html", context)
    chosen = {"sheet": form.cleaned_data["sheet"], "header_line": form.cleaned_data["header_line"]}
    return _step(request, pk, lambda values: services.batch_reread(**_without_time(values), **chosen))


@require_POST
def check(request: HttpRequest, pk: int) -> HttpResponse:
    """Confirm the columns and have every row checked; or have them checked once more."""
    found, kind = _batch(request, pk)
    mapping = None
    if "again" not in request.POST:
        form = ColumnsForm(request.POST, batch=found, kind=kind)
        if not form.is_valid():
            context = {"batch": found, "kind": kind, "may_work": True} | _columns(found, kind, columns=form)
            return render(request, "imports/columns.html", context)
        mapping = form.mapping()
    return _step(request, pk, lambda values: services.batch_check_start(**values, mapping=mapping))


@require_POST
def apply(request: HttpRequest, pk: int) -> HttpResponse:
    """Have the sound rows applied."""
    return _step(request, pk, lambda values: services.batch_apply_start(**values))


@require_POST
def discard(request: HttpRequest, pk: int) -> HttpResponse:
    """Put the batch aside."""
    return _step(request, pk, lambda values: services.batch_discard(**_without_time(values)))


@require_POST
def faults(request: HttpRequest, pk: int) -> HttpResponse:
    """The workbook of the rows to mend. Taking it away leaves an event."""
    found, _kind = _batch(request, pk)
    user: Any = request.user
    services.batch_export_faults(batch_id=found.pk, actor=user, on=timezone.localdate())
    answer = HttpResponse(faults_workbook(found), content_type=XLSX)
    answer["Content-Disposition"] = f'attachment; filename="import-{found.pk}-faults.xlsx"'
    answer["Cache-Control"] = "no-store"
    return answer


@require_safe
def template(request: HttpRequest, kind: str) -> HttpResponse:
    """An empty workbook with the columns of a kind, for whoever begins."""
    found = _kind(kind)
    answer = HttpResponse(blank_workbook(found), content_type=XLSX)
    answer["Content-Disposition"] = f'attachment; filename="{found.code}-template.xlsx"'
    return answer
