"""技能档案: her whole record on one page, to look at and to take along."""

import json

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from certifications.papers.errors import PaperError
from certifications.record.export import record_data
from certifications.record.pages import record_context
from certifications.record.printing import record_paper
from certifications.record.selectors import skill_record_of
from certifications.record.services import own_holder, record_taken
from foundation.requests import user_of
from workers.selectors import worker_of


@never_cache
@require_safe
def my_record(request: HttpRequest) -> HttpResponse:
    """What she learnt, was certified for and has worked, with who stands for each line."""
    user, worker = user_of(request), worker_of(user_of(request))
    if worker is None:
        return redirect("my_home")
    record = skill_record_of(worker, on=timezone.localdate(), viewer=user)
    return render(request, "record/mine.html", record_context(record, is_hers=True))


@never_cache
@require_safe
def my_record_file(request: HttpRequest) -> HttpResponse:
    """The record as a PDF, with her name on it."""
    return _taken(request, "pdf")


@never_cache
@require_safe
def my_record_data(request: HttpRequest) -> HttpResponse:
    """The record as data, for other systems."""
    return _taken(request, "json")


def _taken(request: HttpRequest, form: str) -> HttpResponse:
    user, worker, now = user_of(request), worker_of(user_of(request)), timezone.now()
    if worker is None:
        return redirect("my_home")
    on = timezone.localdate(now)
    try:
        holder = own_holder(worker=worker, viewer=user, on=on)
        record = skill_record_of(worker, on=on, viewer=user)
        if form == "pdf":
            content, kind = record_paper(record, holder=holder, made_at=now), "application/pdf"
        else:
            data = record_data(record, holder=holder, made_at=now)
            content, kind = json.dumps(data, ensure_ascii=False, indent=1).encode(), "application/json"
    except PermissionDenied:
        messages.error(request, _("实名通过以后才能下载技能档案。"))
        return redirect("my_record")
    except PaperError as refusal:
        messages.error(request, refusal.message)
        return redirect("my_record")
    record_taken(worker=worker, form=form, actor=user, at=now)
    answer = HttpResponse(content, content_type=kind)
    answer["Content-Disposition"] = f'attachment; filename="skill-record-{on:%Y%m%d}.{form}"'
    return answer
