"""The record in a worker's file: every line, her identity masked."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from certifications.papers.errors import PaperError
from certifications.record.pages import record_context
from certifications.record.printing import record_paper
from certifications.record.selectors import skill_record_of
from certifications.record.services import masked_holder, record_taken
from foundation.accounts.selectors import roles_of
from workers.pages import officer_of, worker_or_404
from workers.states import IDENTITY_OFFICERS


@never_cache
@require_safe
def worker_record(request: HttpRequest, pk: int) -> HttpResponse:
    """One worker's record, to a reader of the file; name and number stay masked, a plain look is asked for apart."""
    worker, officer = worker_or_404(request, pk), officer_of(request)
    on = timezone.localdate()
    record = skill_record_of(worker, on=on, viewer=officer)
    context = record_context(record) | {
        "worker": worker,
        "is_identity_officer": bool(IDENTITY_OFFICERS & roles_of(officer, on=on)),
    }
    return render(request, "record/worker.html", context)


@never_cache
@require_safe
def worker_record_file(request: HttpRequest, pk: int) -> HttpResponse:
    """The same on paper, with the name masked."""
    worker, now = worker_or_404(request, pk), timezone.now()
    on = timezone.localdate(now)
    record = skill_record_of(worker, on=on, viewer=officer_of(request))
    try:
        content = record_paper(record, holder=masked_holder(worker), made_at=now)
    except PaperError as refusal:
        messages.error(request, refusal.message)
        return redirect("worker_record", worker.pk)
    record_taken(worker=worker, form="pdf", actor=officer_of(request), at=now)
    answer = HttpResponse(content, content_type="application/pdf")
    answer["Content-Disposition"] = f'attachment; filename="skill-record-{worker.pk}-{on:%Y%m%d}.pdf"'
    return answer
