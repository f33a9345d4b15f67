"""The desk: reviews of sessions, and the attendance of a class."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from courses.attendance.figures import RATE_MIN
from courses.attendance.filters import ReviewFilter
from courses.attendance.forms import SettleForm
from courses.attendance.models import AttendanceReview
from courses.attendance.rules import Standing
from courses.attendance.selectors import (
    board_of,
    figure,
    meetings,
    numbers_in,
    reviews_open_in,
    reviews_visible_to,
    sessions_seen_by,
    standings_of,
)
from courses.attendance.services import review_settle
from courses.attendance.states import SETTLERS, ReviewState
from courses.attendance.tables import ReviewTable
from courses.classes.models import ClassRun, Enrolment
from foundation.accounts.models import User
from foundation.accounts.selectors import roles_of
from foundation.desk import StaffList
from foundation.errors import DomainError
from foundation.requests import user_of
from workers.forms import posted
from workers.models import Worker


@dataclass(frozen=True)
class ClassRow:
    """One person of a class, as the page shows her."""

    number: int
    worker: Worker
    standing: Standing
    least: Decimal

    @property
    def is_below(self) -> bool:
        return self.standing.is_below(self.least)

    @property
    def may_miss(self) -> Decimal:
        return self.standing.may_miss(self.least)


class Reviews(StaffList):
    name = "attendance_reviews"
    title = gettext_lazy("考勤核查")
    table_class = ReviewTable
    filterset_class = ReviewFilter

    def visible(self, user: User, on: date) -> QuerySet:
        return reviews_visible_to(user, on=on)


@never_cache
def review(request: HttpRequest, pk: int) -> HttpResponse:
    """What was found, who was signed in, and the judgement."""
    on = timezone.localdate()
    found: AttendanceReview | None = reviews_visible_to(user_of(request), on=on).filter(pk=pk).first()
    if found is None:
        raise Http404
    board = board_of(found.session)
    may_settle = found.state == ReviewState.OPEN and bool(SETTLERS & roles_of(user_of(request), on=on))
    form = SettleForm(posted(request), board=board)
    if request.method == "POST" and form.is_valid():
        try:
            review_settle(
                review_id=found.pk,
                absent=form.cleaned_data["absent"],
                reason=form.cleaned_data["reason"],
                actor=user_of(request),
                at=timezone.now(),
            )
        except DomainError as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, _("已办结。"))
            return redirect("attendance_reviews")
    numbers = {row.enrolment.pk: row for row in board.rows}
    events = [
        {"event": event, "people": [numbers[pk] for pk in event.facts.get("enrolments", []) if pk in numbers]}
        for event in found.events.select_related("actor")
    ]
    context = {"review": found, "board": board, "events": events, "form": form, "may_settle": may_settle}
    return render(request, "attendance/review.html", context, status=422 if form.errors else 200)


@never_cache
@require_safe
def class_attendance(request: HttpRequest, pk: int) -> HttpResponse:
    """Everybody's rate in a class, the lowest first, and what must be settled."""
    on = timezone.localdate()
    run = ClassRun.objects.filter(pk=pk).select_related("school__organisation").first()
    sessions = list(sessions_seen_by(user_of(request), on=on).filter(class_run=pk)) if run else []
    if run is None or not sessions:
        raise Http404
    least, numbers = figure(RATE_MIN, on=on), numbers_in(run.pk)
    standings = standings_of(run, on=on)
    people = Enrolment.objects.filter(pk__in=list(standings)).select_related("worker")
    rows = [ClassRow(numbers[one.pk], one.worker, standings[one.pk], least) for one in people]
    rows.sort(key=lambda row: (row.standing.rate is None, row.standing.rate or 0, row.number))
    context = {
        "run": run,
        "rows": rows,
        "least": least,
        "sessions": meetings().filter(class_run=run),
        "reviews": reviews_open_in(run),
    }
    return render(request, "attendance/class.html", context)
