"""Deadlines: what falls due when, in working days, and where to go about it."""

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date

from django.db.models import Count, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from foundation.accounts.models import User
from foundation.accounts.states import Role
from foundation.calendar.models import Clock
from foundation.calendar.selectors import clock_states
from foundation.calendar.states import ClockState
from foundation.calendar.working_days import WorkingCalendar, working_calendar
from portal.dashboards import charts
from portal.dashboards.charts import Series
from portal.dashboards.selectors import Scope, scope_of
from portal.dashboards.sheets import Column, Kind, Row, Sheet
from portal.dashboards.states import SOON_DAYS, Wait
from portal.design.formats import format_cn_date
from subsidies.claims.models import Claim
from subsidies.claims.services.clocks import SUBJECT
from subsidies.claims.states import Channel, ClaimState
from subsidies.payments.states import PAYMENT_READERS
from subsidies.review.states import READERS, REVIEWERS
from subsidies.schemes.states import Payee

# Each line of the table: which states of a claim it is about.
LINES: Mapping[str, tuple[ClaimState, ...]] = {
    "intake": (ClaimState.SUBMITTED,),
    "review": (ClaimState.INTAKE_PASSED,),
    "correction": (ClaimState.RETURNED,),
    "payment": (ClaimState.APPROVED, ClaimState.IN_BATCH, ClaimState.SENT),
}
LABELS = {
    "intake": gettext_lazy("补贴初审"),
    "review": gettext_lazy("补贴复核"),
    "correction": gettext_lazy("等申领人补正"),
    "payment": gettext_lazy("补贴拨付"),
}
# Clocks of the rest of the house, and the list where their matters wait.
CLOCKS = {
    "classes.class_run": (gettext_lazy("开班备案"), "filings"),
    "schools.application": (gettext_lazy("机构申请"), "school_reviews"),
    "notices.objection": (gettext_lazy("公示异议"), "objections_desk"),
    "claims.appeal": (gettext_lazy("补贴申诉"), ""),
}


def wait_of(due_on: date, *, on: date, calendar: WorkingCalendar) -> Wait:
    """How near a legal day is: over, today, within three working days, later."""
    if due_on <= on:
        return Wait.TODAY if due_on == on else Wait.OVERDUE
    return Wait.SOON if calendar.count(on, due_on) <= SOON_DAYS else Wait.LATER


def deadline_sheets(user: User, roles: Iterable[Role], *, on: date) -> list[Sheet]:
    """Claims by their step; for the bureau also everything else that has a clock."""
    calendar = working_calendar()
    scope = scope_of(user, on=on)
    claims = _claims_sheet(_claims(scope), frozenset(roles), on=on, calendar=calendar, is_school=scope.is_school)
    return [claims] if scope.is_school else [claims, _others_sheet(on=on, calendar=calendar)]


def _claims(scope: Scope) -> QuerySet[Claim]:
    """The claims somebody may count; a school those it made or is paid for."""
    claims = Claim.objects.filter(due_on__isnull=False)
    if scope.schools is not None:
        made = Q(channel=Channel.SCHOOL) | Q(payee=Payee.SCHOOL)
        return claims.filter(made, school__in=scope.schools)
    return claims


def _claims_sheet(
    claims: QuerySet[Claim], roles: frozenset[Role], *, on: date, calendar: WorkingCalendar, is_school: bool
) -> Sheet:
    line_of = {state: line for line, states in LINES.items() for state in states}
    rows = claims.filter(state__in=line_of).order_by().values_list("state", "due_on").annotate(n=Count("pk"))
    counts: dict[str, Counter[Wait]] = {line: Counter() for line in LINES}
    first: dict[str, date] = {}
    for state, due_on, number in rows:
        line = line_of[ClaimState(state)]
        counts[line][wait_of(due_on, on=on, calendar=calendar)] += number
        first[line] = min(first.get(line, due_on), due_on)
    lines = {str(LABELS[line]): (counts[line], first.get(line), _list_of(line, roles, is_school)) for line in LINES}
    return _sheet("claims", _("补贴申领的时限"), _("环节"), lines)


def _list_of(line: str, roles: frozenset[Role], is_school: bool) -> str:
    """Where these claims are worked on, for whoever may go there."""
    if is_school:
        return ""
    if line == "payment":
        return reverse("payments_to_pay") if roles & PAYMENT_READERS else ""
    if roles & REVIEWERS and line in {"intake", "review"}:
        return reverse("review_list")
    return reverse("review_all") if roles & READERS else ""


def _others_sheet(*, on: date, calendar: WorkingCalendar) -> Sheet:
    running = Clock.objects.filter(state=ClockState.RUNNING).exclude(subject_type=SUBJECT)
    lines: dict[str, tuple[Counter[Wait], date | None, str]] = {}
    for clock, reading in clock_states(running, on=on):
        if reading.due_on is None:
            continue
        label = str(CLOCKS.get(clock.subject_type, (clock.subject_type, ""))[0])
        counts, first, url = lines.get(label, (Counter(), reading.due_on, ""))
        counts[wait_of(reading.due_on, on=on, calendar=calendar)] += 1
        lines[label] = (counts, min(first or reading.due_on, reading.due_on), url)
    return _sheet("others", _("其他事项的时限"), _("事项"), dict(sorted(lines.items())))


def _sheet(name: str, title: str, head: str, lines: Mapping[str, tuple[Counter[Wait], date | None, str]]) -> Sheet:
    waits = list(Wait)
    labels = list(lines)
    series = [
        Series(str(wait.label), [lines[label][0][wait] for label in labels], [""] * len(labels)) for wait in waits
    ]
    total: Counter[Wait] = sum((counts for counts, _first, _url in lines.values()), Counter())
    return Sheet(
        name=name,
        title=title,
        head=head,
        columns=[*[Column(wait.label) for wait in waits], Column(_("合计")), Column(_("最早到期"), Kind.TEXT)],
        rows=[
            Row(label, [*(counts[wait] for wait in waits), counts.total(), format_cn_date(first) or None], url)
            for label, (counts, first, url) in lines.items()
        ],
        total=Row(_("合计"), [*(total[wait] for wait in waits), total.total(), None]) if lines else None,
        chart=charts.stacked(name, title, labels, series),
        legend=[one.name for one in series],
        note=_("停止计时的（例如等待材料）不算在内。"),
    )
