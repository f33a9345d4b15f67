"""The assessor's phone: the rooms she is on duty in, and who sits there."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from certifications.plans.printing import place_word, seats_in, subject_of
from certifications.plans.selectors import duties_of_user
from foundation.requests import user_of


@never_cache
@require_safe
def rooms(request: HttpRequest) -> HttpResponse:
    """Where she is to be and when, the soonest first."""
    today = timezone.localdate()
    duties = duties_of_user(user_of(request), on=today)
    coming = [duty for duty in duties if timezone.localdate(duty.room.part.ends_at) >= today]
    past = [duty for duty in duties if timezone.localdate(duty.room.part.ends_at) < today]
    return render(request, "plans/duties.html", {"coming": coming, "past": past[::-1], "today": today})


@never_cache
@require_safe
def room(request: HttpRequest, pk: int) -> HttpResponse:
    """Who sits in one of her rooms, by place. Names are masked: ticket and identity card are compared at the table."""
    duty = get_object_or_404(duties_of_user(user_of(request), on=timezone.localdate()), room=pk)
    plan = duty.room.part.plan
    context = {
        "duty": duty,
        "room": duty.room,
        "plan": plan,
        "subject": subject_of(plan),
        "seats": seats_in(duty.room),
        "number_label": place_word(duty.room.part.kind),
    }
    return render(request, "plans/room.html", context)
