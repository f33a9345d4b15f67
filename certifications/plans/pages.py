"""What the pages of plans share: which plan, what is missing next, the history in words, files as answers."""

from collections.abc import Callable, Collection, Iterable
from datetime import date, timedelta
from typing import Any
from urllib.parse import quote

from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from certifications.plans.models import AssessmentPlan, PlanPart, PlanRoom, Seat
from certifications.plans.rules import Check
from certifications.plans.selectors import candidates_of, plan_runs_here, plans_visible_to
from certifications.plans.states import (
    CANCELLERS,
    EDITABLE,
    REVIEWED,
    TRANSITIONS,
    PartKind,
    PlanKind,
    PlanState,
)
from foundation.accounts.models import User
from foundation.accounts.selectors import roles_of
from foundation.requests import user_of

PDF = "application/pdf"
EVENTS_SHOWN = 60
EVENT_WORDS = {
    "created": gettext_lazy("建立计划"),
    "changed": gettext_lazy("修改基本信息"),
    "part_set": gettext_lazy("填写考核时间"),
    "part_removed": gettext_lazy("删去考核部分"),
    "room_added": gettext_lazy("添加考场"),
    "room_changed": gettext_lazy("修改考场"),
    "room_removed": gettext_lazy("删去考场"),
    "duty_assigned": gettext_lazy("安排考评人员"),
    "duty_ended": gettext_lazy("撤下考评人员"),
    "candidate_admitted": gettext_lazy("准考"),
    "candidate_withdrawn": gettext_lazy("考生放弃"),
    "candidate_excluded": gettext_lazy("取消考生资格"),
    "seats_arranged": gettext_lazy("编排座位"),
    "seats_cleared": gettext_lazy("清空座位"),
    "open": gettext_lazy("开始接受申报"),
    "arrange": gettext_lazy("确认编排，发出准考证"),
    "reopen": gettext_lazy("重新编排"),
    "hold": gettext_lazy("考核结束"),
    "publish": gettext_lazy("公布成绩"),
    "finalise": gettext_lazy("成绩确定"),
    "recall": gettext_lazy("退回已公布的成绩"),
    "cancel": gettext_lazy("取消计划"),
}
# Moves of the desk's page; results are published and taken back on pages of their own.
OWN_STEPS = frozenset({"open", "arrange", "hold", "reopen", "cancel"})


def plan_or_404(request: HttpRequest, pk: int) -> AssessmentPlan:
    """A plan she may see; another does not exist for her."""
    return get_object_or_404(plans_visible_to(user_of(request), on=timezone.localdate()), pk=pk)


def own_plan_or_404(request: HttpRequest, pk: int) -> AssessmentPlan:
    """A plan of the office she works in."""
    plan = plan_or_404(request, pk)
    if not plan_runs_here(user_of(request), plan, on=timezone.localdate()):
        raise Http404
    return plan


def own_room_or_404(request: HttpRequest, pk: int) -> PlanRoom:
    """A room of such a plan."""
    room = get_object_or_404(PlanRoom.objects.select_related("part__plan__organisation"), pk=pk)
    own_plan_or_404(request, room.part.plan_id)
    return room


def grouped(checks: Collection[Check]) -> dict[str, list[Check]]:
    """The checks as a page lays them out: what holds up, what to look at, what is in order."""
    return {
        "blocking": [check for check in checks if check.blocks],
        "warnings": [check for check in checks if not check.passed and check.is_advice],
        "passed": [check for check in checks if check.passed],
    }


def last_day(days: Any) -> date | None:
    """The last day of a range of days, as people say it."""
    return days.upper - timedelta(days=1) if days and days.upper else None


def kinds_of(plan: AssessmentPlan) -> list[PartKind]:
    """The parts a plan may have."""
    wanted = [PartKind.THEORY, PartKind.PRACTICAL]
    return [*wanted, PartKind.REVIEW] if plan.kind == PlanKind.LEVEL and plan.level in REVIEWED else wanted


def steps_of(plan: AssessmentPlan, user: User) -> list[str]:
    """The moves she may take now on this page; scores are published on their own."""
    on = timezone.localdate()
    kind = PlanKind(plan.kind)
    fitting = [name for name, move in TRANSITIONS.items() if plan.state in move.sources.get(kind, ())]
    if plan_runs_here(user, plan, on=on):
        return [name for name in fitting if name in OWN_STEPS]
    return ["cancel"] if "cancel" in fitting and CANCELLERS & roles_of(user, on=on) else []


def tasks_of(plan: AssessmentPlan, parts: Collection[PlanPart], checks: Collection[Check]) -> list[dict[str, Any]]:
    """What is to be done, in its order, and how far each is."""
    places: dict[str, list[Check]] = {}
    for check in checks:
        places.setdefault(check.place, []).append(check)
    rooms = sum(len(part.rooms.all()) for part in parts)
    duties = sum(len(room.duties.all()) for part in parts for room in part.rooms.all())
    people = candidates_of(plan).count()
    lines = [
        ("details", _("基本信息"), "plan_details", _("名称、人数、考生须知")),
        ("parts", _("考核部分和时间"), "plan_layout", "、".join(str(part) for part in parts) or _("还没有填写")),
        ("rooms", _("考场"), "plan_layout", ngettext("%d 个考场", "%d 个考场", rooms) % rooms),
        ("panels", _("监考和考评人员"), "plan_layout", ngettext("%d 人次", "%d 人次", duties) % duties),
        ("candidates", _("考生和座位"), "plan_candidates", ngettext("%d 名考生", "%d 名考生", people) % people),
    ]
    return [
        {"label": label, "url": reverse(name, args=[plan.pk]), "hint": hint}
        | _status(places.get(place, []), place, plan)
        for place, label, name, hint in lines
    ]


def _status(checks: Iterable[Check], place: str, plan: AssessmentPlan) -> dict[str, Any]:
    failed = [check for check in checks if not check.passed]
    if any(check.blocks for check in failed):
        return {"status": _("要处理"), "tone": "error"}
    if place == "candidates" and plan.kind == PlanKind.LEVEL and plan.state == PlanState.DRAFT:
        return {"status": _("开始申报以后"), "tone": "neutral"}
    if failed:
        return {"status": _("请留意"), "tone": "warning"}
    return {"status": _("已完成"), "tone": "success"}


def timeline_of(plan: AssessmentPlan) -> list[dict[str, Any]]:
    """What happened, the newest first; single admissions are many and stand with the candidates."""
    events = plan.events.exclude(action="candidate_admitted").select_related("actor").order_by("-at", "-pk")
    return [
        {
            "title": str(EVENT_WORDS.get(event.action, event.action)),
            "at": event.at,
            "text": event.reason or _event_text(event.action, event.data),
            "actor": event.actor.name if event.actor else _("系统"),
        }
        for event in events[:EVENTS_SHOWN]
    ]


def _event_text(action: str, data: dict[str, Any]) -> str:
    if action == "seats_arranged":
        words = {"seats": data.get("seats", 0), "left": len(data.get("left_over", []))}
        return _("排了 %(seats)d 个座位，%(left)d 个没有排上") % words
    return str(data.get("room", ""))


def left_over_of(plan: AssessmentPlan) -> list[dict[str, str]]:
    """Whom the last arrangement could not seat, and why; nothing once the plan is arranged."""
    if plan.state not in EDITABLE:
        return []
    event = plan.events.filter(action="seats_arranged").order_by("-at", "-pk").first()
    rows = event.data.get("left_over", []) if event else []
    # Who was seated or left since then is no matter any more.
    here = set(candidates_of(plan).values_list("ticket_number", flat=True))
    seated = set(Seat.objects.filter(part__plan=plan).values_list("candidate__ticket_number", "part__kind"))
    waiting = [row for row in rows if row["ticket"] in here and (row["ticket"], row["part"]) not in seated]
    return [{**row, "part_label": str(PartKind(row["part"]).label)} for row in waiting]


def download(content: bytes | Iterable[bytes], name: str, kind: str, *, inline: bool = False) -> Any:
    """A file as the answer, kept by nobody on the way."""
    answer_of: Callable[..., Any] = HttpResponse if isinstance(content, bytes) else StreamingHttpResponse
    answer = answer_of(content, content_type=kind)
    way = "inline" if inline else "attachment"
    answer["Content-Disposition"] = f"{way}; filename*=UTF-8''{quote(name)}"
    answer["Cache-Control"] = "no-store"
    answer["X-Content-Type-Options"] = "nosniff"
    return answer
