"""Hours of a plan against the hours of its package. A credited hour has 45 minutes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from decimal import ROUND_FLOOR, Decimal

from courses.classes.rules.facts import Meeting, UnitFact
from courses.classes.states import ONSITE, SessionMode

CREDITED_HOUR = timedelta(minutes=45)
HALF = Decimal("0.5")
NOTHING = Decimal(0)


@dataclass(frozen=True, slots=True)
class UnitHours:
    """What the plan gives for one unit. ``online`` is the theory that only lessons and live classes cover."""

    unit: UnitFact
    theory: Decimal
    practice: Decimal
    online: Decimal

    @property
    def theory_missing(self) -> Decimal:
        return max(self.unit.theory - self.theory - self.online, NOTHING)

    @property
    def practice_missing(self) -> Decimal:
        return max(self.unit.practice - self.practice, NOTHING)


def hours_of(units: Sequence[UnitFact], meetings: Sequence[Meeting]) -> list[UnitHours]:
    """For each unit what the plan gives.

    Self-study sessions count nothing: the lessons they are for do. Online theory counts where the package allows it,
    and only for what is not taught in the room; practice counts in the room alone.
    """
    return [_hours(unit, [meeting for meeting in meetings if meeting.unit == unit.pk]) for unit in units]


def _hours(unit: UnitFact, meetings: Sequence[Meeting]) -> UnitHours:
    onsite = [meeting for meeting in meetings if meeting.mode in ONSITE]
    theory = sum((meeting.theory for meeting in onsite), NOTHING)
    practice = sum((meeting.practice for meeting in onsite), NOTHING)
    remote = NOTHING
    if unit.is_online_allowed:
        live = sum((meeting.theory for meeting in meetings if meeting.mode == SessionMode.LIVE), NOTHING)
        remote = min(unit.lessons + live, max(unit.theory - theory, NOTHING))
    return UnitHours(unit, theory, practice, remote)


def online_share(units: Sequence[UnitFact], meetings: Sequence[Meeting]) -> Decimal:
    """What part of the package's hours is covered online only, in percent."""
    total = sum((unit.theory + unit.practice for unit in units), NOTHING)
    online = sum((row.online for row in hours_of(units, meetings)), NOTHING)
    return online * 100 / total if total else NOTHING


def hours_that_fit(length: timedelta) -> Decimal:
    """How many credited hours a length of time can hold, in halves."""
    halves = Decimal(length / (CREDITED_HOUR / 2)).quantize(Decimal(1), rounding=ROUND_FLOOR)
    return halves * HALF
