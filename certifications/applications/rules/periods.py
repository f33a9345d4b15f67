"""Time in a trade: periods put together without counting a day twice, in whole months.

A job counts from its first day up to and including its last; one that goes on, up to but excluding the day asked
about, so that four years after a beginning on 24 November are full on 24 November. Broken months add up by thirty
days, as civil law counts time that is not continuous.
"""

import calendar
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

DAYS_OF_A_BROKEN_MONTH = 30


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """Days from ``first`` up to but excluding ``end``; no end goes on."""

    first: date
    end: date | None = None

    def until(self, day: date) -> "Span | None":
        """What of it lies before a day."""
        end = min(self.end, day) if self.end else day
        return Span(self.first, end) if self.first < end else None


def months_later(day: date, months: int) -> date:
    """The same day so many months on; the month's last day where it has no such day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def union(spans: Iterable[Span], *, before: date, since: date = date.min) -> list[Span]:
    """The days of all spans from ``since`` up to ``before``, overlaps once, in order."""
    cut = [Span(max(one.first, since), one.end) for one in spans if one.end is None or one.end > since]
    found: list[Span] = []
    for one in sorted(part for span in cut if (part := span.until(before)) is not None):
        if found and one.first <= (found[-1].end or before):
            last = found.pop()
            one = Span(last.first, max(last.end or before, one.end or before))  # noqa: PLW2901
        found.append(one)
    return found


def months_of(spans: Sequence[Span]) -> int:
    """Whole months of spans that do not overlap: each span's own months, the days left over by thirty."""
    months = days = 0
    for span in spans:
        assert span.end is not None
        whole = (span.end.year - span.first.year) * 12 + span.end.month - span.first.month
        if months_later(span.first, whole) > span.end:
            whole -= 1
        months += whole
        days += min((span.end - months_later(span.first, whole)).days, DAYS_OF_A_BROKEN_MONTH - 1)
    return months + days // DAYS_OF_A_BROKEN_MONTH


def months_worked(spans: Iterable[Span], *, on: date, since: date = date.min) -> int:
    """Whole months worked before a day."""
    return months_of(union(spans, before=on, since=since))


def first_day_with(spans: Sequence[Span], months: int, *, on: date, since: date = date.min) -> date:
    """The first day from ``on`` with so many months worked, if the work that goes on goes on, else if it begins now."""
    if months_worked(spans, on=on, since=since) >= months:
        return on
    going = [*spans] if any(span.end is None or span.end > on for span in spans) else [*spans, Span(on)]
    going = [Span(span.first) if span.end and span.end > on else span for span in going]
    low, high = on.toordinal(), months_later(max(on, since), months + 1).toordinal()
    while low < high:
        middle = (low + high) // 2
        if months_worked(going, on=date.fromordinal(middle), since=since) >= months:
            high = middle
        else:
            low = middle + 1
    return date.fromordinal(low)


def span_of(first: date, last: date | None) -> Span:
    """From the first to the last day, both included."""
    return Span(first, last + timedelta(days=1) if last else None)


def months_within(span: Span, months: Iterable[date]) -> tuple[Span, ...]:
    """What of a span lies in one of the months, each named by its first day."""
    cut = (
        Span(max(month, span.first), min(months_later(month, 1), span.end or date.max))
        for month in sorted(set(months))
        if months_later(month, 1) > span.first and (span.end is None or month < span.end)
    )
    return tuple(cut)


def birthday(born: date, age: int) -> date:
    """The day somebody is so old."""
    return months_later(born, age * 12)
