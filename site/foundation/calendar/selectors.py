"""Where a clock stands on a day, and how a year looks."""

from calendar import Calendar
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Prefetch, QuerySet

from foundation.calendar.models import CalendarDay, Clock, ClockEvent, YearNotice
from foundation.calendar.states import ClockMove, ClockState
from foundation.calendar.working_days import NOTICED_YEARS, SATURDAY, DayAnswer, WorkingCalendar, working_calendar


@dataclass(frozen=True, slots=True)
class ClockReading:
    """Working days used and left on a day. A stopped clock has no due day: it is set again when it resumes."""

    state: ClockState
    used: int
    left: int
    due_on: date | None
    provisional: bool
    overdue: bool


def clock_state(clock: Clock, *, on: date, calendar: WorkingCalendar | None = None) -> ClockReading:
    """Where the clock stood at the end of the day, by its moves up to that day."""
    events = [event for event in clock.events.all() if event.on <= on]
    return read_clock(clock.limit_working_days, events, on=on, calendar=calendar or working_calendar())


def clock_states(clocks: QuerySet[Clock], *, on: date) -> list[tuple[Clock, ClockReading]]:
    """Many clocks with the same calendar, in a constant number of queries."""
    calendar = working_calendar()
    ordered = Prefetch("events", queryset=ClockEvent.objects.order_by("pk"))
    return [(clock, clock_state(clock, on=on, calendar=calendar)) for clock in clocks.prefetch_related(ordered)]


def read_clock(limit: int, events: Sequence[ClockEvent], *, on: date, calendar: WorkingCalendar) -> ClockReading:
    """Count the days after each start or resume, up to and including the stop, the end or today.

    The due day is the one on which the limit is used up; counting goes on past it, so ``left`` may be negative.
    """
    used, provisional = 0, False
    running_since: date | None = None
    due_on: date | None = None
    state = ClockState.RUNNING
    ended_on = on
    for event in events:
        if event.move in {ClockMove.START, ClockMove.RESUME}:
            running_since, state = event.on, ClockState.RUNNING
            continue
        if running_since is not None:
            due_on = due_on or _due(limit - used, running_since, event, calendar)
            provisional |= calendar.is_provisional(running_since, event.on)
            used += calendar.count(running_since, event.on)
            running_since = None
        state = ClockState.STOPPED if event.move == ClockMove.STOP else ClockState.FINISHED
        ended_on = event.on
    if state == ClockState.RUNNING and running_since is not None:
        if due_on is None:
            deadline = calendar.add(running_since, limit - used)
            due_on, provisional = deadline.on, provisional or deadline.provisional
        used += calendar.count(running_since, on)
        ended_on = on
    overdue = due_on is not None and ended_on > due_on
    return ClockReading(state, used, limit - used, due_on, provisional, overdue)


def _due(left: int, since: date, event: ClockEvent, calendar: WorkingCalendar) -> date | None:
    """When the limit ran out before the event; at the end of the clock also when it would have run out."""
    due_on = calendar.add(since, left).on
    return due_on if due_on <= event.on or event.move == ClockMove.FINISH else None


@dataclass(frozen=True, slots=True)
class DayCell:
    """One day of a year's overview; outside the month it has no answer."""

    day: date
    answer: DayAnswer | None
    name: str

    @property
    def is_weekend(self) -> bool:
        return self.day.weekday() >= SATURDAY


@dataclass(frozen=True, slots=True)
class YearOverview:
    year: int
    provisional: bool
    notice: YearNotice | None
    in_library: bool
    months: list[tuple[int, list[list[DayCell]]]]
    working_days: int


def year_overview(year: int) -> YearOverview:
    """The whole year, week by week, with what counts and why."""
    calendar = working_calendar()
    names = dict(CalendarDay.objects.filter(day__year=year).values_list("day", "name"))
    months = [(month, _weeks(year, month, calendar, names)) for month in range(1, 13)]
    cells = [cell for _month, weeks in months for week in weeks for cell in week if cell.answer]
    return YearOverview(
        year=year,
        provisional=any(cell.answer.provisional for cell in cells if cell.answer),
        notice=YearNotice.objects.filter(year=year).first(),
        in_library=year in NOTICED_YEARS,
        months=months,
        working_days=sum(cell.answer.working for cell in cells if cell.answer),
    )


def _weeks(year: int, month: int, calendar: WorkingCalendar, names: dict[date, str]) -> list[list[DayCell]]:
    def cell(day: date) -> DayCell:
        inside = day.month == month
        return DayCell(day, calendar.answer(day) if inside else None, names.get(day, "") if inside else "")

    weeks: Iterable[list[date]] = Calendar(firstweekday=0).monthdatescalendar(year, month)
    return [[cell(day) for day in week] for week in weeks]
