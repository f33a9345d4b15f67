"""The same plan at the counter, for somebody who came in person."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from foundation.requests import user_of
from residency.planner.pages import plan_shown
from residency.planner.selectors import plan_for
from workers.models import Worker
from workers.pages import worker_or_404


@never_cache
@require_safe
def plan(request: HttpRequest, worker: int) -> HttpResponse:
    """Somebody's plan, by the same rules as hers; the officer's own file is not opened here."""
    person: Worker = worker_or_404(request, worker)
    if person.user_id == user_of(request).pk:
        raise Http404
    today = timezone.localdate()
    context = plan_shown(plan_for(person, on=today)) | {"worker": person, "today": today, "is_hers": False}
    return render(request, "planner/counter.html", context)
