"""The public pages, without signing in: notices, one notice, an objection, and its answer."""

from threading import BoundedSemaphore

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from foundation.errors import DomainError
from subsidies.notices import limits
from subsidies.notices.forms import ObjectionForm, ReceiptForm
from subsidies.notices.models import PublicNotice
from subsidies.notices.numbers import receipt_shown, receipt_tidied
from subsidies.notices.pages import days_left, line_or_404, notice_or_404, unlisted
from subsidies.notices.printing import notice_paper
from subsidies.notices.selectors import (
    can_be_objected,
    lines_of,
    names_shown,
    names_until,
    notices_public,
    objection_by_receipt,
    totals_by_scheme,
    totals_of,
    was_dismissed,
)
from subsidies.notices.services import objection_make
from subsidies.notices.states import NoticeState
from subsidies.notices.tables import NOTICE_TONES, OBJECTION_TONES
from workers.forms import posted

NOTICES_A_PAGE, LINES_A_PAGE = 20, 50
RECEIPT = "objection_receipt"
# Drawing a file keeps one process busy for seconds; whoever waits longer is asked to come back.
_one_at_a_time = BoundedSemaphore(1)
PATIENCE = 5


@require_safe
def notices(request: HttpRequest) -> HttpResponse:
    """Every notice there was, those that run first."""
    rows = notices_public()
    past = Paginator(rows.filter(state=NoticeState.CLOSED), NOTICES_A_PAGE).get_page(request.GET.get("page"))
    running = [(one, days_left(one)) for one in rows.filter(state=NoticeState.OPEN)]
    context = {"running": running, "past": past, "tones": NOTICE_TONES}
    return unlisted(render(request, "notices/list.html", context))


@require_safe
def notice(request: HttpRequest, number: str) -> HttpResponse:
    """One notice with its lines; after a while only what they came to."""
    found, on = notice_or_404(number), timezone.localdate()
    context = {
        "notice": found,
        "days": days_left(found),
        "totals": totals_of(found),
        "names_until": names_until(found),
        "with_names": names_shown(found, on=on),
        "tone": NOTICE_TONES[NoticeState(found.state)],
    }
    if context["with_names"]:
        context["rows"] = Paginator(lines_of(found), LINES_A_PAGE).get_page(request.GET.get("page"))
        context["may_object"] = found.state == NoticeState.OPEN and on <= found.ends_on
    else:
        context["schemes"] = totals_by_scheme(found)
    return unlisted(render(request, "notices/notice.html", context))


@require_safe
def file(request: HttpRequest, number: str) -> HttpResponse:
    """The notice as a PDF, while its names are shown."""
    found = notice_or_404(number)
    if not names_shown(found, on=timezone.localdate()):
        raise Http404
    if not limits.FILES.count(limits.address_of(request)):
        return too_often(request)
    if not _one_at_a_time.acquire(timeout=PATIENCE):
        return too_often(request, status=503)
    try:
        content = notice_paper(found)
    finally:
        _one_at_a_time.release()
    answer = HttpResponse(content, content_type="application/pdf")
    answer["Content-Disposition"] = f'inline; filename="{found.number}.pdf"'
    return unlisted(answer)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def objection(request: HttpRequest, number: str, serial: int) -> HttpResponse:
    """What is wrong with this line? Anybody may say so, with or without a name."""
    line = line_or_404(notice_or_404(number), serial)
    if not can_be_objected(line, on=timezone.localdate()):
        return unlisted(render(request, "notices/not_now.html", {"line": line}, status=409))
    form = ObjectionForm(posted(request), request.FILES or None)
    if request.method == "POST" and form.is_valid():
        who, here = limits.address_of(request), limits.OBJECTIONS_TO_A_NOTICE
        if limits.any_reached((here, f"{line.notice_id}.{who}")):
            return too_often(request, notice=line.notice, most=here.most)
        if not limits.OBJECTIONS.count(who):
            return too_often(request)
        try:
            made = objection_make(
                line_id=line.pk, entry=form.entry, at=timezone.now(), evidence=form.cleaned_data["evidence"]
            )
        except DomainError as refusal:
            form.refuse(refusal)
        else:
            here.count(f"{line.notice_id}.{who}")
            request.session[RECEIPT] = made.number
            return redirect("notice_objection_received")
    context = {"line": line, "notice": line.notice, "form": form, "stays": was_dismissed(line.claim)}
    return unlisted(render(request, "notices/objection.html", context, status=422 if form.errors else 200))


@never_cache
@require_safe
def received(request: HttpRequest) -> HttpResponse:
    """The receipt number, shown this once."""
    found = objection_by_receipt(request.session.pop(RECEIPT, ""))
    if found is None:
        return redirect("notice_objection_answer")
    context = {"objection": found, "number": receipt_shown(found.number), "notice": found.line.notice}
    return unlisted(render(request, "notices/received.html", context))


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def answer(request: HttpRequest) -> HttpResponse:
    """What became of an objection, for whoever has its number; the number is never put into an address."""
    form, found = ReceiptForm(posted(request)), None
    if request.method == "POST" and form.is_valid():
        who = limits.address_of(request)
        found = objection_by_receipt(receipt_tidied(form.cleaned_data["number"]))
        if found is None:
            if not limits.WRONG_RECEIPTS.count(who):
                return too_often(request)
            form.add_error("number", _("没有查到这个编号。请对照您记下的编号再输一次。"))
    context = {"form": form, "objection": found, "tones": OBJECTION_TONES}
    return unlisted(render(request, "notices/answer.html", context, status=422 if form.errors else 200))


def too_often(
    request: HttpRequest, *, status: int = 429, notice: PublicNotice | None = None, most: int = 0
) -> HttpResponse:
    """Not now; with a notice: not to this one any more."""
    return unlisted(render(request, "notices/too_often.html", {"notice": notice, "most": most}, status=status))
