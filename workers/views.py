"""Officers look files up and read them; everything personal is masked until a purpose is given."""

from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST
from django_tables2 import RequestConfig
from import_export.formats.base_formats import CSV, XLSX

from foundation.accounts.selectors import roles_of
from foundation.audit.services import audit_record
from foundation.privacy.selectors import accesses_of
from foundation.privacy.services import personal_reveal
from foundation.privacy.states import Purpose
from workers.counter_forms import RevealForm, SearchForm
from workers.districts import district_name
from workers.filters import WorkerFilter
from workers.forms import posted
from workers.models import Worker
from workers.pages import officer_of, private_file, worker_or_404
from workers.resources import WorkerResource
from workers.selectors import (
    dossier_of,
    identity_status_of,
    last_day,
    link_requests_open,
    workers_found,
    workers_visible_to,
)
from workers.services.dossier import LINES
from workers.states import COUNTER, IDENTITY_OFFICERS
from workers.tables import WorkerTable

ROWS_A_PAGE = 25
EXPORT_LIMIT = 20_000
FORMATS = {"xlsx": XLSX, "csv": CSV}


def is_identity_officer(request: HttpRequest) -> bool:
    return bool(IDENTITY_OFFICERS & roles_of(officer_of(request), on=timezone.localdate()))


@never_cache
@require_GET
def worker_list(request: HttpRequest) -> HttpResponse:
    """All files the officer may see, narrowed by what is not personal."""
    return _list_page(request, SearchForm())


@never_cache
def worker_search(request: HttpRequest) -> HttpResponse:
    """Exactly one number or phone, sent in the body, so that no address or log keeps it."""
    if request.method != "POST":
        return redirect("worker_list")
    form = SearchForm(request.POST)
    if not form.is_valid():
        return _list_page(request, form, status=422)
    found = list(workers_found(officer_of(request), form.cleaned_data["text"], on=timezone.localdate())[:20])
    if len(found) == 1:
        return redirect("worker_detail", found[0].pk)
    if not found:
        form.add_error("text", _("没有找到。请核对号码是否完整；没有档案的，可先为本人建档。"))
        return _list_page(request, form, status=404)
    return render(request, "workers/found.html", {"workers": found})


def _list_page(request: HttpRequest, form: SearchForm, status: int = 200) -> HttpResponse:
    narrowed = _narrowed(request)
    table = WorkerTable(narrowed.qs)
    RequestConfig(request, paginate={"per_page": ROWS_A_PAGE}).configure(table)
    is_officer = is_identity_officer(request)
    context = {
        "table": table,
        "filter": narrowed,
        "search_form": form,
        "links_waiting": link_requests_open().count() if is_officer else 0,
        "is_identity_officer": is_officer,
        "query": request.GET.urlencode(),
    }
    return render(request, "workers/list.html", context, status=status)


def _narrowed(request: HttpRequest) -> WorkerFilter:
    files = workers_visible_to(officer_of(request), on=timezone.localdate()).select_related("user")
    return WorkerFilter(request.GET, queryset=files)


@never_cache
@require_POST
def worker_export(request: HttpRequest) -> HttpResponse:
    """The list as it is narrowed, masked as on the screen; who took it and how many rows is kept."""
    kind = request.POST.get("kind", "xlsx")
    if kind not in FORMATS:
        raise Http404
    files = _narrowed(request).qs.order_by("-pk")
    count = files.count()
    if count > EXPORT_LIMIT:
        messages.error(
            request,
            _("一次最多导出 %(limit)s 条，现在有 %(count)s 条。请先筛选。") % {"limit": EXPORT_LIMIT, "count": count},
        )
        return redirect("worker_list")
    with transaction.atomic():
        audit_record(
            "workers.list.exported",
            None,
            actor=officer_of(request),
            data={"rows": count, "kind": kind, "filter": request.GET.urlencode()},
        )
        # The format, not the resource, keeps formulas from running (IMPORT_EXPORT_ESCAPE_FORMULAE_ON_EXPORT).
        body = FORMATS[kind]().export_data(WorkerResource().export(files))
    if kind == "csv":
        body = "\ufeff" + body  # spreadsheets take a file without this mark for GB18030
    answer = HttpResponse(
        body, content_type=FORMATS[kind]().get_content_type() + ("; charset=utf-8" if kind == "csv" else "")
    )
    answer["Content-Disposition"] = f'attachment; filename="workers-{timezone.localdate():%Y%m%d}.{kind}"'
    return answer


@never_cache
@require_GET
def worker_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One file: identity, lines, account, history, looks."""
    worker = worker_or_404(request, pk)
    dossier = dossier_of(worker, officer_of(request))
    return render(
        request,
        "workers/detail.html",
        {
            "worker": worker,
            "status": identity_status_of(worker),
            "district": district_name(worker.district_code) if worker.district_code else "",
            "dossier": dossier,
            "sections": _sections(dossier),
            "requests": worker.link_requests.select_related("user"),
            "events": _events(worker),
            "revisions": worker.revisions.count(),
            "looks": accesses_of(worker)[:10],
            "is_identity_officer": is_identity_officer(request),
            "is_counter": bool(COUNTER & roles_of(officer_of(request), on=timezone.localdate())),
        },
    )


def _sections(dossier: Any) -> list[dict[str, Any]]:
    def rows(lines: Any) -> list[dict[str, Any]]:
        return [
            {
                "line": line,
                "text": str(line),
                "starts_on": line.effective.lower,
                "ends_on": last_day(line),
                "has_paper": bool(getattr(line, "evidence", None)),
                "overlaps": line.pk in dossier.overlapping_jobs and line in dossier.employments,
            }
            for line in lines
        ]

    return [
        {"kind": "group", "title": _("人员类别"), "rows": rows(dossier.groups)},
        {"kind": "employment", "title": _("工作经历"), "rows": rows(dossier.employments)},
        {"kind": "education", "title": _("学历"), "rows": rows(dossier.educations)},
    ]


def _events(worker: Worker) -> list[dict[str, Any]]:
    words = event_words()
    return [
        {
            "title": words.get(event.action, event.action),
            "at": event.at,
            "text": event.reason,
            "actor": _("本人")
            if event.actor_id and event.actor_id == worker.user_id
            else str(event.actor or _("系统")),
        }
        for event in worker.events.select_related("actor").order_by("-at", "-pk")[:20]
    ]


def event_words() -> dict[str, str]:
    """What happened, as an officer says it."""
    return {
        "opened": _("建立档案"),
        "evidence.accepted": _("证明材料被采用"),
        "evidence.refused": _("证明材料被退回"),
        "phone.differs": _("名册上的电话与档案不同"),
        "identity.check": _("发起实名核验"),
        "identity.recheck": _("再次核验"),
        "identity.match": _("实名核验一致"),
        "identity.confirmed_again": _("再次核验一致"),
        "identity.mismatch": _("实名核验不一致"),
        "identity.give_up": _("实名核验没有结果"),
        "identity.override_verify": _("工作人员确认实名"),
        "identity.override_doubt": _("工作人员标为不一致"),
        "identity.correct": _("更正姓名或身份证号码"),
        "account.proven": _("认定登录账户属于本人"),
        "account.asked": _("有账户申请关联"),
        "account.linked": _("关联登录账户"),
        "account.phone_changed": _("更换登录手机号码"),
        "account.released": _("解除登录账户"),
        "account.released_stranger": _("解除他人冒用的账户"),
        "account.request_linked": _("关联申请通过"),
        "account.request_refused": _("关联申请未通过"),
        "account.request_waiting_officer": _("关联申请转人工核对"),
    } | _line_words()


def _line_words() -> dict[str, str]:
    return {
        "group.added": _("添加人员类别"),
        "group.ended": _("结束人员类别"),
        "group.confirmed": _("核实人员类别"),
        "group.withdrawn": _("撤销人员类别"),
        "group.evidence_added": _("添加证明材料（人员类别）"),
        "group.asked": _("请求核实人员类别"),
        "group.declined": _("暂时不能核实人员类别"),
        "employment.added": _("添加工作经历"),
        "employment.changed": _("修改工作经历"),
        "employment.ended": _("结束工作经历"),
        "employment.confirmed": _("核实工作经历"),
        "employment.withdrawn": _("撤销工作经历"),
        "employment.evidence_added": _("添加证明材料（工作经历）"),
        "employment.asked": _("请求核实工作经历"),
        "employment.declined": _("暂时不能核实工作经历"),
        "education.added": _("添加学历"),
        "education.changed": _("修改学历"),
        "education.ended": _("结束学历"),
        "education.confirmed": _("核实学历"),
        "education.withdrawn": _("撤销学历"),
        "education.evidence_added": _("添加证明材料（学历）"),
        "education.asked": _("请求核实学历"),
        "education.declined": _("暂时不能核实学历"),
    }


@never_cache
def worker_reveal(request: HttpRequest, pk: int, field: str) -> HttpResponse:
    """One field in plain after a purpose was given; the look is on record before the value is on the screen."""
    worker = worker_or_404(request, pk)
    labels = {
        "name": _("姓名"),
        "id_number": _("身份证号码"),
        "phone": _("手机号码"),
        "social_security_card": _("社保卡银行账号"),
    }
    if field not in labels:
        raise Http404
    form = RevealForm(posted(request))
    context: dict[str, Any] = {"worker": worker, "form": form, "label": labels[field]}
    if request.method == "POST" and form.is_valid():
        on_account = field == "phone" and worker.user is not None
        context["value"] = personal_reveal(
            viewer=officer_of(request),
            subject=worker.user if on_account and worker.user else worker,
            field="contact_phone" if field == "phone" and not on_account else field,
            purpose=Purpose(form.cleaned_data["purpose"]),
            note=form.cleaned_data["note"],
            on=timezone.localdate(),
        )
    return render(request, "workers/reveal.html", context, status=422 if form.errors else 200)


@never_cache
@require_GET
def worker_photo(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The portrait, to a reader of the file."""
    worker = worker_or_404(request, pk)
    return private_file(worker.photo.storage, worker.photo.name)


@never_cache
@require_GET
def worker_paper(request: HttpRequest, kind: str, pk: int) -> HttpResponseBase:
    """The proof of a line, to a reader of the file; opening it is kept."""
    if kind not in LINES:
        raise Http404
    line: Any = get_object_or_404(LINES[kind]._default_manager.select_related("worker"), pk=pk)
    worker_or_404(request, line.worker_id)
    with transaction.atomic():
        audit_record("workers.paper.opened", line, actor=officer_of(request), data={"worker": line.worker_id})
    return private_file(line.evidence.storage, line.evidence.name)
