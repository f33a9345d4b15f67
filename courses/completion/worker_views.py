"""Her own page of a class: where she was, what it is worth, and what the close said."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from courses.attendance.figures import RATE_MIN
from courses.attendance.selectors import figure, meetings, standings_of
from courses.attendance.states import TONES
from courses.classes.models import Enrolment
from courses.completion.selectors import completions_in_force
from foundation.policy.errors import PolicyGapError
from foundation.requests import user_of


@never_cache
@require_safe
def my_attendance(request: HttpRequest, pk: int) -> HttpResponse:
    """Each session with its state, the rate, what she may still miss, and the result when there is one."""
    hers = Enrolment.objects.filter(pk=pk, worker__user=user_of(request)).select_related("class_run", "worker").first()
    if hers is None:
        raise Http404
    on = timezone.localdate()
    standing = standings_of(hers.class_run, on=on, enrolments=[hers.pk])[hers.pk]
    sessions = {session.pk: session for session in meetings().filter(class_run=hers.class_run)}
    lines = [
        {"line": line, "session": sessions[line.meeting], "tone": TONES[line.state] if line.state else "neutral"}
        for line in standing.lines
    ]
    try:
        least = figure(RATE_MIN, on=on)
    except PolicyGapError:
        least = None
    context = {
        "enrolment": hers,
        "run": hers.class_run,
        "standing": standing,
        "lines": lines,
        "least": least,
        "is_below": least is not None and standing.is_below(least),
        "may_miss": standing.may_miss(least) if least is not None else None,
        "completion": completions_in_force().filter(enrolment=hers).first(),
    }
    return render(request, "completion/mine.html", context)
