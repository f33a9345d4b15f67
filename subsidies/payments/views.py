"""The desk of payments: what waits, batches, and their files."""

from datetime import date
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from foundation.accounts.models import User
from foundation.crypto.masking import mask_account, mask_name
from foundation.desk import StaffList
from foundation.errors import DomainError
from foundation.requests import doing, number_in, user_of
from subsidies.payments.filters import BatchFilter
from subsidies.payments.forms import ChosenForm, ReasonForm, TakeForm
from subsidies.payments.models import PaymentBatch, PaymentLine
from subsidies.payments.pages import (
    PDF,
    TEXT,
    XLSX,
    answered,
    asked,
    batch_or_404,
    download,
    job_or_404,
    left_out_of,
    pays,
    timeline_of,
)
from subsidies.payments.printing import batch_paper
from subsidies.payments.rules import amount_text
from subsidies.payments.selectors.desk import batches_visible_to, claims_to_pay, lines_shown, tally_of, to_pay
from subsidies.payments.services import batch_cancel, batch_file_take, batch_tidy
from subsidies.payments.services.jobs import STEPS, job_step
from subsidies.payments.states import TONES, TRANSITIONS, BatchState, JobKind, JobState, LineState
from subsidies.payments.tables import BatchTable
from subsidies.schemes.states import Fund, Payee
from workers.forms import posted

LINES_A_PAGE = 100
CHOICES_SHOWN = 500
LINE_TONES = {"waiting": "info", "paid": "success", "failed": "error", "removed": "stopped"}


class Batches(StaffList):
    name = "payment_batches"
    title = gettext_lazy("拨付批次")
    table_class = BatchTable
    filterset_class = BatchFilter

    def visible(self, user: User, on: date) -> QuerySet:
        return batches_visible_to(user, on=on)


@never_cache
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """What waits for payment, by fund and scheme."""
    rows = to_pay()
    funds = [
        {
            "code": fund.value,
            "label": fund.label,
            "rows": own,
            "count": sum(row.count for row in own),
            "total_fen": sum(row.total_fen for row in own),
        }
        for fund in Fund
        if (own := [row for row in rows if row.fund == fund])
    ]
    context = {"funds": funds, "pays": pays(request)}
    return render(request, "payments/to_pay.html", context)


@never_cache
@require_POST
def build(request: HttpRequest, fund: str) -> HttpResponse:
    """A batch of everything that waits in a fund."""
    if fund not in Fund:
        raise Http404
    return asked(request, JobKind.BUILD, size=claims_to_pay(fund).count(), fund=fund)


@never_cache
def choose(request: HttpRequest, fund: str) -> HttpResponse:
    """A batch of chosen claims; ``?scheme=`` shows those of one scheme."""
    if fund not in Fund:
        raise Http404
    scheme = request.GET.get("scheme", "")
    rows = claims_to_pay(fund, number_in(scheme))
    form = ChosenForm(posted(request), rows=rows)
    if request.method == "POST" and form.is_valid():
        ids = [claim.pk for claim in form.cleaned_data["claims"]]
        return asked(request, JobKind.BUILD, size=len(ids), fund=fund, claim_ids=ids)
    chosen = set(form.data.getlist("claims")) if form.is_bound and hasattr(form.data, "getlist") else set()
    claims = [
        {
            "pk": claim.pk,
            "number": claim.number,
            "payee": str(claim.school) if claim.payee == Payee.SCHOOL else mask_name(claim.worker.name),
            "scheme": claim.scheme.name,
            "amount_fen": claim.amount_fen,
            "due_on": claim.due_on,
            "is_chosen": str(claim.pk) in chosen,
        }
        for claim in rows[:CHOICES_SHOWN]
    ]
    context = {
        "form": form,
        "claims": claims,
        "fund": Fund(fund),
        "count": rows.count(),
        "is_cut": rows.count() > CHOICES_SHOWN,
    }
    return render(request, "payments/choose.html", context, status=422 if form.errors else 200)


@never_cache
@require_safe
def batch_page(request: HttpRequest, pk: int) -> HttpResponse:
    """One batch: where it stands, its lines masked, what may be done, what happened."""
    batch = batch_or_404(request, pk)
    page = Paginator(lines_shown(batch), LINES_A_PAGE).get_page(request.GET.get("page"))
    may = pays(request)
    state = BatchState(batch.state)
    tally = tally_of(batch)
    context = {
        "batch": batch,
        "tone": TONES[batch.state],
        "page": page,
        "lines": [_line(line) for line in page],
        "tally": [(LineState(name).label, count, fen) for name, (count, fen) in tally.items() if count],
        "may_sign": may and state in TRANSITIONS["sign"].sources,
        "may_send": may and state in TRANSITIONS["send"].sources,
        "may_cancel": may and state in TRANSITIONS["cancel"].sources,
        "may_take": may and state in {BatchState.SENT, BatchState.SETTLED},
        "waits": state == BatchState.SENT,
        "waiting": tally[LineState.WAITING][0],
        "left_out": left_out_of(batch),
        "returns": batch.returns.order_by("-pk"),
        "events": timeline_of(batch),
    }
    return render(request, "payments/batch.html", context)


def _line(line: PaymentLine) -> dict[str, Any]:
    return {
        "pk": line.pk,
        "claim": line.claim_id,
        "serial": line.serial,
        "number": line.claim.number,
        "name": mask_name(line.name) if line.claim.payee == Payee.WORKER else line.name,
        "account": mask_account(line.account),
        "scheme": line.claim.scheme.name,
        "amount": amount_text(line.amount_fen),
        "state": line.get_state_display(),
        "tone": LINE_TONES[line.state],
        "reason": line.reason,
        "is_paid": line.state == LineState.PAID,
    }


@never_cache
@require_POST
def screen(request: HttpRequest, pk: int) -> HttpResponse:
    batch = batch_or_404(request, pk)
    return asked(request, JobKind.SCREEN, size=batch.lines_count, batch_id=batch.pk)


@never_cache
@require_POST
def sign(request: HttpRequest, pk: int) -> HttpResponse:
    """What came up since is taken out and shown first; the officer then signs what she has seen."""
    return _after_tidying(request, batch_or_404(request, pk), JobKind.SIGN)


@never_cache
@require_POST
def send(request: HttpRequest, pk: int) -> HttpResponse:
    return _after_tidying(request, batch_or_404(request, pk), JobKind.SEND)


def _after_tidying(request: HttpRequest, batch: PaymentBatch, kind: JobKind) -> HttpResponse:
    try:
        removed = batch_tidy(batch_id=batch.pk, **doing(request)).claims
    except DomainError as refusal:
        messages.error(request, refusal.message)
        return redirect("payment_batch", batch.pk)
    if removed:
        sentence = _("有 %(count)d 份申领刚刚移出，原因在下面。请核对新的笔数和金额，再办理。")
        messages.warning(request, sentence % {"count": len(removed)})
        return redirect("payment_batch", batch.pk)
    seen = number_in(request.POST.get("seen_fen", ""))
    if seen is None:
        messages.error(request, _("页面不完整，没有办理。请刷新页面再办理。"))
        return redirect("payment_batch", batch.pk)
    return asked(request, kind, size=batch.lines_count, batch_id=batch.pk, seen_fen=seen)


@never_cache
def cancel(request: HttpRequest, pk: int) -> HttpResponse:
    batch = batch_or_404(request, pk)
    form = ReasonForm(posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            batch_cancel(batch_id=batch.pk, reason=form.cleaned_data["reason"], **doing(request))
        except DomainError as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, _("批次已取消，申领回到待拨付。"))
            return redirect("payment_batch", pk)
    heading = _("取消批次 %(number)s") % {"number": batch.number}
    text = _("取消后，里面的申领回到待拨付，可以编入别的批次。批次号不再使用。")
    return form_page(request, form, batch=batch, heading=heading, text=text, submit=_("取消批次"))


def form_page(
    request: HttpRequest, form: Any, *, batch: PaymentBatch | None, heading: str, text: str, submit: str
) -> HttpResponse:
    """A form about a batch, or about none."""
    context = {"form": form, "batch": batch, "heading": heading, "text": text, "submit": submit}
    return render(request, "payments/form.html", context, status=422 if form.errors else 200)


@never_cache
def take(request: HttpRequest, pk: int, kind: str) -> HttpResponse:
    """The file for the bank, for a purpose on record."""
    batch = batch_or_404(request, pk)
    if kind not in {"txt", "xlsx"}:
        raise Http404
    form = TakeForm(posted(request))
    if request.method == "POST" and form.is_valid():
        note, viewer = form.cleaned_data["note"], user_of(request)
        try:
            content = batch_file_take(batch=batch, kind=kind, viewer=viewer, note=note, on=timezone.localdate())
        except DomainError as refusal:
            form.refuse(refusal)
        else:
            answer: HttpResponse = download(content, f"{batch.number}.{kind}", TEXT if kind == "txt" else XLSX)
            return answer
    heading = _("下载批次 %(number)s 的银行文件") % {"number": batch.number}
    text = _("再次下载的文件与第一次完全相同。不要打开后另存，直接交给银行。")
    return form_page(request, form, batch=batch, heading=heading, text=text, submit=_("下载"))


@never_cache
@require_safe
def paper(request: HttpRequest, pk: int) -> HttpResponse:
    """The list to be signed on paper, masked."""
    batch = batch_or_404(request, pk)
    answer: HttpResponse = download(batch_paper(batch), f"{_('拨付清单')} {batch.number}.pdf", PDF)
    return answer


@never_cache
@require_safe
def job_page(request: HttpRequest, pk: int) -> HttpResponse:
    """A work that takes a while: how far it is, then where it led."""
    job = job_or_404(request, pk)
    if job.state != JobState.WAITING:
        return answered(request, job)
    return render(request, "payments/job.html", {"job": job, "step": job_step(job), "steps": STEPS})


@never_cache
@require_safe
def job_progress(request: HttpRequest, pk: int) -> HttpResponse:
    """How far a job is: a piece of the page, or an order to load it anew once it is done."""
    job = job_or_404(request, pk)
    answer = render(request, "payments/_progress.html", {"job": job, "step": job_step(job), "steps": STEPS})
    if job.state != JobState.WAITING:
        answer["HX-Refresh"] = "true"
    return answer
