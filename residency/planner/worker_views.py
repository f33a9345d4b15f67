"""我的规划: her own plan."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from foundation.requests import user_of
from residency.planner.pages import plan_shown
from residency.planner.selectors import plan_for
from workers.selectors import proven_worker_of


@never_cache
@require_safe
def plan(request: HttpRequest) -> HttpResponse:
    """Where she is, and what she could do next, the best first. Without a proven file there is nothing to plan from."""
    worker, today = proven_worker_of(user_of(request)), timezone.localdate()
    context = {"worker": worker, "today": today, "is_hers": True}
    if worker is not None:
        context |= plan_shown(plan_for(worker, on=today))
    return render(request, "planner/plan.html", context)
