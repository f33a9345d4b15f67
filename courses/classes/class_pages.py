"""What the desks of class runs share: which run, what is left to do on it, and its history in words."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from courses.classes.filing_facts import checks_of
from courses.classes.models import ClassRun
from courses.classes.rules.checks import blocking
from courses.classes.rules.facts import Check, hours_text
from courses.classes.selectors import class_runs_visible_to, roster_of
from courses.classes.services.filing import clock_of
from courses.classes.states import EDITABLE, MARKABLE, ClassState, SessionMode, SessionState
from courses.schools.models import Teacher
from foundation.calendar.models import Clock
from foundation.calendar.selectors import ClockReading, clock_state
from foundation.calendar.states import ClockState
from foundation.requests import user_of

TONES: dict[str, str] = {
    ClassState.DRAFT: "neutral",
    ClassState.SUBMITTED: "waiting",
    ClassState.RETURNED: "warning",
    ClassState.FILED: "success",
    ClassState.REFUSED: "error",
    ClassState.OPEN: "success",
    ClassState.CLOSED: "stopped",
    ClassState.CANCELLED: "stopped",
}
SOON = 2


def run_or_404(request: HttpRequest, pk: int) -> ClassRun:
    """A class run she may see; another does not exist for her."""
    return get_object_or_404(class_runs_visible_to(user_of(request), on=timezone.localdate()), pk=pk)


def stage_checks(run: ClassRun, *, on: date) -> list[Check]:
    """The checks of the step that comes next."""
    return checks_of(run, on=on, stage="opening" if run.state == ClassState.FILED else "filing")


def grouped(checks: Sequence[Check]) -> dict[str, list[Check]]:
    """The checks as a page lays them out: what forbids, what to look at, what is in order."""
    return {
        "blocking": blocking(checks),
        "warnings": [check for check in checks if not check.passed and not check.blocks],
        "passed": [check for check in checks if check.passed],
    }


def remarks_of(run: ClassRun) -> dict[str, str]:
    """What the officer marked when she returned it, by part; nothing once it was sent again."""
    if run.state != ClassState.RETURNED:
        return {}
    event = run.events.filter(action="return").order_by("-at", "-pk").first()
    return {mark["field"]: mark["remark"] for mark in event.marks if "field" in mark} if event else {}


def address(name: str, *args: Any) -> str:
    """An address, or none where no app has the page."""
    try:
        return reverse(name, args=args)
    except NoReverseMatch:
        return ""


@dataclass(frozen=True)
class Task:
    """A line of the list of what is to be done before filing."""

    label: str
    url: str
    hint: str
    status: str
    tone: str


def tasks_of(run: ClassRun, checks: Sequence[Check]) -> list[Task]:
    """The parts of a filing with what each still lacks."""
    remarks = remarks_of(run)
    is_editable = run.state in EDITABLE
    parts: list[tuple[str, str, str, str, set[str]]] = [
        (
            _("基本信息"),
            "class_run_edit",
            "details",
            _details(run),
            {"name", "dates", "seats", "head_teacher", "materials"},
        ),
        (_("授课计划"), "class_plan", "plan", _plan(run), {"plan"}),
        (_("学员名册"), "class_roster", "roster", _("%(count)d 人") % {"count": run.seats_taken}, {"roster"}),
        (_("考核安排"), "class_run_assessment", "assessment", run.assessment_place, {"assessment"}),
    ]
    tasks = []
    for label, name, place, hint, marks in parts:
        marked = "；".join(f"{MARKABLE[mark]}：{remarks[mark]}" for mark in MARKABLE if mark in marks & set(remarks))
        status, tone = _standing([check for check in checks if check.place == place], marked)
        shown = _("审核意见：%(remark)s") % {"remark": marked} if marked else hint
        opens = is_editable or name in {"class_plan", "class_roster"}
        tasks.append(Task(label, address(name, run.pk) if opens else "", shown, status, tone))
    status, tone = _standing(checks, "")
    tasks.append(Task(_("备案检查"), address("class_run_checks", run.pk), "", status, tone))
    return tasks


def _details(run: ClassRun) -> str:
    dates = {"first": run.starts_on.isoformat(), "last": run.ends_on.isoformat(), "seats": run.seats}
    return _("%(first)s 至 %(last)s，%(seats)d 人") % dates


def _plan(run: ClassRun) -> str:
    sums = plan_sums(run)
    return _("%(count)d 次课，理论 %(theory)s 学时，实操 %(practice)s 学时") % sums


def plan_sums(run: ClassRun) -> dict[str, Any]:
    """How many sessions and hours the plan has. Self-study counts by its lessons, not here."""
    sessions = [session for session in run.sessions.all() if session.state != SessionState.CANCELLED]
    taught = [session for session in sessions if session.mode != SessionMode.ONLINE]
    return {
        "count": len(sessions),
        "theory": hours_text(sum((session.theory_hours for session in taught), Decimal(0))),
        "practice": hours_text(sum((session.practice_hours for session in taught), Decimal(0))),
    }


def _standing(checks: Sequence[Check], marked: str) -> tuple[str, str]:
    if marked:
        return _("要修改"), "warning"
    if wrong := blocking(checks):
        return _("%(count)d 项要处理") % {"count": len(wrong)}, "error"
    if warned := [check for check in checks if not check.passed]:
        return _("%(count)d 项请留意") % {"count": len(warned)}, "warning"
    return _("符合"), "success"


def deadline_of(run: ClassRun, *, on: date) -> dict[str, Any] | None:
    """The bureau's deadline as the page shows it; none where nothing is waiting or no limit is in force."""
    clock = clock_of(run)
    return deadline_shown(clock, clock_state(clock, on=on)) if clock is not None else None


def deadline_shown(clock: Clock, reading: ClockReading) -> dict[str, Any]:
    if reading.state == ClockState.STOPPED:
        state = "stopped"
    elif reading.overdue:
        state = "late"
    else:
        state = "soon" if reading.left <= SOON else "running"
    return {
        "state": state,
        "due_on": reading.due_on,
        "days_left": reading.left,
        "provisional": reading.provisional,
        "legal": clock.basis,
        "reason": _("等机构修改后重新提交，提交后继续计时。") if state == "stopped" else "",
    }


def event_words() -> dict[str, str]:
    """What happened to a class run, as people say it."""
    return {
        "created": _("建立班次"),
        "changed": _("修改基本信息"),
        "assessment_changed": _("修改考核安排"),
        "submit": _("提交备案"),
        "recall": _("机构撤回"),
        "return": _("退回修改"),
        "file": _("准予备案"),
        "refuse": _("不予备案"),
        "open": _("开班"),
        "close": _("结班"),
        "cancel": _("取消班次"),
        "session_changed": _("备案后变更"),
        "change_seen": _("人社部门已阅变更"),
    }


def change_words() -> Mapping[str, str]:
    return {"hour": _("时间"), "teacher": _("教师"), "premises": _("地点")}


def change_text(marks: Sequence[Mapping[str, Any]]) -> str:
    """A change after filing in a sentence."""
    words = change_words()
    return "；".join(
        _("第 %(number)s 次课%(field)s由“%(before)s”改为“%(after)s”")
        % {
            "number": mark["number"],
            "field": words.get(mark["field"], mark["field"]),
            "before": mark["before"] or "—",
            "after": mark["after"] or "—",
        }
        for mark in marks
        if "session" in mark
    )


def timeline_of(run: ClassRun) -> list[dict[str, Any]]:
    """The history, the newest first."""
    words = event_words()
    rows = []
    for event in run.events.select_related("actor").order_by("-at", "-pk"):
        remarks = [f"{MARKABLE[mark['field']]}：{mark['remark']}" for mark in event.marks if "remark" in mark]
        text = "；".join(part.rstrip("。；") for part in (event.reason, *remarks, change_text(event.marks)) if part)
        rows.append(
            {
                "title": words.get(event.action, event.action),
                "at": event.at,
                "text": text,
                "actor": event.actor.name if event.actor else _("系统"),
            }
        )
    return rows


def since_filing(run: ClassRun) -> list[str]:
    """Who joined and left, and which teachers are new, since the class run was filed."""
    event = run.events.filter(action="file").order_by("-at", "-pk").first()
    filed = next((mark["filed"] for mark in event.marks if "filed" in mark), None) if event else None
    if filed is None:
        return []
    rows = {enrolment.worker_id: row for row, enrolment in roster_of(run)}
    joined = sorted(row for worker, row in rows.items() if worker not in filed["workers"])
    left = len([worker for worker in filed["workers"] if worker not in rows])
    teaching = set(run.sessions.exclude(teacher=None).values_list("teacher_id", flat=True))
    new = Teacher.objects.filter(pk__in=teaching - set(filed["teachers"])).values_list("name", flat=True)
    gone = Teacher.objects.filter(pk__in=set(filed["teachers"]) - teaching).values_list("name", flat=True)
    sentences = []
    if joined:
        shown = "、".join(str(row) for row in joined)
        sentences.append(_("名册新增 %(count)d 人：第 %(rows)s 行") % {"count": len(joined), "rows": shown})
    if left:
        sentences.append(_("名册减少 %(count)d 人") % {"count": left})
    if new:
        sentences.append(_("新换教师：%(names)s") % {"names": "、".join(new)})
    if gone:
        sentences.append(_("不再授课的教师：%(names)s") % {"names": "、".join(gone)})
    return sentences
