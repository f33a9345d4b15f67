"""Appeals on the desk: the bureau's intake and review, and the school's staff for its own classes."""

from datetime import date
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache

from courses.study.errors import StudyError
from courses.study.forms import AppealDecisionForm
from courses.study.models import StudyAppeal
from courses.study.pages import signed_in_user, time_words
from courses.study.selectors.appeals import appeals_seen_by
from courses.study.services import appeal_decide
from courses.study.states import ADVICE, AppealState, Reason
from courses.study.tables import TONES, AppealFilter, AppealTable
from foundation.accounts.models import User
from foundation.desk import StaffList


class Appeals(StaffList):
    """What waits for an answer, the oldest first, and what was answered."""

    name = "study_appeals"
    title = gettext_lazy("学习时间申诉")
    table_class = AppealTable
    filterset_class = AppealFilter

    def visible(self, user: User, on: date) -> QuerySet[StudyAppeal]:
        return appeals_seen_by(user, on=on)


@never_cache
def appeal(request: HttpRequest, pk: int) -> HttpResponseBase:
    """One appeal: what was refused and why, what she says, and the answer."""
    user = signed_in_user(request)
    found = get_object_or_404(appeals_seen_by(user, on=timezone.localdate()), pk=pk)
    form = AppealDecisionForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            appeal_decide(
                appeal_id=found.pk,
                uphold=form.cleaned_data["decision"] == "uphold",
                reason=form.cleaned_data["reason"],
                actor=user,
                at=timezone.now(),
            )
        except StudyError as refusal:
            form.add_error(None, refusal.message)
        else:
            messages.success(request, _("已答复申诉，本人在“我的学时”里可以看到。"))
            return redirect("study_appeals")
    context: dict[str, Any] = {
        "appeal": found,
        "form": form,
        "time": time_words(found.refused_ms),
        "advice": ADVICE[Reason(found.reason)],
        "is_waiting": found.state == AppealState.WAITING,
        "tone": TONES[found.state],
        "events": found.events.select_related("actor").order_by("-at", "-pk"),
        "given": time_words(found.adjustment.moved_ms) if hasattr(found, "adjustment") else "",
    }
    return render(request, "study/staff_appeal.html", context, status=422 if form.errors else 200)
