"""The rating of a part at the desk: sheet, panels, rulings; and the officer who takes results back."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from certifications.bodies.models import Assessor
from certifications.scoring.forms import ReopenForm, RulingForm, SheetForm, sheet_initial
from certifications.scoring.pages import own_plan_or_404, part_or_404, plan_or_404, room_or_404, runs_here
from certifications.scoring.selectors.panels import board_of, form_of
from certifications.scoring.services import panel_close, panel_rule, results_reopen, sheet_save
from certifications.scoring.states import MARKING, PUBLIC
from foundation.errors import DomainError
from foundation.requests import user_of
from workers.forms import posted


@never_cache
def sheet(request: HttpRequest, pk: int, part: str) -> HttpResponse:
    """The rating sheet of a part; saving makes a new edition."""
    plan = own_plan_or_404(request, pk)
    place = part_or_404(plan, part)
    used = form_of(place)
    if used is None:
        raise Http404
    form = SheetForm(posted(request), initial=sheet_initial(used.title, used.items))
    if request.method == "POST" and form.is_valid():
        try:
            sheet_save(
                part_id=place.pk,
                title=form.cleaned_data["title"],
                items=form.items,
                actor=user_of(request),
                at=timezone.now(),
            )
        except DomainError as refusal:
            form.add_error(None, refusal.message)
        else:
            messages.success(request, _("评分表已保存。"))
            return redirect("scoring_plan", plan.pk)
    context = {"plan": plan, "part": place, "form": form, "used": used}
    return render(request, "scoring/sheet.html", context, status=422 if form.errors else 200)


@never_cache
@require_safe
def room(request: HttpRequest, pk: int) -> HttpResponse:
    """What the assessors of a room gave, side by side; disputes, and what comes out."""
    found = room_or_404(request, pk)
    plan = found.part.plan
    is_own = runs_here(request, plan) and plan.state in MARKING
    context: dict[str, Any] = {"room": found, "plan": plan}
    try:
        board = board_of(found)
    except DomainError as refusal:
        return render(request, "scoring/room.html", context | {"refusal": refusal.message})
    lines = [
        {"line": line, "given": [line.ratings.get(duty.assessor_id) for duty in board.judges]} for line in board.lines
    ]
    may_close = is_own and bool(lines) and not board.waiting and not board.disputes and not board.is_closed
    context |= {"board": board, "lines": lines, "may_close": may_close, "may_rule": is_own}
    return render(request, "scoring/room.html", context)


@never_cache
@require_POST
def room_close(request: HttpRequest, pk: int) -> HttpResponse:
    """Write the marks of a room."""
    found = room_or_404(request, pk)
    if not runs_here(request, found.part.plan):
        raise Http404
    try:
        scores = panel_close(room_id=found.pk, actor=user_of(request), at=timezone.now())
    except DomainError as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(request, _("已登记 %(count)d 人的成绩。") % {"count": len(scores)})
    return redirect("scoring_room", found.pk)


@never_cache
def rule(request: HttpRequest, pk: int, candidate: int) -> HttpResponse:
    """Enter what the chief of the panel ruled."""
    found = room_or_404(request, pk)
    if not runs_here(request, found.part.plan):
        raise Http404
    board = board_of(found)
    line = next((one for one in board.lines if one.candidate.pk == candidate), None)
    if line is None:
        raise Http404
    judges = Assessor.objects.filter(pk__in=[duty.assessor_id for duty in board.judges])
    form = RulingForm(posted(request), assessors=judges)
    if request.method == "POST" and form.is_valid():
        reading = form.cleaned_data["mark"]
        try:
            panel_rule(
                room_id=found.pk,
                candidate_id=candidate,
                assessor_id=form.cleaned_data["assessor"].pk,
                mark=reading.mark,
                reason=form.cleaned_data["reason"],
                actor=user_of(request),
                at=timezone.now(),
            )
        except DomainError as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, _("已登记裁定。"))
            return redirect("scoring_room", found.pk)
    given = [(duty.assessor, line.ratings.get(duty.assessor_id)) for duty in board.judges]
    context = {"room": found, "plan": found.part.plan, "line": line, "given": given, "form": form}
    return render(request, "scoring/rule.html", context, status=422 if form.errors else 200)


@never_cache
def reopen(request: HttpRequest, pk: int) -> HttpResponse:
    """An officer takes published results back, so that a mark can be put right."""
    plan = plan_or_404(request, pk)
    if plan.state not in PUBLIC:
        raise Http404
    form = ReopenForm(posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            results_reopen(
                plan_id=plan.pk, reason=form.cleaned_data["reason"], actor=user_of(request), at=timezone.now()
            )
        except DomainError as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, _("已退回。组织单位更正以后要重新公布。"))
            return redirect("scoring_plan", plan.pk)
    return render(request, "scoring/reopen.html", {"plan": plan, "form": form}, status=422 if form.errors else 200)
