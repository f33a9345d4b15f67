"""The desk of plans: the list, one plan as a list of what is missing next, its moves, and what is printed."""

from datetime import date
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from certifications.plans.filters import PlanFilter
from certifications.plans.forms import ReasonForm
from certifications.plans.models import AssessmentPlan
from certifications.plans.pages import (
    PDF,
    download,
    grouped,
    last_day,
    left_over_of,
    own_plan_or_404,
    own_room_or_404,
    plan_or_404,
    steps_of,
    tasks_of,
    timeline_of,
)
from certifications.plans.printing import door_paper, door_workbook, subject_of, tickets_paper
from certifications.plans.selectors import (
    Ticket,
    candidates_of,
    classes_to_test,
    parts_of,
    plan_checks,
    plan_runs_here,
    plans_listed,
    schools_of,
    tickets_of,
)
from certifications.plans.services import plan_arrange, plan_move, seats_clear
from certifications.plans.states import EDITABLE, TONES, PlanState
from certifications.plans.tables import PlanTable
from courses.attendance.services import names_reveal
from foundation.accounts.models import User
from foundation.accounts.states import Role
from foundation.desk import StaffList
from foundation.errors import DomainError
from foundation.privacy.states import Purpose
from foundation.requests import doing, user_of
from workers.forms import posted
from workers.models import Worker

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
WITH_REASON = ("reopen", "cancel")
WORDS = {
    "open": (gettext_lazy("开始接受申报"), gettext_lazy("已开始接受申报。")),
    "arrange": (gettext_lazy("确认编排，发出准考证"), gettext_lazy("已确认编排，考生会收到短信，可以打印准考证了。")),
    "hold": (gettext_lazy("考核结束"), gettext_lazy("已记录考核结束，请接着录入成绩。")),
    "reopen": (
        gettext_lazy("重新编排"),
        gettext_lazy("可以修改了。改好后请再次确认编排，时间、地点变了的考生会收到新短信。"),
    ),
    "cancel": (gettext_lazy("取消计划"), gettext_lazy("已取消，考生会收到短信。")),
}


class Plans(StaffList):
    name = "plans"
    title = gettext_lazy("考核计划")
    template_name = "plans/list.html"
    table_class = PlanTable
    filterset_class = PlanFilter
    actions = [
        ("plan_new_test", gettext_lazy("安排结业考核"), "plus", frozenset({Role.SCHOOL_STAFF})),
        ("plan_new_level", gettext_lazy("新建认定计划"), "plus", frozenset({Role.BODY_STAFF})),
    ]

    def visible(self, user: User, on: date) -> QuerySet:
        return plans_listed(user, on=on)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        untested = [
            run for one in schools_of(user_of(self.request), on=timezone.localdate()) for run in classes_to_test(one)
        ]
        return context | {"untested": untested}


@never_cache
@require_safe
def plan_page(request: HttpRequest, pk: int) -> HttpResponse:
    """One plan: where it stands, what is missing, what may be done, what happened."""
    plan, user, on = plan_or_404(request, pk), user_of(request), timezone.localdate()
    parts = list(parts_of(plan))
    runs_here = plan_runs_here(user, plan, on=on)
    checks = plan_checks(plan, on=on) if plan.state in EDITABLE else []
    steps = steps_of(plan, user)
    groups = grouped(checks)
    context = {
        "plan": plan,
        "subject": subject_of(plan),
        "tone": TONES[plan.state],
        "parts": parts,
        "tasks": tasks_of(plan, parts, checks) if runs_here and plan.state in EDITABLE else [],
        "groups": groups,
        "forward": [name for name in steps if name in {"open", "arrange", "hold"}],
        "back": [(name, WORDS[name][0]) for name in steps if name in WITH_REASON],
        "runs_here": runs_here,
        "may_print": runs_here and plan.state in {PlanState.ARRANGED, PlanState.HELD},
        "people": candidates_of(plan).count(),
        "left_over": left_over_of(plan),
        "scored": {PlanState.ARRANGED, PlanState.HELD, PlanState.PUBLISHED, PlanState.FINAL},
        "applies_last": last_day(plan.applies),
        "events": timeline_of(plan),
    }
    return render(request, "plans/plan.html", context)


@never_cache
@require_POST
def arrange(request: HttpRequest, pk: int) -> HttpResponse:
    """Draw the seats."""
    plan = own_plan_or_404(request, pk)
    try:
        found = plan_arrange(plan_id=plan.pk, **doing(request))
    except DomainError as refusal:
        messages.error(request, refusal.message)
        return redirect("plan", pk)
    words = {"seats": found.seats, "left": len(found.left_over)}
    if found.is_complete:
        messages.success(request, _("已排好 %(seats)d 个座位。请核对后确认编排。") % words)
    else:
        messages.warning(request, _("排了 %(seats)d 个座位，还有 %(left)d 个没有排上，原因在下面。") % words)
    return redirect("plan_candidates", pk)


@never_cache
@require_POST
def clear(request: HttpRequest, pk: int) -> HttpResponse:
    """Give up the seats that were drawn."""
    plan = own_plan_or_404(request, pk)
    try:
        seats_clear(plan_id=plan.pk, **doing(request))
    except DomainError as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(request, _("座位已清空。安排好考场和人员后，再编排座位。"))
    return redirect("plan_candidates", pk)


@never_cache
@require_POST
def move(request: HttpRequest, pk: int, action: str) -> HttpResponse:
    """A move that needs no reason."""
    plan = own_plan_or_404(request, pk)
    if action not in {"open", "arrange", "hold"}:
        raise Http404
    try:
        plan_move(plan_id=plan.pk, action=action, **doing(request))
    except DomainError as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(request, WORDS[action][1])
    return redirect("plan", pk)


@never_cache
def move_with_reason(request: HttpRequest, pk: int, action: str) -> HttpResponse:
    """Arrange anew, or cancel; officers may cancel too."""
    plan = plan_or_404(request, pk)
    if action not in WITH_REASON or action not in steps_of(plan, user_of(request)):
        raise Http404
    form = ReasonForm(posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            plan_move(plan_id=plan.pk, action=action, reason=form.cleaned_data["reason"], **doing(request))
        except DomainError as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, WORDS[action][1])
            return redirect("plan", pk)
    text = {
        "reopen": _("已经发出的准考证会收回。改好后要再次确认编排。"),
        "cancel": _("取消后不能恢复。考生会收到短信，短信里有您写的原因。"),
    }[action]
    return form_page(request, plan, form, heading=str(WORDS[action][0]), text=text)


def form_page(
    request: HttpRequest, plan: AssessmentPlan, form: Any, *, heading: str, text: str = "", back: str = "plan"
) -> HttpResponse:
    """A form about a plan."""
    context = {"plan": plan, "form": form, "heading": heading, "text": text, "back": back}
    return render(request, "plans/form.html", context, status=422 if form.errors else 200)


def _names(request: HttpRequest, workers: list[Worker], note: str) -> dict[int, str]:
    """Plain names for print, each look on record."""
    return names_reveal(
        viewer=user_of(request),
        workers=workers,
        purpose=Purpose.CASE_HANDLING,
        note=note,
        on=timezone.localdate(),
    )


def _tickets(request: HttpRequest, tickets: list[Ticket], name: str, back: int) -> HttpResponse:
    if not tickets:
        messages.error(request, _("还没有准考证。请先确认编排。"))
        return redirect("plan", back)
    names = _names(request, [one.candidate.worker for one in tickets], _("打印准考证"))
    answer: HttpResponse = download(tickets_paper(tickets, names=names), f"{name}.pdf", PDF)
    return answer


@never_cache
@require_POST
def tickets(request: HttpRequest, pk: int) -> HttpResponse:
    """All tickets of a plan in one file."""
    plan = own_plan_or_404(request, pk)
    return _tickets(request, tickets_of(plan), _("准考证 %(plan)s") % {"plan": plan.number}, pk)


@never_cache
@require_POST
def room_tickets(request: HttpRequest, pk: int) -> HttpResponse:
    """The tickets of those who sit in a room."""
    room = own_room_or_404(request, pk)
    plan = room.part.plan
    return _tickets(request, tickets_of(plan, room=room), f"{_('准考证')} {plan.number} {room.name}", plan.pk)


@never_cache
@require_POST
def door(request: HttpRequest, pk: int, kind: str) -> HttpResponse:
    """The list for the door of a room, to sign on paper or as a workbook."""
    room = own_room_or_404(request, pk)
    workers = list(Worker.objects.filter(candidacies__places__room=room))
    names = _names(request, workers, _("打印考场签到表"))
    title = f"{_('签到表')} {room.part.plan.number} {room.name}"
    if kind == "xlsx":
        answer: HttpResponse = download(door_workbook(room, names=names), f"{title}.xlsx", XLSX)
        return answer
    paper: HttpResponse = download(door_paper(room, names=names), f"{title}.pdf", PDF)
    return paper
