"""我的成绩: her results in plain words, what to do next, and asking for a mark to be looked at again."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from certifications.plans.models import Candidate
from certifications.plans.states import PartKind, PlanKind, PlanState
from certifications.scoring.forms import AppealForm
from certifications.scoring.pages import my_candidacy_or_404, part_or_404
from certifications.scoring.selectors import public_result_of, results_in_force, results_of_worker
from certifications.scoring.selectors.appeals import appeals_of, appeals_run
from certifications.scoring.services import appeal_make
from certifications.scoring.states import OUTCOME_TONES, AppealState
from foundation.errors import DomainError
from foundation.requests import user_of
from workers.forms import posted
from workers.selectors import proven_worker_of


@never_cache
@require_safe
def my_results(request: HttpRequest) -> HttpResponse:
    """Every published result of hers, the newest first."""
    worker = proven_worker_of(user_of(request))
    rows = list(results_of_worker(worker)) if worker is not None else []
    results = {one.candidate_id: one for one in results_in_force().filter(candidate__in=rows)}
    shown = [{"candidate": row, "result": results.get(row.pk)} for row in rows]
    return render(request, "scoring/my_results.html", {"rows": shown, "tones": OUTCOME_TONES})


@never_cache
@require_safe
def my_result(request: HttpRequest, pk: int) -> HttpResponse:
    """One result: each part with what was needed and what she had, and what she can do now."""
    candidate = my_candidacy_or_404(request, pk)
    result = public_result_of(candidate)
    if result is None:
        raise Http404
    plan, asked = candidate.plan, list(appeals_of(candidate))
    context = {
        "candidate": candidate,
        "plan": plan,
        "result": result,
        "is_passed": result.outcome == "passed",
        "is_final": plan.state == PlanState.FINAL,
        "is_school_test": plan.kind == PlanKind.SCHOOL_TEST,
        "parts": _appealable(candidate, asked),
        "asked": asked,
        "until": plan.appeal_until,
    }
    return render(request, "scoring/my_result.html", context)


def _appealable(candidate: Candidate, asked: list[Any]) -> list[Any]:
    """The parts she may still ask about today."""
    if not appeals_run(candidate.plan, on=timezone.localdate()):
        return []
    scores = candidate.scores.filter(replaced_by__isnull=True).select_related("part").order_by("part__starts_at")
    known = {one.score_id for one in asked}
    return [score.part for score in scores if score.pk not in known]


@never_cache
def appeal(request: HttpRequest, pk: int, part: str) -> HttpResponse:
    """She asks for one part to be looked at again."""
    candidate = my_candidacy_or_404(request, pk)
    place = part_or_404(candidate.plan, part)
    form = AppealForm(posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            made = appeal_make(
                candidate_id=candidate.pk,
                part=PartKind(place.kind),
                words=form.cleaned_data["words"],
                actor=user_of(request),
                at=timezone.now(),
            )
        except DomainError as refusal:
            form.refuse(refusal)
        else:
            if made.state == AppealState.OPEN:
                messages.success(request, _("申请已收到。有了答复会发短信告诉您。"))
            return redirect("my_result", candidate.pk)
    context = {"candidate": candidate, "plan": candidate.plan, "part": place, "form": form}
    return render(request, "scoring/my_appeal.html", context, status=422 if form.errors else 200)
