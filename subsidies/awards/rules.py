"""When each part of an award falls due, and what of it is owed. Pure: days and months in, days out."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from foundation.policy.engine.conditions import months_later


@dataclass(frozen=True, slots=True)
class Due:
    """One part: how many confirmed months it asks, how many there are, and the day it comes."""

    number: int
    needed: int
    confirmed: int
    # The day at the soonest, if every month is confirmed and none is missing in between.
    earliest: date
    # The day once enough months are confirmed; nothing while they are not.
    due_on: date | None
    # Months in between that nobody confirmed; each puts the day off by one.
    gaps: tuple[date, ...]
    # She left before the year was full: this part will not come.
    is_lost: bool

    @property
    def missing(self) -> int:
        """How many confirmed months are still to come."""
        return max(self.needed - self.confirmed, 0)

    def is_reached(self, on: date) -> bool:
        return self.due_on is not None and self.due_on <= on and not self.is_lost


def month_of(day: date) -> date:
    return day.replace(day=1)


def months_between(first: date, last: date) -> Iterable[date]:
    """Every month from one to the other, both included."""
    month, end = month_of(first), month_of(last)
    while month <= end:
        yield month
        month = months_later(month, 1)


def confirmed_from(started_on: date, months: Collection[date], left_on: date | None) -> list[date]:
    """The confirmed months that count: from the month she began to the month she left, each once."""
    first = month_of(started_on)
    last = month_of(left_on) if left_on else date.max
    return sorted({one for one in map(month_of, months) if first <= one <= last})


def dues_of(
    *, started_on: date, months: Collection[date], left_on: date | None, between: int, count: int
) -> tuple[Due, ...]:
    """The parts of an award, one for each full service year (``between`` months).

    A year is full on the day of the month on which service began, once so many months are confirmed. A month in between
    that nobody confirmed puts the day off by a month. The first month counts when it is confirmed; where service began
    in its middle and it is not, it is no gap either.
    """
    counted = confirmed_from(started_on, months, left_on)
    return tuple(_due(number, started_on, counted, left_on, between * number) for number in range(1, count + 1))


def _due(number: int, started_on: date, counted: list[date], left_on: date | None, needed: int) -> Due:
    earliest = months_later(started_on, needed)
    due_on: date | None = earliest if not needed else None
    gaps: tuple[date, ...] = ()
    if needed and len(counted) >= needed:
        has_begun = started_on.day == 1 or month_of(started_on) in counted
        first = month_of(started_on) if has_begun else months_later(month_of(started_on), 1)
        counts = set(counted)
        gaps = tuple(one for one in months_between(first, counted[needed - 1]) if one not in counts)
        due_on = months_later(started_on, needed + len(gaps))
    # Her last day may be the last of the year.
    last_needed = (due_on or earliest) - timedelta(days=1)
    is_lost = bool(needed) and left_on is not None and last_needed > left_on
    return Due(number, needed, len(counted), earliest, due_on, gaps, is_lost)


def part_of(total_fen: int, number: int, count: int) -> int:
    """What one part is worth before anything is taken off; the parts add up to the whole."""
    return _up_to(total_fen, number, count) - _up_to(total_fen, number - 1, count)


def owed(
    total_fen: int, number: int, count: int, *, paid_fen: int = 0, other_fen: int = 0, highest_only: bool = True
) -> int:
    """What is to be paid now: everything owed up to this part, less what was paid for it and, where only the highest
    counts, for others of the programme. Never below nothing.
    """
    due = _up_to(total_fen, number, count) - paid_fen - (other_fen if highest_only else 0)
    return max(due, 0)


def _up_to(total_fen: int, number: int, count: int) -> int:
    """Rounded half up, as the engine rounds."""
    return (2 * total_fen * number + count) // (2 * count)
