"""What officers of intake and review do with a file: check, override, correct, confirm, decide about accounts."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from workers import services
from workers.counter_forms import CorrectionForm, InsuredMonthsForm, LinkDecisionForm, OverrideForm, ReleaseForm
from workers.errors import WorkerError
from workers.forms import ReasonForm, RepairingForm, posted
from workers.models import LinkRequest, Worker
from workers.pages import officer_of, worker_or_404
from workers.selectors import last_day, lines_waiting, link_requests_open
from workers.services.dossier import LINES

LINES_SHOWN = 200


@never_cache
@require_POST
def identity_check(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask the real-name service again."""
    worker = worker_or_404(request, pk)
    try:
        services.identity_check_request(worker_id=worker.pk, actor=officer_of(request), at=timezone.now())
    except WorkerError as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(request, _("已发起实名核验，有结果后会显示在档案中。"))
    return redirect("worker_detail", worker.pk)


@never_cache
def identity_override(request: HttpRequest, pk: int) -> HttpResponse:
    """The officer's word in place of the check."""
    worker = worker_or_404(request, pk)
    form = OverrideForm(posted(request))

    def save() -> None:
        services.identity_override(
            worker_id=worker.pk,
            is_verified=form.cleaned_data["decision"] == "verify",
            is_account_hers=form.cleaned_data["is_account_hers"],
            reason=form.cleaned_data["reason"],
            actor=officer_of(request),
            at=timezone.now(),
        )

    return _answer(
        request, worker=worker, form=form, save=save, heading=_("人工认定实名状态"), done=_("已更新实名状态。")
    )


@never_cache
def identity_correct(request: HttpRequest, pk: int) -> HttpResponse:
    """A wrong name or number; the form starts empty, because what is kept stays masked."""
    worker = worker_or_404(request, pk)
    form = CorrectionForm(posted(request), on=timezone.localdate())

    def save() -> None:
        services.identity_correct(
            worker_id=worker.pk, actor=officer_of(request), at=timezone.now(), **form.cleaned_data
        )

    done = _("已更正，正在重新核验。")
    if services.is_check_refused(worker):
        done = _("已更正。本人撤回了实名核验的授权，没有重新核验。")
    text = _("请对照身份证重新填写完整的姓名和号码。原来的内容加密留存，更正后自动重新核验，证书、补贴等记录一并跟随。")
    return _answer(
        request,
        worker=worker,
        form=form,
        save=save,
        heading=_("更正姓名或身份证号码"),
        done=done,
        text=text,
    )


@never_cache
def account_release(request: HttpRequest, pk: int) -> HttpResponse:
    """Take the account off the file."""
    worker = worker_or_404(request, pk)
    form = ReleaseForm(posted(request))

    def save() -> None:
        services.account_release(
            worker_id=worker.pk,
            is_stranger=form.cleaned_data["former"] == "stranger",
            reason=form.cleaned_data["reason"],
            actor=officer_of(request),
            at=timezone.now(),
        )

    return _answer(request, worker=worker, form=form, save=save, heading=_("解除登录账户"), done=_("已解除登录账户。"))


@never_cache
def insured_months(request: HttpRequest, pk: int) -> HttpResponse:
    """Months of insurance paid, as a system or a paper says."""
    worker = worker_or_404(request, pk)
    form = InsuredMonthsForm(posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            count = services.insured_months_record(
                worker_id=worker.pk,
                kind=form.cleaned_data["kind"],
                months=form.months,
                employer_credit_code=form.cleaned_data["employer_credit_code"],
                is_back_paid=form.cleaned_data["is_back_paid"],
                source=form.cleaned_data["source"],
                actor=officer_of(request),
                at=timezone.now(),
            )
        except WorkerError as refusal:
            form.refuse(refusal)
        else:
            if count:
                messages.success(request, _("已登记 %(count)s 个月。") % {"count": count})
            else:
                messages.info(request, _("这些月份以前都登记过，没有新增。"))
            return redirect("worker_detail", worker.pk)
    return _form_page(request, worker, form, _("登记参保月份"), _("已经登记过的月份不会重复计算。"))


@never_cache
def line_confirm(request: HttpRequest, kind: str, pk: int) -> HttpResponse:
    """A declared line becomes a guaranteed one."""
    return _line_page(
        request, kind=kind, pk=pk, service=services.line_confirm, heading=_("核实这一条"), done=_("已核实。")
    )


@never_cache
def line_decline(request: HttpRequest, kind: str, pk: int) -> HttpResponse:
    """A line that she asked to have confirmed cannot be: she reads why."""
    return _line_page(
        request, kind=kind, pk=pk, service=services.line_decline, heading=_("暂时不能核实"), done=_("已答复本人。")
    )


@never_cache
@require_GET
def line_list(request: HttpRequest) -> HttpResponse:
    """Declared lines that workers asked to have confirmed, the longest waiting first."""
    waiting = lines_waiting()
    rows = [
        {
            "line": line,
            "kind": services.kind_of(line),
            "kind_name": line._meta.verbose_name,
            "starts_on": line.effective.lower,
            "ends_on": last_day(line),
        }
        for line in waiting[:LINES_SHOWN]
    ]
    return render(request, "workers/lines.html", {"rows": rows, "more": max(0, len(waiting) - LINES_SHOWN)})


@never_cache
def line_withdraw(request: HttpRequest, kind: str, pk: int) -> HttpResponse:
    """A line no longer counts."""
    return _line_page(
        request, kind=kind, pk=pk, service=services.line_withdraw, heading=_("撤销这一条"), done=_("已撤销。")
    )


@never_cache
@require_GET
def link_list(request: HttpRequest) -> HttpResponse:
    """Accounts that ask for a file, the oldest first."""
    return render(request, "workers/links.html", {"requests": link_requests_open()[:200]})


@never_cache
def link_decide(request: HttpRequest, pk: int) -> HttpResponse:
    """Give the file to the account, or say no."""
    asked = get_object_or_404(LinkRequest.objects.select_related("worker", "user"), pk=pk)
    form = LinkDecisionForm(posted(request))
    if request.method == "POST" and form.is_valid():
        facts: dict[str, Any] = {
            "request_id": asked.pk,
            "reason": form.cleaned_data["reason"],
            "actor": officer_of(request),
            "at": timezone.now(),
        }
        former = {"same": True, "stranger": False}.get(form.cleaned_data["former"])
        try:
            if form.cleaned_data["decision"] == "confirm":
                services.link_confirm(former_is_same_person=former, **facts)
            else:
                services.link_refuse(**facts)
        except WorkerError as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, _("已办结。"))
            return redirect("link_list")
    return render(
        request,
        "workers/link.html",
        {"asked": asked, "worker": asked.worker, "form": form},
        status=422 if form.errors else 200,
    )


def _line_page(
    request: HttpRequest, *, kind: str, pk: int, service: Callable[..., Any], heading: str, done: str
) -> HttpResponse:
    if kind not in LINES:
        raise Http404
    line: Any = get_object_or_404(LINES[kind]._default_manager.select_related("worker"), pk=pk)
    worker = worker_or_404(request, line.worker_id)
    form = ReasonForm(posted(request))

    def save() -> None:
        service(
            kind=kind,
            line_id=pk,
            reason=form.cleaned_data["reason"],
            actor=officer_of(request),
            at=timezone.now(),
        )

    return _answer(request, worker=worker, form=form, save=save, heading=heading, done=done, text=str(line))


def _answer(
    request: HttpRequest,
    *,
    worker: Worker,
    form: RepairingForm,
    save: Callable[[], None],
    heading: str,
    done: str,
    text: str = "",
) -> HttpResponse:
    if request.method == "POST" and form.is_valid():
        try:
            save()
        except WorkerError as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, done)
            return redirect("worker_detail", worker.pk)
    return _form_page(request, worker, form, heading, text)


def _form_page(request: HttpRequest, worker: Worker, form: RepairingForm, heading: str, text: str) -> HttpResponse:
    return render(
        request,
        "workers/form.html",
        {"worker": worker, "form": form, "heading": heading, "text": text},
        status=422 if form.errors else 200,
    )
