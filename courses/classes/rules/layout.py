"""Lay the hours a plan still lacks over evenings or weekends, unit by unit."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta, tzinfo
from decimal import Decimal

from courses.classes.rules.facts import Meeting, UnitFact
from courses.classes.rules.hours import CREDITED_HOUR, HALF, NOTHING, hours_of, hours_that_fit
from courses.classes.states import SessionMode

DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Need:
    """Hours of one unit still to be taught, theory or practice."""

    unit: int
    title: str
    is_practice: bool
    hours: Decimal


@dataclass(frozen=True, slots=True)
class Block:
    """A session as laid out: one unit, theory or practice."""

    starts_at: datetime
    ends_at: datetime
    unit: int
    title: str
    mode: SessionMode
    theory: Decimal
    practice: Decimal


def needs_of(units: Sequence[UnitFact], meetings: Sequence[Meeting]) -> list[Need]:
    """What the plan lacks, in the order of the package: first the theory of a unit, then its practice."""
    needs = []
    for row in hours_of(units, meetings):
        unit = row.unit
        needs.append(Need(unit.pk, unit.title, is_practice=False, hours=row.theory_missing))
        needs.append(Need(unit.pk, unit.title, is_practice=True, hours=row.practice_missing))
    return [need for need in needs if need.hours > 0]


def days_between(first: date, last: date, *, weekdays: Iterable[int], left_out: Iterable[date] = ()) -> Iterator[date]:
    """The days of those weekdays (Monday is 0), without those left out."""
    chosen, skipped = frozenset(weekdays), frozenset(left_out)
    for number in range((last - first).days + 1):
        day = first + number * DAY
        if day.weekday() in chosen and day not in skipped:
            yield day


def lay_out(needs: Sequence[Need], days: Iterable[date], *, starts: time, ends: time, zone: tzinfo) -> list[Block]:
    """Sessions that cover the needs in their order, one after another on each day; what does not fit is left."""
    waiting = list(needs)
    blocks: list[Block] = []
    for day in days:
        moment, end = datetime.combine(day, starts, zone), datetime.combine(day, ends, zone)
        while waiting and (hours := min(hours_that_fit(end - moment), waiting[0].hours)) >= HALF:
            need = waiting[0]
            block = _block(need, moment, hours)
            blocks.append(block)
            moment = block.ends_at
            waiting[0] = replace(need, hours=need.hours - hours)
            if waiting[0].hours < HALF:
                waiting.pop(0)
    return blocks


def _block(need: Need, starts_at: datetime, hours: Decimal) -> Block:
    return Block(
        starts_at=starts_at,
        ends_at=starts_at + CREDITED_HOUR * float(hours),
        unit=need.unit,
        title=need.title,
        mode=SessionMode.PRACTICE if need.is_practice else SessionMode.CLASSROOM,
        theory=NOTHING if need.is_practice else hours,
        practice=hours if need.is_practice else NOTHING,
    )
