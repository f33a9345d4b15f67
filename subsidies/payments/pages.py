"""What the pages of payments share: which batch, the history in words, files as answers."""

from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import quote

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from foundation.accounts.selectors import roles_of
from foundation.requests import doing, user_of
from subsidies.payments.models import PaymentBatch, PaymentBatchEvent, PaymentJob
from subsidies.payments.selectors.desk import batches_visible_to, jobs_visible_to
from subsidies.payments.services import job_ask, job_work
from subsidies.payments.states import AT_ONCE, FINANCE, JobKind, JobState, LeftOut

PDF = "application/pdf"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
TEXT = "text/plain; charset=gb18030"
EVENT_WORDS = {
    "built": gettext_lazy("编制批次"),
    "screened": gettext_lazy("重新核查"),
    "removed": gettext_lazy("移出申领"),
    "sign": gettext_lazy("签批"),
    "send": gettext_lazy("生成文件，资金在途"),
    "settle": gettext_lazy("结清"),
    "cancel": gettext_lazy("取消批次"),
}


def pays(request: HttpRequest) -> bool:
    """Whether she pays out; others read."""
    return bool(FINANCE & roles_of(user_of(request), on=timezone.localdate()))


def batch_or_404(request: HttpRequest, pk: int) -> PaymentBatch:
    """A batch she may see; another does not exist for her."""
    return get_object_or_404(batches_visible_to(user_of(request), on=timezone.localdate()), pk=pk)


def job_or_404(request: HttpRequest, pk: int) -> PaymentJob:
    return get_object_or_404(jobs_visible_to(user_of(request), on=timezone.localdate()), pk=pk)


def asked(request: HttpRequest, kind: JobKind, *, size: int, **fields: Any) -> HttpResponse:
    """Ask for a job; a small one is done at once and answered with where it led, a large one with its own page."""
    job = job_ask(kind=kind, size=size, **fields, **doing(request))
    if size <= AT_ONCE:
        job = job_work(job_id=job.pk, at=timezone.now())
    if job.state == JobState.WAITING:
        return redirect("payment_job", job.pk)
    return answered(request, job)


def answered(request: HttpRequest, job: PaymentJob) -> HttpResponse:
    """Where a finished job led, with its outcome in words."""
    is_stopped = job.bank_return is not None and bool(job.bank_return.problems)
    tell = messages.error if job.state == JobState.REFUSED or is_stopped else messages.success
    tell(request, job.message)
    if job.bank_return_id:
        return redirect("payment_return", job.bank_return_id)
    if job.batch_id:
        return redirect("payment_batch", job.batch_id)
    return redirect("payments_read" if job.kind == JobKind.READ else "payments_to_pay")


def timeline_of(batch: PaymentBatch) -> list[dict[str, Any]]:
    """What happened to a batch, the newest first."""
    events = batch.events.select_related("actor").order_by("-at", "-pk")
    return [
        {
            "title": str(EVENT_WORDS.get(event.action, event.action)),
            "at": event.at,
            "text": event.reason or _event_text(event),
            "actor": event.actor.name if event.actor else _("系统"),
        }
        for event in events
    ]


def _event_text(event: PaymentBatchEvent) -> str:
    if count := len(event.data.get("removed", [])):
        return _("移出 %(count)d 份") % {"count": count}
    if count := len(event.data.get("left_out", [])):
        return _("有 %(count)d 份没有编入") % {"count": count}
    return ""


def left_out_of(batch: PaymentBatch) -> list[dict[str, str]]:
    """The claims that were not taken or taken out again, and why, as they stand in the events."""
    rows = []
    for event in batch.events.filter(action__in=["built", "removed"]):
        for one in [*event.data.get("left_out", []), *event.data.get("removed", [])]:
            rows.append({"claim": one["claim"], "reason": str(LeftOut(one["reason"]).label)})
    return rows


def download(content: bytes | Iterable[bytes], name: str, kind: str) -> Any:
    """A file as the answer, kept by nobody on the way."""
    answer_of: Callable[..., Any] = HttpResponse if isinstance(content, bytes) else StreamingHttpResponse
    answer = answer_of(content, content_type=kind)
    answer["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name)}"
    answer["Cache-Control"] = "no-store"
    answer["X-Content-Type-Options"] = "nosniff"
    return answer
