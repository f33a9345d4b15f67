"""The assessor's phone: her rooms, her candidates by place, the sheet, and her word that it is done.

A rating is sent as an ordinary form, or by script where there is one; the script keeps it on the phone until it was
answered and sends it again. Both carry the same key, so that twice is once.
"""

from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from certifications.plans.models import RoomDuty
from certifications.scoring.forms import RatingForm
from certifications.scoring.pages import duty_or_404
from certifications.scoring.rules import number
from certifications.scoring.selectors.panels import MyLine, form_of, my_room, rooms_to_rate, window_of
from certifications.scoring.services import RatingEntry, panel_close, rating_submit, room_confirm
from foundation.errors import DomainError
from foundation.requests import user_of

BY_SCRIPT = "X-Rating-Script"


@never_cache
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """The rooms she judges in, the soonest first."""
    today = timezone.localdate()
    duties = rooms_to_rate(user_of(request), on=today)
    rows = [
        {"duty": duty, "is_today": timezone.localdate(duty.room.part.starts_at) == today, "mine": my_room(duty)}
        for duty in duties
    ]
    return render(request, "scoring/assess_home.html", {"rows": rows})


@never_cache
@require_safe
def room(request: HttpRequest, room: int) -> HttpResponse:
    """Her candidates by place: who is rated, who is next."""
    duty = duty_or_404(request, room)
    mine = my_room(duty)
    next_line = mine.missing[0] if mine.missing else None
    told = request.GET.get("saved", "")
    saved = next((line for line in mine.lines if line.rating and str(line.seat.candidate_id) == told), None)
    context: dict[str, Any] = {"duty": duty, "room": duty.room, "mine": mine, "next": next_line, "saved": saved}
    try:
        window = window_of(duty.room.part)
    except DomainError as refusal:
        return render(request, "scoring/assess_room.html", context | {"refusal": refusal.message})
    now = timezone.now()
    context |= {"window": window, "is_open": window.holds(now), "is_early": now < window.opens_at}
    return render(request, "scoring/assess_room.html", context)


@never_cache
def rate(request: HttpRequest, room: int, candidate: int) -> HttpResponseBase:
    """The sheet for one candidate; posted, it is kept."""
    duty = duty_or_404(request, room)
    used = form_of(duty.room.part)
    mine = my_room(duty)
    line = next((one for one in mine.lines if one.seat.candidate_id == candidate), None)
    if line is None or used is None:
        raise Http404
    is_absent = "absent" in request.POST
    if request.method == "POST":
        form = RatingForm(request.POST, items=used.items, is_absent=is_absent)
        if not form.is_valid():
            return _refused(request, duty, line, form)
        try:
            rating_submit(
                room_id=room,
                entry=RatingEntry(
                    key=form.cleaned_data["key"],
                    candidate_id=candidate,
                    edition=form.cleaned_data["edition"],
                    points={} if is_absent else form.points,
                    is_absent=is_absent,
                    note=form.cleaned_data["note"],
                ),
                actor=user_of(request),
                at=timezone.now(),
            )
        except DomainError as refusal:
            form.add_error(None, refusal.message)
            return _refused(request, duty, line, form)
        return _kept(request, duty, line)
    form = RatingForm(initial=_initial(line, used.edition), items=used.items)
    return _sheet(request, duty, line, form)


def _initial(line: MyLine, edition: int) -> dict[str, Any]:
    given: dict[str, Any] = {"key": uuid4(), "edition": edition}
    if line.rating is not None:
        given["note"] = line.rating.note
        for one in line.rating.marks.select_related("item"):
            given[f"points-{one.item.position}"] = number(one.mark)
    return given


def _sheet(request: HttpRequest, duty: RoomDuty, line: MyLine, form: RatingForm) -> HttpResponse:
    mine = my_room(duty)
    used = form_of(duty.room.part)
    context = {"duty": duty, "room": duty.room, "line": line, "form": form, "sheet": used, "mine": mine}
    return render(request, "scoring/assess_rate.html", context, status=422 if form.errors else 200)


def _refused(request: HttpRequest, duty: RoomDuty, line: MyLine, form: RatingForm) -> HttpResponseBase:
    if BY_SCRIPT in request.headers:
        told = [str(error) for errors in form.errors.values() for error in errors]
        return JsonResponse({"message": " ".join(dict.fromkeys(told))}, status=422)
    return _sheet(request, duty, line, form)


def _kept(request: HttpRequest, duty: RoomDuty, line: MyLine) -> HttpResponseBase:
    """Back to the list, which says what was kept: an answer that was lost leaves nothing behind to be said twice."""
    url = f"{reverse('assess_room', args=[duty.room_id])}?saved={line.seat.candidate_id}"
    if BY_SCRIPT in request.headers:
        return JsonResponse({"message": _("已保存。"), "url": url})
    return redirect(url)


@never_cache
@require_POST
def confirm(request: HttpRequest, room: int) -> HttpResponse:
    """She stands by what she gave in the room."""
    duty = duty_or_404(request, room)
    try:
        room_confirm(room_id=duty.room_id, actor=user_of(request), at=timezone.now())
    except DomainError as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(request, _("已确认，谢谢。考务人员会汇总成绩。"))
    return redirect("assess_room", duty.room_id)


@never_cache
@require_POST
def close(request: HttpRequest, room: int) -> HttpResponse:
    """One of the assessors writes the marks of the room, when all have confirmed."""
    duty = duty_or_404(request, room)
    try:
        panel_close(room_id=duty.room_id, actor=user_of(request), at=timezone.now())
    except DomainError as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(request, _("这个考场的成绩已登记。"))
    return redirect("assess_room", duty.room_id)
