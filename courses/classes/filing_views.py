"""The bureau's desk of filings: what waits, by its deadline; one filing on one page; what changed afterwards."""

from datetime import date
from typing import Any

from django.contrib import messages
from django.db.models import Exists, IntegerField, OuterRef, QuerySet
from django.db.models.functions import Cast
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from courses.classes.class_forms import DecisionForm
from courses.classes.class_pages import (
    TONES,
    deadline_of,
    deadline_shown,
    grouped,
    plan_sums,
    run_or_404,
    since_filing,
    stage_checks,
    timeline_of,
)
from courses.classes.class_tables import BureauClassTable, ChangeFilter, ChangeTable, ClassRunFilter, ClassRunResource
from courses.classes.models import ClassEvent, ClassRun
from courses.classes.selectors import (
    WITH_COURSE,
    changes_after_filing,
    class_runs_visible_to,
    filings_waiting,
    overlaps_of,
    roster_of,
    sessions_of,
)
from courses.classes.services.filing import CLOCK_NAME, CLOCK_SUBJECT, change_seen, class_run_move
from courses.classes.states import BINDING, FILING_OFFICERS, ClassState
from foundation.accounts.models import User
from foundation.accounts.selectors import roles_of
from foundation.calendar.models import Clock
from foundation.calendar.selectors import clock_states
from foundation.calendar.states import ClockState
from foundation.desk import StaffList
from foundation.errors import DomainError
from foundation.requests import user_of
from workers.forms import posted


class AllClasses(StaffList):
    name = "filing_classes"
    title = gettext_lazy("全部班次")
    table_class = BureauClassTable
    filterset_class = ClassRunFilter
    resource = ClassRunResource

    def visible(self, user: User, on: date) -> QuerySet:
        return class_runs_visible_to(user, on=on)


class Changes(StaffList):
    name = "filing_changes"
    title = gettext_lazy("备案后的变更")
    table_class = ChangeTable
    filterset_class = ChangeFilter

    def visible(self, user: User, on: date) -> QuerySet:
        seen = ClassEvent.objects.filter(class_run=OuterRef("class_run"), action="change_seen").annotate(
            seen=Cast("marks__0__event", IntegerField())
        )
        return changes_after_filing(user, on=on).annotate(is_seen=Exists(seen.filter(seen=OuterRef("pk"))))


def waiting_by_deadline(on: date) -> list[dict[str, Any]]:
    """What waits for a decision, the nearest deadline first; what has none comes last, the oldest first."""
    runs = {run.pk: run for run in filings_waiting()}
    clocks = Clock.objects.filter(
        subject_type=CLOCK_SUBJECT, name=CLOCK_NAME, subject_id__in=runs, state=ClockState.RUNNING
    )
    readings = {clock.subject_id: deadline_shown(clock, reading) for clock, reading in clock_states(clocks, on=on)}
    rows: list[dict[str, Any]] = [{"run": run, "deadline": readings.get(pk)} for pk, run in runs.items()]
    return sorted(
        rows, key=lambda row: ((row["deadline"] or {}).get("due_on") or date.max, row["run"].starts_on, row["run"].pk)
    )


@never_cache
@require_safe
def work_list(request: HttpRequest) -> HttpResponse:
    """What the bureau has to decide, the nearest deadline first."""
    on = timezone.localdate()
    unseen = Changes().visible(user_of(request), on).filter(is_seen=False).count()
    return render(request, "classes/work_list.html", {"rows": waiting_by_deadline(on), "unseen": unseen})


@never_cache
@require_safe
def filing(request: HttpRequest, pk: int) -> HttpResponse:
    """One filing: everything an officer decides by, on one page."""
    return _page(request, run_or_404(request, pk), DecisionForm())


@never_cache
@require_POST
def decide(request: HttpRequest, pk: int) -> HttpResponse:
    """File, return with marks, or refuse; then the next case."""
    run = run_or_404(request, pk)
    form = DecisionForm(posted(request))
    if form.is_valid():
        action = form.cleaned_data["decision"]
        following = _next(run, timezone.localdate())
        try:
            class_run_move(
                class_run_id=run.pk,
                action=action,
                actor=user_of(request),
                at=timezone.now(),
                reason=form.cleaned_data["reason"],
                marks=form.marks if action == "return" else (),
            )
        except DomainError as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, _("“%(name)s”已办理。") % {"name": run.name})
            return redirect("filing", following.pk) if following else redirect("filings")
    return _page(request, run_or_404(request, pk), form, status=422)


def _next(run: ClassRun, on: date) -> ClassRun | None:
    """The case after this one in the work list, else the first of the others."""
    runs: list[ClassRun] = [row["run"] for row in waiting_by_deadline(on)]
    place = next((number for number, one in enumerate(runs) if one.pk == run.pk), -1)
    others = runs[place + 1 :] + runs[: max(place, 0)]
    return next(iter(others), None)


def _page(request: HttpRequest, run: ClassRun, form: DecisionForm, status: int = 200) -> HttpResponse:
    on, user = timezone.localdate(), user_of(request)
    is_waiting = run.state == ClassState.SUBMITTED
    changes = Changes().visible(user, on).filter(class_run=run)
    context = {
        "run": run,
        "tone": TONES[ClassState(run.state)],
        "groups": grouped(stage_checks(run, on=on)) if is_waiting or run.state == ClassState.FILED else None,
        "deadline": deadline_of(run, on=on),
        "sessions": sessions_of(run),
        "sums": plan_sums(run),
        "roster": roster_of(run),
        "overlaps": _overlaps(run),
        "events": timeline_of(run),
        "since_filing": since_filing(run) if run.state == ClassState.FILED else [],
        "changes": changes,
        "form": form,
        "may_decide": is_waiting and bool(FILING_OFFICERS & roles_of(user, on=on)),
        "may_read_changes": bool(FILING_OFFICERS & roles_of(user, on=on)),
        "next": _next(run, on),
    }
    return render(request, "classes/filing.html", context, status=status)


def _overlaps(run: ClassRun) -> list[dict[str, Any]]:
    """Who sits in another class at an hour of this one, with that class: officers may see both."""
    rows = {enrolment.worker_id: row for row, enrolment in roster_of(run)}
    found = overlaps_of(list(rows), class_run=run, states=BINDING | {ClassState.SUBMITTED})
    runs = ClassRun.objects.select_related(*WITH_COURSE).in_bulk({one.other_run_id for one in found})
    return [
        {
            "row": rows[one.worker_id],
            "starts_at": one.starts_at,
            "ends_at": one.ends_at,
            "other": runs[one.other_run_id],
        }
        for one in found
    ]


@never_cache
@require_POST
def seen(request: HttpRequest, pk: int) -> HttpResponse:
    """A change was read."""
    event = changes_after_filing(user_of(request), on=timezone.localdate()).filter(pk=pk).first()
    if event is None:
        return redirect("filing_changes")
    change_seen(event_id=event.pk, actor=user_of(request), at=timezone.now())
    messages.success(request, _("已记为已阅。"))
    return redirect("filing", event.class_run_id)
