"""The year at a glance, and taking an entry back."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from foundation.calendar import services
from foundation.calendar.models import CalendarDay
from foundation.calendar.selectors import year_overview
from foundation.officers_desk import WRITERS, roles_today
from foundation.requests import number_in

YEARS = range(2004, 2100)


@require_GET
def year_page(request: HttpRequest) -> HttpResponse:
    """Twelve months: which days count, which are only estimated."""
    asked = number_in(request.GET.get("year", ""))
    year = asked if asked is not None and asked in YEARS else timezone.localdate().year
    context = {
        "overview": year_overview(year),
        "may_edit": bool(roles_today(request) & WRITERS),
        "page_title": _("工作日历"),
        "header_title": _("工作日历"),
        "header_icon": "calendar",
    }
    return render(request, "policy/year.html", context)


@require_POST
def day_remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Take an entered day back."""
    get_object_or_404(CalendarDay, pk=pk)
    services.calendar_day_remove(day_id=pk, actor=request.user, at=timezone.now())  # type: ignore[arg-type]
    messages.success(request, _("已删除，这一天按日历计算。"))
    return redirect("calendar_days:index")
