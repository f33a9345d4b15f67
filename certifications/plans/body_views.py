"""The forms of whoever runs a plan, a body or a school: details, hours, rooms, panels, candidates."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from certifications.bodies.selectors import body_of
from certifications.plans.forms import (
    DetailsForm,
    DutyForm,
    EndForm,
    NewLevelForm,
    NewTestForm,
    PartForm,
    PeopleForm,
    PlanDeskForm,
    RoomForm,
)
from certifications.plans.models import AssessmentPlan, Candidate, PlanPart, RoomDuty
from certifications.plans.pages import kinds_of, left_over_of, own_plan_or_404, own_room_or_404, plan_or_404
from certifications.plans.printing import place_word
from certifications.plans.selectors import (
    candidates_of,
    classes_of,
    parts_of,
    people_of_class,
    plan_runs_here,
    schools_of,
)
from certifications.plans.services import (
    candidate_end,
    candidates_from_class,
    duty_assign,
    duty_end,
    part_remove,
    part_set,
    plan_change,
    plan_create,
    room_add,
    room_change,
    room_remove,
)
from certifications.plans.states import EDITABLE, PartKind, PlanKind, PlanState
from foundation.errors import DomainError
from foundation.requests import doing, number_in, user_of
from workers.forms import posted

USUAL_SEATS = 30


def _answered(
    request: HttpRequest,
    form: PlanDeskForm,
    save: Callable[[], Any],
    done: str,
    back: tuple[str, int],
    *,
    plan: AssessmentPlan | None = None,
    heading: str,
    text: str = "",
) -> HttpResponse:
    """A form saved by a service; its refusal is shown with what was entered."""
    if request.method == "POST" and form.is_valid():
        try:
            save()
        except DomainError as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, done)
            return redirect(*back)
    context = {"plan": plan, "form": form, "heading": heading, "text": text, "back": back[0]}
    return render(request, "plans/form.html", context, status=422 if form.errors else 200)


@never_cache
def new_test(request: HttpRequest) -> HttpResponse:
    """A test of a closed class; ``?class=`` has it chosen already."""
    school = schools_of(user_of(request), on=timezone.localdate()).first()
    if school is None:
        raise Http404
    runs = classes_of(school)
    chosen = runs.filter(pk=number_in(request.GET.get("class", "")) or 0).first()
    seats = chosen.close.completed if chosen else USUAL_SEATS
    form = NewTestForm(posted(request), runs=runs, initial={"class_run": chosen, "seats": seats})
    if request.method == "POST" and form.is_valid():
        try:
            plan = plan_create(
                kind=PlanKind.SCHOOL_TEST,
                organisation=school,
                class_run_id=form.cleaned_data["class_run"].pk,
                title=form.cleaned_data["title"],
                seats=form.cleaned_data["seats"],
                notice=form.cleaned_data["notice"],
                **doing(request),
            )
        except DomainError as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, _("已建立考核计划。请接着填写时间、考场和考评员。"))
            return redirect("plan", plan.pk)
    context = {"form": form, "heading": _("安排结业考核"), "is_possible": runs.exists()}
    return render(request, "plans/new.html", context, status=422 if form.errors else 200)


@never_cache
def new_level(request: HttpRequest) -> HttpResponse:
    """An assessment of a level within the body's scope."""
    on = timezone.localdate()
    body = body_of(user_of(request), on=on)
    if body is None:
        raise Http404
    form = NewLevelForm(posted(request), body=body, on=on, initial={"seats": USUAL_SEATS})
    if request.method == "POST" and form.is_valid():
        occupation, work_type, level = form.subject
        try:
            plan = plan_create(
                kind=PlanKind.LEVEL,
                organisation=body.organisation,
                body=body,
                title=form.cleaned_data["title"],
                occupation=occupation,
                work_type=work_type,
                level=level,
                seats=form.cleaned_data["seats"],
                applies=form.applies,
                notice=form.cleaned_data["notice"],
                **doing(request),
            )
        except DomainError as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, _("已建立考核计划。请接着填写时间、考场和考评员。"))
            return redirect("plan", plan.pk)
    context = {"form": form, "heading": _("新建认定计划"), "is_possible": bool(form.subjects)}
    return render(request, "plans/new.html", context, status=422 if form.errors else 200)


@never_cache
def details(request: HttpRequest, pk: int) -> HttpResponse:
    plan = own_plan_or_404(request, pk)
    is_test = plan.kind == PlanKind.SCHOOL_TEST
    form = DetailsForm(posted(request), is_test=is_test, initial=DetailsForm.answers_of(plan))

    def save() -> None:
        given = {name: form.cleaned_data[name] for name in ("title", "seats", "notice")}
        plan_change(plan_id=plan.pk, applies=form.applies, **given, **doing(request))

    heading, done = _("基本信息"), _("已保存基本信息。")
    return _answered(request, form, save, done, ("plan", pk), plan=plan, heading=heading)


@never_cache
@require_safe
def layout(request: HttpRequest, pk: int) -> HttpResponse:
    """Hours, rooms and who is on duty, on one page."""
    plan = plan_or_404(request, pk)
    parts = list(parts_of(plan))
    found = {part.kind for part in parts}
    runs_here = plan_runs_here(user_of(request), plan, on=timezone.localdate())
    context = {
        "plan": plan,
        "parts": parts,
        "missing": [kind for kind in kinds_of(plan) if kind not in found],
        "may_change": runs_here and plan.state in EDITABLE,
        "may_print": runs_here and plan.state in {PlanState.ARRANGED, PlanState.HELD},
    }
    return render(request, "plans/layout.html", context)


@never_cache
def part(request: HttpRequest, pk: int, kind: str) -> HttpResponse:
    """When a part is held."""
    plan = own_plan_or_404(request, pk)
    if kind not in PartKind:
        raise Http404
    known = PlanPart.objects.filter(plan=plan, kind=kind).first()
    form = PartForm(posted(request), initial=PartForm.answers_of(known) if known else None)

    def save() -> None:
        starts_at, ends_at = form.moment("starts"), form.moment("ends")
        method = form.cleaned_data["method"]
        part_set(plan_id=pk, kind=kind, starts_at=starts_at, ends_at=ends_at, method=method, **doing(request))

    heading = _("%(part)s的时间") % {"part": PartKind(kind).label}
    return _answered(request, form, save, _("已保存考核时间。"), ("plan_layout", pk), plan=plan, heading=heading)


@never_cache
@require_POST
def part_out(request: HttpRequest, pk: int, kind: str) -> HttpResponse:
    plan = own_plan_or_404(request, pk)
    return _done(request, lambda: part_remove(plan_id=plan.pk, kind=kind, **doing(request)), _("已删去。"), plan)


@never_cache
def room_new(request: HttpRequest, pk: int, kind: str) -> HttpResponse:
    plan = own_plan_or_404(request, pk)
    if kind not in PartKind:
        raise Http404
    last = PlanPart.objects.filter(plan=plan, rooms__isnull=False).values_list("rooms__address", flat=True).last()
    form = RoomForm(posted(request), initial={"address": last or ""})

    def save() -> None:
        room_add(plan_id=pk, part=kind, **form.cleaned_data, **doing(request))

    heading = _("添加%(part)s考场") % {"part": PartKind(kind).label}
    return _answered(request, form, save, _("已添加考场。"), ("plan_layout", pk), plan=plan, heading=heading)


@never_cache
def room_edit(request: HttpRequest, pk: int) -> HttpResponse:
    room = own_room_or_404(request, pk)
    plan = room.part.plan
    form = RoomForm(posted(request), initial=RoomForm.answers_of(room))

    def save() -> None:
        room_change(room_id=pk, **form.cleaned_data, **doing(request))

    text = _("修改考场以后，这一部分要重新编排座位。")
    back = ("plan_layout", plan.pk)
    return _answered(request, form, save, _("已保存考场。"), back, plan=plan, heading=room.name, text=text)


@never_cache
@require_POST
def room_out(request: HttpRequest, pk: int) -> HttpResponse:
    room = own_room_or_404(request, pk)
    return _done(request, lambda: room_remove(room_id=pk, **doing(request)), _("已删去考场。"), room.part.plan)


@never_cache
def duty_new(request: HttpRequest, pk: int) -> HttpResponse:
    """Put somebody on duty in a room."""
    room = own_room_or_404(request, pk)
    plan = room.part.plan
    form = DutyForm(posted(request), room=room)

    def save() -> None:
        given = form.cleaned_data
        duty_assign(room_id=pk, assessor_id=given["assessor"].pk, duty=given["duty"], **doing(request))

    heading = _("%(room)s：安排监考和考评人员") % {"room": room.name}
    back = ("plan_layout", plan.pk)
    return _answered(request, form, save, _("已安排。"), back, plan=plan, heading=heading)


@never_cache
@require_POST
def duty_out(request: HttpRequest, pk: int) -> HttpResponse:
    duty = get_object_or_404(RoomDuty.objects.select_related("room"), pk=pk)
    room = own_room_or_404(request, duty.room_id)
    return _done(request, lambda: duty_end(duty_id=pk, **doing(request)), _("已撤下。"), room.part.plan)


def _done(request: HttpRequest, act: Callable[[], Any], done: str, plan: AssessmentPlan) -> HttpResponse:
    try:
        act()
    except DomainError as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(request, done)
    return redirect("plan_layout", plan.pk)


@never_cache
@require_safe
def candidates(request: HttpRequest, pk: int) -> HttpResponse:
    """Who is admitted, where each sits, and who cannot be seated and why."""
    plan = plan_or_404(request, pk)
    runs_here = plan_runs_here(user_of(request), plan, on=timezone.localdate())
    parts = list(parts_of(plan))
    rows: list[dict[str, Any]] = []
    for one in candidates_of(plan, admitted_only=False):
        seats = {seat.part_id: seat for seat in one.places.all()}
        rows.append({"candidate": one, "seats": [seats.get(part.pk) for part in parts]})
    may_change = runs_here and plan.state in EDITABLE
    context = {
        "plan": plan,
        "parts": [(part, place_word(part.kind)) for part in parts],
        "rows": rows,
        "left_over": left_over_of(plan),
        "is_seated": any(seat for row in rows for seat in row["seats"]),
        "may_change": may_change,
        "may_end": runs_here and plan.state in EDITABLE | {PlanState.ARRANGED},
        "is_test": plan.kind == PlanKind.SCHOOL_TEST,
    }
    return render(request, "plans/candidates.html", context)


@never_cache
def candidates_add(request: HttpRequest, pk: int) -> HttpResponse:
    """Choose from those who completed the class."""
    plan = own_plan_or_404(request, pk)
    if plan.kind != PlanKind.SCHOOL_TEST:
        raise Http404
    people = people_of_class(plan)
    form = PeopleForm(posted(request), people=people)

    def save() -> None:
        candidates_from_class(plan_id=pk, enrolment_ids=form.chosen, **doing(request))

    text = _("勾选的人会成为考生。已经在本班另一场考核里的，没有勾选；补考的请自己勾选。")
    if not people:
        messages.info(request, _("结业的学员都已经在这场考核里了。"))
        return redirect("plan_candidates", pk)
    back, heading = ("plan_candidates", pk), _("从班级添加考生")
    return _answered(request, form, save, _("已添加考生。"), back, plan=plan, heading=heading, text=text)


@never_cache
def candidate_out(request: HttpRequest, pk: int) -> HttpResponse:
    """She gives up, or is excluded."""
    candidate = get_object_or_404(Candidate.objects.select_related("worker"), pk=pk)
    plan = own_plan_or_404(request, candidate.plan_id)
    form = EndForm(posted(request))

    def save() -> None:
        given = form.cleaned_data
        candidate_end(candidate_id=pk, state=given["state"], reason=given["reason"], **doing(request))

    words = {"ticket": candidate.ticket_number, "name": candidate.worker.masked_name}
    heading = _("%(ticket)s %(name)s不参加考核") % words
    back = ("plan_candidates", plan.pk)
    return _answered(request, form, save, _("已登记，座位已空出。"), back, plan=plan, heading=heading)
