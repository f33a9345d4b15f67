"""One candidate's marks at the desk, the appeals, and another test for those who failed."""

from collections.abc import Callable
from datetime import date
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from certifications.plans.states import PartKind, PlanState
from certifications.scoring.filters import AppealFilter
from certifications.scoring.forms import AnswerForm, AppealForm, RemarkForm, VoidForm
from certifications.scoring.models import PartScore, Result
from certifications.scoring.pages import candidate_or_404, own_plan_or_404, part_or_404, runs_here
from certifications.scoring.selectors.appeals import appeals_run, appeals_seen_by
from certifications.scoring.services import appeal_answer, appeal_make, resit_prepare, score_remark, score_void
from certifications.scoring.services.fairness import has_judged
from certifications.scoring.states import MARKING, OUTCOME_TONES, AppealState
from certifications.scoring.tables import AppealTable
from foundation.accounts.models import User
from foundation.desk import StaffList
from foundation.errors import DomainError
from foundation.requests import user_of
from workers.forms import posted


@never_cache
@require_safe
def candidate_page(request: HttpRequest, pk: int) -> HttpResponse:
    """Every mark she had in each part, the newest first, her results, and what can be done."""
    candidate = candidate_or_404(request, pk)
    plan = candidate.plan
    scores = PartScore.objects.filter(candidate=candidate).select_related("part", "entered_by", "assessor", "appeal")
    chains: list[dict[str, Any]] = []
    for part in plan.parts.order_by("starts_at", "pk"):
        history = sorted((one for one in scores if one.part_id == part.pk), key=lambda one: one.pk, reverse=True)
        chains.append({"part": part, "current": history[0] if history else None, "earlier": history[1:]})
    is_own = runs_here(request, plan)
    context = {
        "candidate": candidate,
        "plan": plan,
        "chains": chains,
        "results": Result.objects.filter(candidate=candidate).select_related("judged_by").order_by("-pk"),
        "tones": OUTCOME_TONES,
        "may_change": is_own and plan.state in MARKING,
        "is_held_back": is_own and plan.state not in MARKING,
        "may_ask": is_own and appeals_run(plan, on=timezone.localdate()),
    }
    return render(request, "scoring/candidate.html", context)


def _step(
    request: HttpRequest, place: tuple[int, str], form: Any, heading: str, save: Callable[[Any], object]
) -> HttpResponse:
    """A page that asks for a reason, and the service that takes it."""
    pk, part = place
    candidate = candidate_or_404(request, pk)
    if not runs_here(request, candidate.plan):
        raise Http404
    found = part_or_404(candidate.plan, part)
    if request.method == "POST" and form.is_valid():
        try:
            save(found)
        except DomainError as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, _("已登记，原来的记录保留。"))
            return redirect("scoring_candidate", candidate.pk)
    context = {"candidate": candidate, "plan": candidate.plan, "part": found, "form": form, "heading": heading}
    return render(request, "scoring/step.html", context, status=422 if form.errors else 200)


@never_cache
def remark(request: HttpRequest, pk: int, part: str) -> HttpResponse:
    """Put a mark right, with a reason; somebody else than who gave it."""
    form = RemarkForm(posted(request))

    def save(place: Any) -> None:
        reading = form.cleaned_data["mark"]
        score_remark(
            candidate_id=pk,
            part=PartKind(place.kind),
            mark=reading.mark,
            is_absent=reading.is_absent,
            reason=form.cleaned_data["reason"],
            actor=user_of(request),
            at=timezone.now(),
        )

    return _step(request, (pk, part), form, _("更正成绩"), save)


@never_cache
def void(request: HttpRequest, pk: int, part: str) -> HttpResponse:
    """Void a part for a breach, with a reason."""
    form = VoidForm(posted(request))

    def save(place: Any) -> None:
        score_void(
            candidate_id=pk,
            part=PartKind(place.kind),
            reason=form.cleaned_data["reason"],
            actor=user_of(request),
            at=timezone.now(),
        )

    return _step(request, (pk, part), form, _("违纪作废"), save)


@never_cache
def appeal_for(request: HttpRequest, pk: int, part: str) -> HttpResponse:
    """Register what a candidate asked on paper, for whoever has no phone."""
    form = AppealForm(posted(request))
    form.fields["words"].label = _("本人说哪里不对")
    form.fields["words"].help_text = _("照书面申请填写。书面申请请留存。")

    def save(place: Any) -> None:
        appeal_make(
            candidate_id=pk,
            part=PartKind(place.kind),
            words=form.cleaned_data["words"],
            actor=user_of(request),
            at=timezone.now(),
        )

    return _step(request, (pk, part), form, _("代为申请复核"), save)


class Appeals(StaffList):
    name = "scoring_appeals"
    title = gettext_lazy("成绩复核")
    table_class = AppealTable
    filterset_class = AppealFilter

    def visible(self, user: User, on: date) -> QuerySet:
        return appeals_seen_by(user, on=on)


@never_cache
def appeal(request: HttpRequest, pk: int) -> HttpResponse:
    """What she asked, the mark and how it came about, and the answer."""
    user = user_of(request)
    found = appeals_seen_by(user, on=timezone.localdate()).filter(pk=pk).first()
    if found is None:
        raise Http404
    candidate = found.score.candidate
    may_answer = (
        found.state == AppealState.OPEN
        and candidate.plan.state == PlanState.PUBLISHED
        and runs_here(request, candidate.plan)
    )
    if request.method == "POST" and not may_answer:
        raise PermissionDenied
    form = AnswerForm(posted(request))
    if request.method == "POST" and form.is_valid() and _answered(request, found.pk, form):
        messages.success(request, _("已答复，并发短信告诉本人。"))
        return redirect("scoring_appeals")
    context = {
        "appeal": found,
        "candidate": candidate,
        "form": form,
        "may_answer": may_answer and not has_judged(user, found.score),
        "is_own_mark": may_answer and has_judged(user, found.score),
        "events": found.events.select_related("actor"),
    }
    return render(request, "scoring/appeal.html", context, status=422 if form.errors else 200)


def _answered(request: HttpRequest, pk: int, form: AnswerForm) -> bool:
    reading = form.cleaned_data["mark"]
    is_upheld = form.cleaned_data["decision"] == "change"
    try:
        appeal_answer(
            appeal_id=pk,
            is_upheld=is_upheld,
            mark=reading.mark if reading and is_upheld else None,
            is_absent=bool(is_upheld and reading and reading.is_absent),
            answer=form.cleaned_data["answer"],
            actor=user_of(request),
            at=timezone.now(),
        )
    except DomainError as refusal:
        form.refuse(refusal)
        return False
    return True


@never_cache
@require_POST
def resit(request: HttpRequest, pk: int) -> HttpResponse:
    """Prepare another test for those who failed."""
    plan = own_plan_or_404(request, pk)
    try:
        made = resit_prepare(plan_id=plan.pk, actor=user_of(request), at=timezone.now())
    except DomainError as refusal:
        messages.error(request, refusal.message)
        return redirect("scoring_plan", plan.pk)
    messages.success(
        request,
        _("已建立补考计划 %(number)s，名单已列好。请在“考核计划”里安排时间和考场。") % {"number": made.number},
    )
    return redirect("scoring_plan", plan.pk)
