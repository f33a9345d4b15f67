"""Completed or not, and why. Pure: plain facts and a criterion in, checks out; nothing here reads anything.

Hours are credited hours of 45 minutes. What is studied online and what is attended adds up unit by unit, and no unit
counts for more than the package gives it: studying one unit twice never stands for another. A lesson that was studied
to its end counts for its whole worth; one that was not, for what was credited.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal
from typing import Any

from courses.completion.states import CheckCode, Outcome

NONE = Decimal(0)
TENTH = Decimal("0.1")


@dataclass(frozen=True, slots=True)
class Share:
    """Hours of one kind: of which unit, or of none."""

    unit: int | None
    theory: Decimal = NONE
    practice: Decimal = NONE
    # Practice in a household or an institution, not in the school's rooms.
    is_workplace: bool = False


@dataclass(frozen=True, slots=True)
class UnitHours:
    """The most that a unit of the package counts for."""

    theory: Decimal
    practice: Decimal


@dataclass(frozen=True, slots=True)
class Criterion:
    """What a class is judged by: the package's hours and the platform's rules of the day."""

    theory: Decimal
    practice: Decimal
    rate_min: Decimal
    presence_min: Decimal
    units: Mapping[int, UnitHours] = field(default_factory=dict)
    # Versions of the rules, and of the course and package: to show later what was judged by.
    basis: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Facts:
    """What one person has of a class."""

    is_confirmed: bool
    studied: tuple[Share, ...]
    attended: tuple[Share, ...]
    hours_planned: Decimal
    hours_held: Decimal
    hours_attended: Decimal
    questions_asked: int
    questions_answered: int
    quizzes_missing: tuple[str, ...]
    quizzes_needed: int
    credited_minutes: Decimal = NONE


@dataclass(frozen=True, slots=True)
class Check:
    """One thing she is judged by: what was needed, what was found."""

    code: CheckCode
    needed: Decimal
    found: Decimal | None
    is_passed: bool
    missing: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Judgement:
    """The checks and what follows from them."""

    checks: tuple[Check, ...]

    @property
    def outcome(self) -> Outcome:
        return Outcome.COMPLETED if all(check.is_passed for check in self.checks) else Outcome.NOT_COMPLETED

    @property
    def failed(self) -> tuple[Check, ...]:
        return tuple(check for check in self.checks if not check.is_passed)


def judge(facts: Facts, criterion: Criterion) -> Judgement:
    """Every check, the passed ones too: completed when all of them are."""
    theory, practice = hours_counted((*facts.studied, *facts.attended), criterion.units)
    return Judgement(
        (
            Check(CheckCode.CONFIRMED, Decimal(1), Decimal(int(facts.is_confirmed)), facts.is_confirmed),
            Check(CheckCode.THEORY, criterion.theory, _shown(theory), theory >= criterion.theory),
            Check(CheckCode.PRACTICE, criterion.practice, _shown(practice), practice >= criterion.practice),
            _rate(facts, criterion),
            _presence(facts, criterion),
            Check(
                CheckCode.QUIZZES,
                Decimal(facts.quizzes_needed),
                Decimal(facts.quizzes_needed - len(facts.quizzes_missing)),
                not facts.quizzes_missing,
                facts.quizzes_missing,
            ),
        )
    )


def hours_counted(shares: Iterable[Share], units: Mapping[int, UnitHours]) -> tuple[Decimal, Decimal]:
    """Theory and practice of all shares, each unit up to what the package gives it."""
    by_unit: dict[int | None, list[Decimal]] = {}
    for share in shares:
        sums = by_unit.setdefault(share.unit, [NONE, NONE])
        sums[0] += share.theory
        sums[1] += share.practice
    theory = practice = NONE
    for unit, (theory_of_unit, practice_of_unit) in by_unit.items():
        most = units.get(unit) if unit is not None else None
        theory += min(theory_of_unit, most.theory) if most else theory_of_unit
        practice += min(practice_of_unit, most.practice) if most else practice_of_unit
    return theory, practice


def workplace_counted(shares: Iterable[Share], units: Mapping[int, UnitHours]) -> Decimal:
    """What of the practice that counts was done at a workplace; in a unit that is full the school comes first."""
    every = list(shares)
    _theory, practice = hours_counted(every, units)
    _theory, in_school = hours_counted((share for share in every if not share.is_workplace), units)
    return practice - in_school


def _shown(hours: Decimal) -> Decimal:
    # Down: what is shown as 40.0 is at least 40.
    return hours.quantize(TENTH, rounding=ROUND_DOWN)


def _rate(facts: Facts, criterion: Criterion) -> Check:
    """Judged on exact hours; a class without sessions asks for none, one whose sessions were not held is not met."""
    found = None
    if facts.hours_held:
        found = (facts.hours_attended * 100 / facts.hours_held).quantize(TENTH, rounding=ROUND_HALF_UP)
    is_passed = facts.hours_attended * 100 >= facts.hours_held * criterion.rate_min
    if facts.hours_planned and not facts.hours_held:
        is_passed = False
    return Check(CheckCode.RATE, criterion.rate_min, found, is_passed)


def _presence(facts: Facts, criterion: Criterion) -> Check:
    """Whoever was never asked has nothing to answer."""
    asked, answered = Decimal(facts.questions_asked), Decimal(facts.questions_answered)
    found = (answered * 100 / asked).quantize(TENTH, rounding=ROUND_HALF_UP) if asked else None
    return Check(CheckCode.PRESENCE, criterion.presence_min, found, answered * 100 >= asked * criterion.presence_min)
