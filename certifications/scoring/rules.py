"""What makes a candidate pass, and what several assessors together say. Pure: marks in, judgement out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from certifications.plans.states import PartKind
from certifications.scoring.states import ResultOutcome, ScoreState

HUNDREDTH = Decimal("0.01")


@dataclass(frozen=True)
class PassMark:
    """What a part asks for: the figure in force on the day the part was held, and the version it came from."""

    least: Decimal
    on: date
    version: int | None = None
    is_verified: bool = False


Criterion = Mapping[PartKind, PassMark]


@dataclass(frozen=True)
class PartMark:
    """What is on record of a part: a mark, or that she was absent, or that it is void and why."""

    state: ScoreState
    mark: Decimal | None = None
    reason: str = ""


@dataclass(frozen=True)
class PartCheck:
    part: PartKind
    needed: Decimal
    found: PartMark

    @property
    def is_passed(self) -> bool:
        return self.found.state == ScoreState.MARKED and self.found.mark is not None and self.found.mark >= self.needed


@dataclass(frozen=True)
class Judgement:
    checks: tuple[PartCheck, ...]

    @property
    def outcome(self) -> ResultOutcome:
        """Passed when every part of the plan is; absent or void is not passed."""
        is_passed = bool(self.checks) and all(check.is_passed for check in self.checks)
        return ResultOutcome.PASSED if is_passed else ResultOutcome.FAILED


def judge(marks: Mapping[PartKind, PartMark], criterion: Criterion) -> Judgement:
    """Every part of the criterion against its mark; ``KeyError`` for a part without one."""
    return Judgement(tuple(PartCheck(part, pass_mark.least, marks[part]) for part, pass_mark in criterion.items()))


def panel_mark(totals: Sequence[Decimal], *, trim_from: int) -> Decimal:
    """The mean of the assessors' totals; the highest and the lowest are left out where there are enough of them."""
    counted = sorted(totals)[1:-1] if len(totals) >= max(trim_from, 3) else list(totals)
    return (sum(counted, Decimal(0)) / len(counted)).quantize(HUNDREDTH, ROUND_HALF_UP)


def spread(totals: Sequence[Decimal]) -> Decimal:
    """How far the assessors lie apart."""
    return max(totals) - min(totals)


def number(value: Decimal) -> str:
    """``78.00`` → ``78``, ``59.50`` → ``59.5``."""
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
