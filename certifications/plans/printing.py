"""准考证 and 考场签到表: what is printed for candidates and for the door of a room."""

from base64 import b64encode
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from cryptography.fernet import InvalidToken
from django.utils import timezone
from django.utils.translation import gettext as _

from certifications.papers.codes import qr_modules
from certifications.papers.errors import PaperError
from certifications.papers.photos import photo_make
from certifications.papers.simple import simple_paper
from certifications.plans.models import AssessmentPlan, PlanRoom, Seat
from certifications.plans.selectors import Ticket
from certifications.plans.states import PartKind, PlanKind
from courses.completion.sheets import text_row, xlsx_pieces
from workers.models import Worker

QUIET = 2  # modules of white around the code, which stands on white paper
UNREADABLE = (OSError, ValueError, InvalidToken, PaperError)


def tickets_paper(tickets: Sequence[Ticket], *, names: Mapping[int, str] | None = None) -> bytes:
    """One A4 page for each ticket. ``names`` are the plain names by worker; the others stay masked."""
    plans = {ticket.candidate.plan_id: ticket.candidate.plan for ticket in tickets}
    pages = [_page(ticket, plans[ticket.candidate.plan_id], names or {}) for ticket in tickets]
    return simple_paper("plans/ticket.html", {"pages": pages})


def _page(ticket: Ticket, plan: AssessmentPlan, names: Mapping[int, str]) -> dict[str, Any]:
    worker = ticket.candidate.worker
    return {
        "plan": plan,
        "subject": subject_of(plan),
        "name": names.get(worker.pk, worker.masked_name),
        "id_number": worker.masked_id_number,
        "sex": worker.get_sex_display(),
        "ticket_number": ticket.candidate.ticket_number,
        "code": ticket.code,
        "photo": photo_data(worker),
        "qr": qr_data(ticket.code),
        "seats": [_line(seat) for seat in ticket.seats],
        "is_test": plan.kind == PlanKind.SCHOOL_TEST,
        "notice": [line for line in plan.notice.splitlines() if line.strip()],
        "organiser": plan.organisation.name,
        "phone": office_phone(plan),
    }


def _line(seat: Seat) -> dict[str, Any]:
    starts_at, ends_at = timezone.localtime(seat.part.starts_at), timezone.localtime(seat.part.ends_at)
    return {
        "part": seat.part.get_kind_display(),
        "method": seat.part.method,
        "day": f"{starts_at:%Y-%m-%d}",
        "weekday": starts_at,
        "hours": f"{starts_at:%H:%M}–{ends_at:%H:%M}",
        "room": seat.room.name,
        "address": seat.room.address,
        "number": seat.number,
        "number_label": place_word(seat.part.kind),
    }


def subject_of(plan: AssessmentPlan) -> str:
    """Occupation, work type and level, as a heading has them."""
    words = [str(plan.occupation), str(plan.work_type or "")]
    return " ".join(word for word in [*words, plan.get_level_display() if plan.level else ""] if word)


def office_phone(plan: AssessmentPlan) -> str:
    """The office phone of whoever holds the assessment."""
    if plan.body is not None:
        return plan.body.contact_phone
    school = getattr(plan.organisation, "school", None)
    return school.contact_phone if school else ""


def place_word(kind: str) -> str:
    """A seat in theory, a station in practice, the order before a panel."""
    words = {PartKind.THEORY: _("座位号"), PartKind.PRACTICAL: _("工位号"), PartKind.REVIEW: _("顺序号")}
    return words[PartKind(kind)]


def photo_data(worker: Worker) -> str:
    """Her photo made small, as an address inside the page; nothing when there is none or it cannot be read."""
    if not worker.photo:
        return ""
    try:
        with worker.photo.storage.open(str(worker.photo.name)) as file:
            jpeg = photo_make(file.read()).jpeg
    except UNREADABLE:
        return ""  # the ticket has room to glue one on; the school sees who lacks one before printing
    return f"data:image/jpeg;base64,{b64encode(jpeg).decode()}"


def qr_data(text: str) -> str:
    """The code as a drawing inside the page."""
    modules = qr_modules(text)
    side = len(modules) + 2 * QUIET
    rows = "".join(
        f"M{x + QUIET} {y + QUIET}h1v1h-1z" for y, row in enumerate(modules) for x, dark in enumerate(row) if dark
    )
    drawing = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {side} {side}" shape-rendering="crispEdges">'
        f'<path d="{rows}" fill="#000"/></svg>'
    )
    return f"data:image/svg+xml;base64,{b64encode(drawing.encode()).decode()}"


def seats_in(room: PlanRoom) -> list[Seat]:
    """Who sits in a room, by place."""
    return list(
        Seat.objects.filter(room=room).select_related("candidate__worker__user", "part", "room").order_by("number")
    )


def door_paper(room: PlanRoom, *, names: Mapping[int, str]) -> bytes:
    """The list for the door of a room, to be signed."""
    plan = room.part.plan
    context = {
        "plan": plan,
        "subject": subject_of(plan),
        "room": room,
        "part": _line_of(room),
        "rows": list(_rows(room, names)),
        "number_label": place_word(room.part.kind),
        "duties": room.duties.select_related("assessor").order_by("duty", "pk"),
    }
    return simple_paper("plans/door.html", context)


def _line_of(room: PlanRoom) -> dict[str, Any]:
    starts_at, ends_at = timezone.localtime(room.part.starts_at), timezone.localtime(room.part.ends_at)
    return {"name": room.part.get_kind_display(), "day": starts_at, "hours": f"{starts_at:%H:%M}–{ends_at:%H:%M}"}


def _rows(room: PlanRoom, names: Mapping[int, str]) -> Iterator[dict[str, Any]]:
    for seat in seats_in(room):
        worker = seat.candidate.worker
        yield {
            "number": seat.number,
            "ticket": seat.candidate.ticket_number,
            "name": names.get(worker.pk, worker.masked_name),
            "id_number": worker.masked_id_number,
        }


def door_workbook(room: PlanRoom, *, names: Mapping[int, str]) -> Iterator[bytes]:
    """The same list as a workbook, all cells text."""
    part = _line_of(room)
    head = [
        text_row([_("考场签到表")]),
        text_row([f"{room.part.plan.title} {part['name']}", f"{part['day']:%Y-%m-%d} {part['hours']}"]),
        text_row([f"{room.name} {room.address}"]),
        text_row([place_word(room.part.kind), _("准考证号"), _("姓名"), _("身份证号码"), _("签到"), _("备注")]),
    ]
    rows = [
        text_row([row["number"], row["ticket"], row["name"], row["id_number"], "", ""]) for row in _rows(room, names)
    ]
    return xlsx_pieces([(_("签到表"), [*head, *rows])])
