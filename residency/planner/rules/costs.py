"""What a class would cost her after the subsidy. Whole fen."""

from collections.abc import Iterable
from dataclasses import dataclass

from residency.planner.rules.benefits import Benefit
from residency.planner.states import BenefitState

COUNTED = (BenefitState.OPEN, BenefitState.CHECK)


@dataclass(frozen=True, slots=True)
class Cost:
    """``after_fen`` is the fee less the subsidy, where one may be counted; ``subsidy`` is the one counted."""

    fee_fen: int
    subsidy: Benefit | None = None

    @property
    def after_fen(self) -> int | None:
        if self.subsidy is None or self.subsidy.amount_fen is None:
            return None
        return max(0, self.fee_fen - self.subsidy.amount_fen)

    @property
    def is_sure(self) -> bool:
        """Whether the rule says yes by an official text: neither to be checked nor 待核实 nor a demonstration."""
        one = self.subsidy
        return bool(one and one.state == BenefitState.OPEN and one.verified and not one.is_demonstration)


def cost_of(fee_fen: int, benefits: Iterable[Benefit]) -> Cost:
    """The fee and the one subsidy that is counted against it: real ones before demonstrations, sure ones before those
    to be checked, then the larger. They exclude each other, so only one counts.
    """
    counted = [one for one in benefits if one.is_against_fee and one.amount_fen and one.state in COUNTED]
    best = min(
        counted,
        key=lambda one: (one.is_demonstration, COUNTED.index(one.state), -(one.amount_fen or 0)),
        default=None,
    )
    return Cost(fee_fen, best)
