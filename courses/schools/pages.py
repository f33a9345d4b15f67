"""What the pages of the register share: who asks, what she may see, forms, rows of lists."""

from collections.abc import Callable, Iterable
from datetime import date, timedelta
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from courses.schools.forms import DeskForm
from courses.schools.models import School, SchoolApplication, SchoolEvent
from courses.schools.rules import FIELDS, SECTION_TITLES, SECTIONS, field_label, paper_field
from courses.schools.selectors import Expiring, applications_visible_to, expiring_of, school_of, schools_visible_to
from courses.schools.states import ApplicationState, PaperKind, SchoolState
from courses.schools.texts import day, place, span, where
from courses.schools.words import COLUMN_WORDS, EVENT_WORDS, MOVE_WORDS
from foundation.accounts.models import User
from foundation.calendar.models import Clock
from foundation.calendar.selectors import clock_state
from foundation.calendar.states import ClockState
from foundation.database import not_ended
from foundation.desk import tag
from foundation.errors import DomainError
from foundation.requests import user_of

STATE_TONES = {SchoolState.ACTIVE: "success", SchoolState.SUSPENDED: "warning", SchoolState.CLOSED: "stopped"}
APPLICATION_TONES = {
    ApplicationState.DRAFT: "neutral",
    ApplicationState.SUBMITTED: "waiting",
    ApplicationState.RETURNED: "warning",
    ApplicationState.APPROVED: "success",
    ApplicationState.REFUSED: "error",
    ApplicationState.WITHDRAWN: "stopped",
}
EVENTS_SHOWN = 100
# Working days left from which a deadline is shown as near.
SOON = 3


def own_school_or_404(request: HttpRequest) -> School:
    """The school of the member of staff who asks."""
    school = school_of(user_of(request), timezone.localdate())
    if school is None:
        raise Http404
    return school


def school_or_404(request: HttpRequest, pk: int) -> School:
    """A school the user may see; another does not exist for her."""
    return get_object_or_404(schools_visible_to(user_of(request), timezone.localdate()), pk=pk)


def application_or_404(request: HttpRequest, pk: int) -> SchoolApplication:
    """An application the user may see; another does not exist for her."""
    return get_object_or_404(applications_visible_to(user_of(request), timezone.localdate()), pk=pk)


def form_page(
    request: HttpRequest,
    form: DeskForm,
    act: Callable[[dict[str, Any]], Any],
    *,
    title: str,
    label: str,
    done: str,
    back: str,
    text: str = "",
    other: tuple[str, str] | None = None,
) -> HttpResponse:
    """A form of the desk: what the service refuses stands in the form, what it did is said on the page behind.

    ``other`` is something else to do from here: its words and address. ``act`` may answer with a page of its own,
    such as the one that shows a first password once.
    """
    if request.method == "POST" and form.is_valid():
        try:
            answer = act(form.cleaned_data)
        except DomainError as refusal:
            form.refuse(refusal)
        else:
            if isinstance(answer, HttpResponse):
                return answer
            messages.success(request, done)
            return redirect(back)
    context = {"form": form, "title": title, "submit_label": label, "back_url": back, "text": text, "other": other}
    return render(request, "schools/form.html", context, status=422 if form.errors else 200)


def password_page(request: HttpRequest, *, account: User, password: str, back: str) -> HttpResponse:
    """A first password, shown this once."""
    answer = render(request, "schools/password.html", {"account": account, "password": password, "back_url": back})
    answer["Cache-Control"] = "no-store"
    return answer


def span_tag(days: Any, on: date) -> str:
    """Whether a dated thing stands today."""
    if days.upper and days.upper <= on:
        return tag(_("已结束"), "stopped")
    if days.lower and days.lower > on:
        return tag(_("未开始"), "neutral")
    return tag(_("有效"), "success")


def table(labels: Iterable[str], rows: Iterable[tuple[str, Iterable[Any]]]) -> dict[str, Any]:
    """Headers and rows as ``components/data_table.html`` takes them; each row is its address and its cells."""
    return {
        "headers": [{"label": label} for label in labels],
        "rows": [{"url": url, "cells": [{"value": cell} for cell in cells]} for url, cells in rows],
    }


def facts_rows(school: School) -> list[dict[str, Any]]:
    """What the register says of a school."""
    return [
        {"label": _("状态"), "value": tag(school.get_state_display(), STATE_TONES[SchoolState(school.state)])},
        {"label": _("统一社会信用代码"), "value": school.organisation.credit_code},
        {"label": _("简称"), "value": school.short_name},
        {"label": _("办学许可证编号"), "value": school.licence_number},
        {"label": _("许可证有效期"), "value": span(school.licensed)},
        {"label": _("办学地址"), "value": where(school.district_code, school.address)},
        {"label": _("联系人"), "value": school.contact_name},
        {"label": _("办公电话"), "value": school.contact_phone},
        {"label": _("登记日期"), "value": day(school.registered_on)},
    ]


def warnings_table(school: School, on: date) -> dict[str, Any]:
    """What ends soon."""
    rows = [
        (
            "",
            (
                one.what,
                one.subject,
                day(one.last_day),
                tag(_("已到期"), "error") if one.is_over else _days_left(one, on),
            ),
        )
        for one in expiring_of(school, on)
    ]
    return table([_("事项"), _("名称"), _("最后一天"), _("剩余")], rows)


def _days_left(one: Expiring, on: date) -> str:
    if one.is_over:
        return tag(_("已到期"), "error")
    return tag(_("还有 %(count)s 天") % {"count": (one.last_day - on).days}, "warning")


def scopes_table(school: School, on: date, *, url: Callable[[int], str] | None = None) -> dict[str, Any]:
    """The scope in force and to come, with its basis."""
    lines = school.scopes.select_related("occupation", "work_type").filter(not_ended(on))
    rows = [
        (
            url(one.pk) if url else "",
            (
                one.occupation.name,
                one.work_type.name if one.work_type else _("全部工种"),
                one.get_level_display() if one.level else "—",
                one.get_kind_display(),
                span(one.effective),
                one.basis,
            ),
        )
        for one in lines
    ]
    return table([_("职业"), _("工种"), _("等级"), _("类别"), _("有效期"), _("依据")], rows)


def school_history(school: School, *, most: int = EVENTS_SHOWN) -> list[dict[str, Any]]:
    """What happened, the newest first."""
    events: QuerySet[SchoolEvent] = school.events.select_related("actor").order_by("-at", "-pk")[:most]
    return [
        {
            "title": f"{EVENT_WORDS.get(one.action, one.action)}{'：' if one.subject else ''}{one.subject}",
            "at": one.at,
            "actor": one.actor,
            "text": "；".join(part for part in (one.reason, *changes(one.data)) if part),
        }
        for one in events
    ]


def changes(data: dict[str, Any]) -> list[str]:
    """What an event changed, from what to what."""
    said = []
    for name, word in COLUMN_WORDS.items():
        if f"{name}_before" in data:
            said.append(f"{word}：{_shown(name, data[f'{name}_before'])} → {_shown(name, data.get(name))}")
    return said


def _shown(name: str, value: Any) -> str:
    if isinstance(value, list):
        first, beyond = value
        last = date.fromisoformat(beyond) - timedelta(days=1) if beyond else None
        return f"{first} – {day(last) or _('长期')}"
    return place(value) if name == "district_code" else str(value or "—")


def application_history(application: SchoolApplication) -> list[dict[str, Any]]:
    """The moves of an application, the newest first."""
    events = application.events.select_related("actor").order_by("-at", "-pk")
    return [
        {"title": MOVE_WORDS.get(one.move, one.move), "at": one.at, "actor": one.actor, "text": one.reason}
        for one in events
    ]


def marks_of(application: SchoolApplication, *, before: int = 0) -> dict[str, str]:
    """The remarks of the last return, by field; ``before`` looks at those of an earlier submission."""
    marks = application.marks.filter(round=before or application.round)
    return dict(marks.values_list("field", "remark"))


def answers_rows(application: SchoolApplication) -> list[dict[str, Any]]:
    """Each section with what was answered; what differs from the submission before says what stood there."""
    handed_in = list(application.events.filter(move="submit").order_by("-at", "-pk")[:2])
    is_second = application.state == ApplicationState.SUBMITTED and len(handed_in) > 1
    before: dict[str, Any] = handed_in[1].data if is_second else {}
    remarks = marks_of(application, before=application.round - 1) if is_second else {}
    scopes = [str(one) for one in application.scopes.select_related("occupation", "work_type")]
    papers = list(application.papers.filter(removed_at__isnull=True))
    sections = []
    for section in SECTIONS[application.kind]:
        rows = []
        if section == "scope":
            old = "、".join(before.get("scopes", [])) if is_second else None
            rows.append(_answer("scopes", "、".join(scopes), old, remarks))
        for field in FIELDS[section]:
            old = answer_shown(field, before.get("answers", {})) if is_second else None
            rows.append(_answer(field, answer_shown(field, application.answers), old, remarks))
        if section == "papers":
            known = before.get("papers", {})
            for kind in PaperKind:
                here = [(one, is_second and str(one.pk) not in known) for one in papers if one.kind == kind]
                rows.append(_answer(paper_field(kind), "", None, remarks) | {"papers": here})
        sections.append({"title": SECTION_TITLES[section], "rows": rows})
    return sections


def _answer(field: str, text: str, before: str | None, remarks: dict[str, str]) -> dict[str, Any]:
    """A line of an application; ``before`` is what the submission before said, None when there was none."""
    return {
        "field": field,
        "label": field_label(field),
        "value": text,
        "before": (before or "—") if before not in {None, text} else "",
        "remark": remarks.get(field, ""),
    }


def answer_shown(field: str, answers: dict[str, Any]) -> str:
    """An answer in words."""
    text = str(answers.get(field, ""))
    return place(text) if field == "district_code" and text else text


def deadline_of(application: SchoolApplication, on: date) -> dict[str, Any]:
    """Where the bureau's working days stand, as ``components/deadline.html`` takes it; nothing without a limit."""
    if application.clock_id is None:
        return {}
    clock = Clock.objects.prefetch_related("events").get(pk=application.clock_id)
    reading = clock_state(clock, on=on)
    state = "running"
    if reading.state == ClockState.FINISHED:
        state = "late" if reading.overdue else "done"
    elif reading.state == ClockState.STOPPED:
        state = "stopped"
    elif reading.overdue:
        state = "late"
    elif reading.left <= SOON:
        state = "soon"
    return {
        "state": state,
        "due_on": reading.due_on,
        "days_left": reading.left,
        "provisional": reading.provisional,
        "legal": clock.basis,
    }
