"""What the checks of filing look at, as plain values, and what a check answers."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Literal, NamedTuple

from django.utils.translation import gettext as _

Severity = Literal["block", "warn"]
Place = Literal["school", "course", "details", "plan", "roster", "assessment"]
Stage = Literal["filing", "opening", "change"]
LISTED = 3


@dataclass(frozen=True, slots=True)
class Check:
    """One question asked of a class run: what is needed, what was found, and how to put it right."""

    code: str
    title: str
    severity: Severity
    passed: bool
    needed: str
    found: str
    fix: str
    place: Place
    wrong: tuple[str, ...] = ()  # everything that was found wrong, where found names the first few

    @property
    def blocks(self) -> bool:
        return not self.passed and self.severity == "block"

    @property
    def tone(self) -> str:
        if self.passed:
            return "success"
        return "error" if self.severity == "block" else "warning"

    def as_mark(self) -> dict[str, Any]:
        """As it is kept with the decision it was made for."""
        return {
            "check": self.code,
            "passed": self.passed,
            "severity": self.severity,
            "needed": self.needed,
            "found": self.found,
        }


class Span(NamedTuple):
    """Days from the first to the last, both included; none is open."""

    first: date | None = None
    last: date | None = None

    def holds(self, day: date) -> bool:
        return (self.first is None or self.first <= day) and (self.last is None or day <= self.last)


ALWAYS = Span()


@dataclass(frozen=True, slots=True)
class Meeting:
    """A session of the plan. Its moments are in local time."""

    number: int
    mode: str
    starts_at: datetime
    ends_at: datetime
    theory: Decimal = Decimal(0)
    practice: Decimal = Decimal(0)
    unit: int | None = None
    teacher: int | None = None
    premises: int | None = None

    @property
    def day(self) -> date:
        return self.starts_at.date()

    @property
    def hours(self) -> Decimal:
        return self.theory + self.practice


@dataclass(frozen=True, slots=True)
class UnitFact:
    """A unit of the package; ``lessons`` are the hours of its online lessons."""

    pk: int
    title: str
    theory: Decimal
    practice: Decimal
    is_online_allowed: bool = False
    lessons: Decimal = Decimal(0)


@dataclass(frozen=True, slots=True)
class TeacherFact:
    """A teacher with the days she works here and the days her papers for the occupation hold."""

    name: str
    employed: Span
    papers: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class PlaceFact:
    name: str
    seats: int
    usable: Span


@dataclass(frozen=True, slots=True)
class Busy:
    """A teacher or a place that another class run has at the hour of one of our sessions."""

    name: str
    starts_at: datetime
    ends_at: datetime
    holder: str  # the other class run, where the reader may know it


@dataclass(frozen=True, slots=True)
class SeatedTwice:
    """A row of the roster whose person sits in another class at an hour of ours; pending: that is not filed yet."""

    row: int
    starts_at: datetime
    ends_at: datetime
    is_pending: bool = False


@dataclass(frozen=True, slots=True)
class Limits:
    """The dated figures on the day; none where there is no figure in force."""

    class_size: int | None = None
    online_share: Decimal | None = None
    days_before: int | None = None
    day_hours: Decimal | None = None


@dataclass(frozen=True, slots=True)
class FilingFacts:
    """A class run with everything the checks ask about it."""

    on: date
    stage: Stage
    starts_on: date
    ends_on: date
    seats: int
    training: str
    school_is_active: bool = True
    school_state: str = ""
    licensed: Span = ALWAYS
    days_without_scope: tuple[date, ...] = ()
    package: str = ""
    package_is_published: bool = True
    package_effective: Span = ALWAYS
    is_practical: bool = True
    package_online_share: Decimal | None = None
    units: tuple[UnitFact, ...] = ()
    meetings: tuple[Meeting, ...] = ()
    teachers: Mapping[int, TeacherFact] = field(default_factory=dict)
    places: Mapping[int, PlaceFact] = field(default_factory=dict)
    teachers_busy: tuple[Busy, ...] = ()
    places_busy: tuple[Busy, ...] = ()
    seated_twice: tuple[SeatedTwice, ...] = ()
    roster: int = 0
    rows_of_one_person: tuple[int, ...] = ()
    takes_applications: bool = False
    twins: tuple[str, ...] = ()
    working_days_left: int | None = None
    assessment_on: date | None = None
    assessment_missing: tuple[str, ...] = ()
    limits: Limits = Limits()


def day_text(day: date) -> str:
    return _("%(month)d月%(day)d日") % {"month": day.month, "day": day.day}


def span_text(span: Span) -> str:
    """From when until when."""
    first = span.first.isoformat() if span.first else ""
    last = span.last.isoformat() if span.last else _("长期")
    return _("%(first)s 至 %(last)s") % {"first": first, "last": last} if first else last


def slot_text(starts_at: datetime, ends_at: datetime) -> str:
    """A slot as a timetable says it."""
    return f"{day_text(starts_at.date())} {starts_at:%H:%M}–{ends_at:%H:%M}"


def hours_text(hours: Decimal) -> str:
    """Hours without needless zeros."""
    return f"{hours.normalize():f}"


def listed(found: Iterable[str]) -> str:
    """The first few, and how many there are."""
    rows = list(dict.fromkeys(found))
    shown = "；".join(rows[:LISTED])
    if len(rows) > LISTED:
        return _("%(shown)s；等 %(count)d 处") % {"shown": shown, "count": len(rows)}
    return shown
