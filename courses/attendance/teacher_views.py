"""The teacher's phone: today's sessions, the code, the list, the count, the paper roster, the end."""

from datetime import date, timedelta
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from courses.attendance import services
from courses.attendance.codes import code_of
from courses.attendance.forms import CorrectForm, CountForm, RosterForm, SheetForm
from courses.attendance.pages import picture_of, run_or_404
from courses.attendance.selectors import board_of, people_in_the_room, sessions_of_day
from courses.attendance.states import TONES, AttendanceState
from courses.classes.models import Session
from foundation.audit.services import audit_record
from foundation.errors import DomainError
from foundation.privacy.states import Purpose
from foundation.requests import user_of
from workers.forms import RepairingForm, posted


@never_cache
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """The sessions of a day, today's unless another is asked for."""
    today = timezone.localdate()
    day = _day(request.GET.get("day", "")) or today
    context = {
        "sessions": sessions_of_day(user_of(request), day=day, on=today),
        "day": day,
        "today": today,
        "before": day - timedelta(days=1),
        "after": day + timedelta(days=1),
    }
    return render(request, "attendance/teach_home.html", context)


def _day(text: str) -> date | None:
    """The day asked for, if there is one before it and one after it."""
    try:
        day = parse_date(text)
    except ValueError:
        return None
    return day if day and date.min < day < date.max else None


@never_cache
def session(request: HttpRequest, pk: int) -> HttpResponse:
    """The register of a session; posting the count enters it, with ``finish`` it ends the session."""
    found = run_or_404(request, pk)
    form = CountForm(posted(request))
    if request.method == "POST" and form.is_valid():
        facts: dict[str, Any] = {
            "session_id": found.pk,
            "people": form.cleaned_data["people"],
            "actor": user_of(request),
            "at": timezone.now(),
        }
        try:
            if "finish" in request.POST:
                services.session_finish(**facts)
                messages.success(request, _("已登记下课，没有签到的人记为缺课。"))
            else:
                count = services.head_count_enter(**facts)
                _say_count(request, count.people, count.registered)
        except DomainError as refusal:
            form.refuse(refusal)
        else:
            return redirect("attendance_session", found.pk)
    context = _register(found) | {"form": form}
    return render(request, "attendance/session.html", context, status=422 if form.errors else 200)


def _say_count(request: HttpRequest, people: int, registered: int) -> None:
    facts = {"people": people, "registered": registered}
    if people == registered:
        messages.success(request, _("教室 %(people)d 人，到课 %(registered)d 人，一致。") % facts)
    elif people < registered:
        messages.warning(
            request,
            _("教室 %(people)d 人，比到课的 %(registered)d 人少。已转学校核查，不影响大家上课和签到。") % facts,
        )
    else:
        messages.info(
            request,
            _("教室 %(people)d 人，到课 %(registered)d 人。没签到的可以扫码，也可以用纸质签到表登记。") % facts,
        )


def _register(found: Session) -> dict[str, Any]:
    board = board_of(found)
    return {
        "session": found,
        "board": board,
        "is_over": timezone.now() > found.ends_at,
        "tones": {state.value: tone for state, tone in TONES.items()},
        "totals": [(state.label, board.number_with(state), TONES[state]) for state in AttendanceState],
    }


@never_cache
@require_safe
def people(request: HttpRequest, pk: int) -> HttpResponse:
    """The list alone, for the page that renews it."""
    return render(request, "attendance/_people.html", _register(run_or_404(request, pk)))


@never_cache
@require_safe
def code(request: HttpRequest, pk: int) -> HttpResponse:
    """The code, large: on the teacher's phone or on the wall. Showing it opens the register."""
    found = run_or_404(request, pk)
    try:
        services.register_open(session_id=found.pk, actor=user_of(request), at=timezone.now())
    except DomainError as refusal:
        messages.error(request, refusal.message)
        return redirect("attendance_session", found.pk)
    return render(request, "attendance/code.html", _code(found))


@never_cache
@require_safe
def code_now(request: HttpRequest, pk: int) -> HttpResponse:
    """The code of this moment alone, for the page that renews it."""
    return render(request, "attendance/_code.html", _code(run_or_404(request, pk)))


def _code(found: Session) -> dict[str, Any]:
    now = code_of(found.pk, at=timezone.now())
    return {
        "session": found,
        "code": now,
        "picture": picture_of(now.text),
        "digits": f"{now.digits[:3]} {now.digits[3:]}",
        "in_the_room": people_in_the_room(found.pk),
    }


@never_cache
def roster(request: HttpRequest, pk: int) -> HttpResponse:
    """The paper roster, keyed in: everybody present, the exceptions ticked."""
    found = run_or_404(request, pk)
    board = board_of(found)
    form = RosterForm(posted(request), board=board)

    def save() -> None:
        services.roster_enter(
            session_id=found.pk,
            states=form.states,
            reason=form.cleaned_data["reason"],
            actor=user_of(request),
            at=timezone.now(),
        )

    if _saved(request, form, save):
        messages.success(request, _("已按纸质签到表登记。"))
        return redirect("attendance_session", found.pk)
    context = {"session": found, "board": board, "form": form}
    return render(request, "attendance/roster.html", context, status=422 if form.errors else 200)


@never_cache
def person(request: HttpRequest, pk: int, enrolment: int) -> HttpResponse:
    """One person at the session: what is recorded, its history, and another state with its reason."""
    found = run_or_404(request, pk)
    row = next((row for row in board_of(found).rows if row.enrolment.pk == enrolment), None)
    if row is None:
        raise Http404
    form = CorrectForm(posted(request), initial={"state": row.state})

    def save() -> None:
        services.attendance_correct(
            session_id=found.pk,
            enrolment_id=enrolment,
            state=AttendanceState(form.cleaned_data["state"]),
            reason=form.cleaned_data["reason"],
            actor=user_of(request),
            at=timezone.now(),
        )

    if _saved(request, form, save):
        messages.success(request, _("已登记。"))
        return redirect("attendance_session", found.pk)
    events = row.attendance.events.select_related("actor") if row.attendance else []
    context = {"session": found, "row": row, "form": form, "events": events}
    return render(request, "attendance/person.html", context, status=422 if form.errors else 200)


def _saved(request: HttpRequest, form: RepairingForm, save: Any) -> bool:
    """Whether a form was sent and its service took it; otherwise the form says why not."""
    if request.method != "POST" or not form.is_valid():
        return False
    try:
        save()
    except DomainError as refusal:
        form.refuse(refusal)
        return False
    return True


@never_cache
def sheet(request: HttpRequest, pk: int) -> HttpResponse:
    """签到表 to print: names masked, or in plain for a purpose that is kept."""
    found = run_or_404(request, pk)
    board = board_of(found)
    form = SheetForm(posted(request))
    names = {row.worker.pk: row.worker.masked_name for row in board.rows}
    is_plain = request.method == "POST" and form.is_valid()
    if is_plain:
        purpose, note = Purpose(form.cleaned_data["purpose"]), form.cleaned_data["note"]
        names = services.names_reveal(
            viewer=user_of(request),
            workers=[row.worker for row in board.rows],
            purpose=purpose,
            note=note,
            on=timezone.localdate(),
        )
        with transaction.atomic():
            audit_record(
                "attendance.sheet.printed", found, actor=user_of(request), reason=note, data={"purpose": purpose.value}
            )
    lines = [{"row": row, "name": names[row.worker.pk]} for row in board.rows]
    context = {"session": found, "lines": lines, "form": form, "is_plain": is_plain, "board": board}
    return render(request, "attendance/sheet.html", context, status=422 if form.errors else 200)
