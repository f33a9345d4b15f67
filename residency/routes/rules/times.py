"""Months and days: counting what is covered once, however many papers say it."""

import calendar
from collections.abc import Iterable
from datetime import date, timedelta

from residency.routes.rules.facts import Spell

Interval = tuple[date, date]  # from a day to the day before the other

# Cautious both ways: what is left over of several stretches makes a month only at 31 days (so that one stretch alone is
# never full a day early), and a month of gaps is 30 days.
DAYS_MAKING_A_MONTH = 31
DAYS_OF_A_MONTH_OF_GAPS = 30


def month_number(day: date) -> int:
    return day.year * 12 + day.month - 1


def month_first(number: int) -> date:
    return date(number // 12, number % 12 + 1, 1)


def months_later(day: date, months: int) -> date:
    """The same day so many months later (or earlier); the month's last day where it has no such day."""
    year, month = divmod(month_number(day) + months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def years_later(day: date, years: int) -> date:
    return months_later(day, years * 12)


def age_on(birth_on: date, on: date) -> int:
    """Whole years; a year is full on the birthday (born on 29 February: on 1 March in other years)."""
    return on.year - birth_on.year - ((on.month, on.day) < (birth_on.month, birth_on.day))


def whole_months(first: date, end: date) -> int:
    """Full months from a day to the day before another: 8 October 2013 to 8 October 2018 is 60."""
    months = month_number(end) - month_number(first)
    return max(months - (months_later(first, months) > end), 0)


def insured(spell: Spell, on: date) -> range:
    """The months of a stretch of insurance, as numbers. One that is going on counts to the month before the day."""
    last = month_number(on) - 1 if spell.last is None else min(month_number(spell.last), month_number(on))
    return range(month_number(spell.first), last + 1)


def days_of(spell: Spell, on: date) -> Interval | None:
    """The days of a stretch up to the day; what begins later has none."""
    end = on if spell.last is None else min(spell.last + timedelta(days=1), on)
    return (spell.first, end) if spell.first < end else None


def merged(intervals: Iterable[Interval]) -> list[Interval]:
    """The same days with no overlap: each counts once."""
    found: list[Interval] = []
    for first, end in sorted(intervals):
        if found and first <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], end))
        else:
            found.append((first, end))
    return found


def without(intervals: list[Interval], others: list[Interval]) -> list[Interval]:
    """The days that are in the first and not in the second; both are merged."""
    for away, back in others:
        left = []
        for first, end in intervals:
            left += [(first, min(end, away))] if first < away else []
            left += [(max(first, back), end)] if end > back else []
        intervals = left
    return intervals


def months_of(intervals: Iterable[Interval]) -> int:
    """Whole months of several stretches together; the days left over of each make months of 31 days."""
    months = days = 0
    for first, end in intervals:
        full = whole_months(first, end)
        months += full
        days += (end - months_later(first, full)).days
    return months + days // DAYS_MAKING_A_MONTH


def last_run(numbers: set[int], gaps: int) -> set[int]:
    """The months of the latest run, whose gaps together are at most so many months."""
    run: list[int] = []
    for number in sorted(numbers, reverse=True):
        gap = run[-1] - number - 1 if run else 0
        if gap > gaps:
            break
        gaps -= gap
        run.append(number)
    return set(run)


def last_stretch(intervals: list[Interval], gaps: int) -> list[Interval]:
    """The latest run of merged stretches, whose gaps together are at most so many months of 30 days."""
    run: list[Interval] = []
    left = gaps * DAYS_OF_A_MONTH_OF_GAPS
    for first, end in reversed(intervals):
        gap = (run[-1][0] - end).days if run else 0
        if gap > left:
            break
        left -= gap
        run.append((first, end))
    return run[::-1]


def permit_spells(first: date, endorsed: Iterable[date], on: date) -> tuple[Spell, ...]:
    """The years of a residence permit that count.

    It is endorsed once a year; a holder who misses it counts again from the late endorsement (国务院令 663 号 art. 10).
    """
    spells, start, end = [], first, years_later(first, 1)
    for day in sorted(endorsed):
        if day > end:
            spells.append(Spell(first=start, last=end - timedelta(days=1), kind="permit"))
            start = end = day
        end = years_later(end, 1)
    spells.append(Spell(first=start, last=None if end > on else end - timedelta(days=1), kind="permit"))
    return tuple(spells)
