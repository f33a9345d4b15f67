"""What the pages of notices share."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone

from foundation.calendar.working_days import working_calendar
from foundation.requests import user_of
from subsidies.notices.models import NoticeLine, Objection, PublicNotice
from subsidies.notices.selectors import notices_visible_to, objections_visible_to


def unlisted(response: HttpResponse) -> HttpResponse:
    """Public, but not for search engines: what is withdrawn here must not live on there."""
    response.headers["X-Robots-Tag"] = "noindex, nofollow, noarchive"
    response.headers["Cache-Control"] = "no-store"
    return response


def notice_or_404(number: str) -> PublicNotice:
    return get_object_or_404(PublicNotice, number=number.upper())


def line_or_404(notice: PublicNotice, serial: int) -> NoticeLine:
    found = NoticeLine.objects.select_related("claim", "notice").filter(notice=notice, serial=serial).first()
    if found is None:
        raise Http404
    return found


def desk_notice_or_404(request: HttpRequest, pk: int) -> PublicNotice:
    return get_object_or_404(notices_visible_to(user_of(request), on=timezone.localdate()), pk=pk)


def desk_objection_or_404(request: HttpRequest, pk: int) -> Objection:
    return get_object_or_404(objections_visible_to(user_of(request), on=timezone.localdate()), pk=pk)


def days_left(notice: PublicNotice) -> dict[str, Any]:
    """The last day, how many working days are left, and whether the calendar of those days is certain."""
    calendar, on = working_calendar(), timezone.localdate()
    is_over = on > notice.ends_on
    return {
        "due_on": notice.ends_on,
        "days_left": 0 if is_over else calendar.count(on, notice.ends_on),
        "is_over": is_over,
        "provisional": calendar.is_provisional(notice.published_on, notice.ends_on),
    }
