"""The paper a decision is worked out on: a rule writes its checks and its sum here."""

from collections.abc import Callable
from decimal import ROUND_HALF_UP, Context, Decimal
from typing import Protocol

from foundation.policy.engine.decisions import Check, Facts, Scalar, Source, Step, kleene_all
from foundation.policy.values import ParameterSet, ParameterValue

# Exact enough that only the last step rounds, and independent of whatever context the thread has.
ARITHMETIC = Context(prec=40, rounding=ROUND_HALF_UP)
HUNDRED = Decimal(100)
NOWHERE = Source()


class Checkable(Protocol):
    def check(self, work: "Working", group: str = "") -> bool | None: ...


class Working:
    """Collects checks and steps. Sums are exact; ``pay`` and ``score`` say what the sum is, rounded once."""

    __slots__ = ("_places", "amounts", "checks", "fact", "facts", "parameters", "results", "steps", "total", "used")

    def __init__(self, facts: Facts, parameters: ParameterSet) -> None:
        self.facts = facts
        self.fact = facts._values.get
        self.parameters = parameters
        self.checks: list[Check] = []
        self.steps: list[Step] = []
        self.results: list[bool | None] = []
        self.used: dict[str, ParameterValue] = {}
        self.total = Decimal(0)
        self.amounts = ""
        self._places = Decimal(1)

    def figure(self, code: str) -> ParameterValue:
        """The figure in force; it is kept with the decision. ``PolicyGapError`` when there is none."""
        value = self.used[code] = self.parameters[code]
        return value

    def require(self, *conditions: Checkable) -> bool | None:
        """Check what all must hold; the decision's outcome is no if one fails, undecided if one is unknown."""
        results = [condition.check(self) for condition in conditions]
        self.results += results
        return kleene_all(results)

    @property
    def outcome(self) -> bool | None:
        return kleene_all(self.results)

    def known(self, *names: str) -> bool:
        """Whether all these facts are known."""
        return all(self.fact(name) is not None for name in names)

    def start(self, title: str, figure: ParameterValue | Decimal, source: Source = NOWHERE, unit: str = "") -> None:
        """The sum begins with a figure."""
        self._step(title, "start", figure, source, unit)

    def add(self, title: str, figure: ParameterValue | Decimal, source: Source = NOWHERE, unit: str = "") -> None:
        self._step(title, "add", figure, source, unit)

    def subtract(self, title: str, figure: ParameterValue | Decimal, source: Source = NOWHERE, unit: str = "") -> None:
        self._step(title, "subtract", figure, source, unit)

    def times(self, title: str, figure: ParameterValue | Decimal, source: Source = NOWHERE, unit: str = "") -> None:
        self._step(title, "times", figure, source, unit)

    def divide(self, title: str, figure: ParameterValue | Decimal, source: Source = NOWHERE, unit: str = "") -> None:
        self._step(title, "divide", figure, source, unit)

    def uplift(self, title: str, figure: ParameterValue | Decimal, source: Source = NOWHERE, unit: str = "") -> None:
        """So many percent more."""
        self._step(title, "uplift", figure, source, unit)

    def share(self, title: str, figure: ParameterValue | Decimal, source: Source = NOWHERE, unit: str = "") -> None:
        """Only so many percent of it."""
        self._step(title, "share", figure, source, unit)

    def at_most(self, title: str, figure: ParameterValue | Decimal, source: Source = NOWHERE, unit: str = "") -> None:
        self._step(title, "at_most", figure, source, unit)

    def at_least(self, title: str, figure: ParameterValue | Decimal, source: Source = NOWHERE, unit: str = "") -> None:
        self._step(title, "at_least", figure, source, unit)

    def pay(self) -> None:
        """The sum is an amount of money in fen."""
        self.amounts = "amount"

    def score(self, places: int = 0) -> None:
        """The sum is a score with so many decimal places."""
        self.amounts, self._places = "score", Decimal(1).scaleb(-places)

    def rounded(self) -> Decimal:
        """The sum, rounded the one time."""
        return self.total.quantize(self._places, ROUND_HALF_UP, ARITHMETIC)

    def _step(self, title: str, operation: str, figure: ParameterValue | Decimal, source: Source, unit: str) -> None:
        if isinstance(figure, ParameterValue):
            value, unit = figure.value, figure.unit
            source = Source(figure.article, figure.doc_no, figure.version_id, figure.verified)
            self.used[figure.code] = figure
        else:
            value = figure
        article, doc_no, version_id, verified = source
        self.total = OPERATIONS[operation](self.total, value)
        self.steps.append(Step(title, operation, value, unit, self.total, article, doc_no, version_id, verified))


def _uplift(total: Decimal, value: Decimal) -> Decimal:
    return ARITHMETIC.divide(ARITHMETIC.multiply(total, HUNDRED + value), HUNDRED)


def _share(total: Decimal, value: Decimal) -> Decimal:
    return ARITHMETIC.divide(ARITHMETIC.multiply(total, value), HUNDRED)


OPERATIONS: dict[str, Callable[[Decimal, Decimal], Decimal]] = {
    "start": lambda _total, value: value,
    "add": ARITHMETIC.add,
    "subtract": ARITHMETIC.subtract,
    "times": ARITHMETIC.multiply,
    "divide": ARITHMETIC.divide,
    "uplift": _uplift,
    "share": _share,
    "at_most": min,
    "at_least": max,
}


class Policy:
    """Stands in a condition for the figure in force of that code."""

    __slots__ = ("code",)

    def __init__(self, code: str) -> None:
        self.code = code

    def __repr__(self) -> str:
        return f"Policy({self.code!r})"


def scalar_or_figure(work: Working, needed: Scalar | Policy) -> tuple[Scalar, str, Source | None]:
    """A needed value with its unit and source; for a figure of the policy, as it is in force."""
    if type(needed) is Policy:
        figure = work.figure(needed.code)
        return figure.value, figure.unit, Source(figure.article, figure.doc_no, figure.version_id, figure.verified)
    return needed, "", None  # type: ignore[return-value]
