"""The worker's part: scan or type the code, press one button, see that it worked."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from courses.attendance.errors import AttendanceError
from courses.attendance.forms import DigitsForm
from courses.attendance.models import Attendance
from courses.attendance.pages import device_mark, device_of, seen_forget, seen_keep, seen_of
from courses.attendance.selectors import meetings
from courses.attendance.services import Seen, digits_see, sign_in, text_see
from courses.attendance.states import IN_THE_ROOM
from foundation.errors import DomainError
from foundation.requests import user_of
from workers.forms import posted
from workers.models import Worker
from workers.selectors import worker_of


@never_cache
@require_safe
def scan(request: HttpRequest, code: str) -> HttpResponse:
    """What a scanned square opens. Anybody may, and learns nothing by it; signing in comes next."""
    try:
        seen = text_see(text=code, at=timezone.now())
    except AttendanceError as refusal:
        return render(request, "attendance/code_old.html", {"refusal": refusal}, status=410)
    seen_keep(request, seen)
    return redirect("attendance_sign_in")


@never_cache
def signing_in(request: HttpRequest) -> HttpResponse:
    """One button after a scan; six digits without one."""
    worker = worker_of(user_of(request))
    if worker is None:
        return redirect("my_identity")
    seen = seen_of(request)
    is_typed = "digits" in request.POST or seen is None
    form = DigitsForm(posted(request) if is_typed else None)
    refusal: DomainError | None = None
    if request.method == "POST" and (not is_typed or form.is_valid()):
        now = timezone.now()
        try:
            if is_typed or seen is None:
                seen = digits_see(worker=worker, digits=form.cleaned_data["digits"], at=now)
            return _done(request, worker, seen)
        except DomainError as error:
            refusal, seen = error, None
            seen_forget(request)
            form = DigitsForm()
    session = meetings().filter(pk=seen.session_id).first() if seen else None
    context = {"session": session, "form": form, "refusal": refusal}
    status = 422 if refusal or form.errors else 200
    return device_mark(request, render(request, "attendance/sign_in.html", context, status=status))


def _done(request: HttpRequest, worker: Worker, seen: Seen) -> HttpResponse:
    attendance = sign_in(worker=worker, seen=seen, device=device_of(request), actor=user_of(request), at=timezone.now())
    seen_forget(request)
    return device_mark(request, redirect("attendance_done", attendance.session_id))


@never_cache
@require_safe
def done(request: HttpRequest, pk: int) -> HttpResponse:
    """That she is in the register, and as what."""
    hers = Attendance.objects.filter(session=pk, enrolment__worker__user=user_of(request))
    row = hers.select_related("session__class_run").first()
    if row is None:
        raise Http404
    context = {"attendance": row, "session": row.session, "is_in_the_room": row.state in IN_THE_ROOM}
    return render(request, "attendance/signed_in.html", context)
