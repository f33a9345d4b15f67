"""What goes into a decision and what comes out of it: values that nothing can change.

``Check``, ``Step`` and ``Message`` are named tuples: a decision makes dozens of them, and a tuple is made several
times faster than a frozen dataclass.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import NamedTuple, TypeAlias

from foundation.policy.values import ParameterSet

Scalar: TypeAlias = str | int | bool | Decimal | date | tuple[str | int | bool | Decimal | date | None, ...] | None
KINDS = frozenset({str, int, bool, Decimal, date, type(None), tuple})


class Facts(Mapping[str, Scalar]):
    """What is known about a case. A name that is absent, or None, is unknown: neither true nor false."""

    __slots__ = ("_values",)

    def __init__(self, values: Mapping[str, Scalar]) -> None:
        self._values = dict(values)
        for value in self._values.values():
            kind = type(value)
            if kind not in KINDS or (kind is tuple and not KINDS.issuperset(map(type, value))):  # type: ignore[arg-type]
                raise TypeError(f"a fact is text, a whole number, a Decimal, a day, yes or no, not {kind.__name__}")

    def __getitem__(self, name: str) -> Scalar:
        return self._values[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)

    def __eq__(self, other: object) -> bool:
        return self._values == other._values if isinstance(other, Facts) else NotImplemented

    def __hash__(self) -> int:
        return hash(frozenset(self._values.items()))

    def __repr__(self) -> str:
        return f"Facts({len(self)})"  # values may be personal: they never go to a log


class Outcome(StrEnum):
    YES = "yes"
    NO = "no"
    UNDECIDED = "undecided"


OUTCOMES = {True: Outcome.YES, False: Outcome.NO, None: Outcome.UNDECIDED}


class Message(NamedTuple):
    """A sentence as a code and its values, so that it can be said in any language later."""

    code: str
    values: tuple[tuple[str, Scalar], ...] = ()


class Source(NamedTuple):
    """Where a needed figure stands."""

    article: str = ""
    doc_no: str = ""
    version_id: int | None = None
    verified: bool = True


class Check(NamedTuple):
    """One thing that was looked at. ``passed`` is None when a fact is unknown; ``group`` is the any-of around it."""

    code: str
    title: str
    passed: bool | None
    needed: Message
    found: Message
    article: str
    doc_no: str
    advice: str
    verified: bool
    version_id: int | None
    group: str


class Step(NamedTuple):
    """One line of the sum: what was done with which figure, and what that makes so far."""

    title: str
    operation: str
    value: Decimal
    unit: str
    result: Decimal
    article: str
    doc_no: str
    version_id: int | None
    verified: bool


@dataclass(frozen=True, slots=True)
class Decision:
    """The outcome, with everything it rests on."""

    rule: str
    rule_version: str
    on: date
    outcome: Outcome
    checks: tuple[Check, ...]
    steps: tuple[Step, ...]
    amount_fen: int | None
    score: Decimal | None
    facts: Facts
    parameters: ParameterSet

    @property
    def verified(self) -> bool:
        """Whether every source was checked against the original; otherwise the decision shows 待核实."""
        return all(check.verified for check in self.checks) and all(step.verified for step in self.steps)

    @property
    def missing(self) -> tuple[Check, ...]:
        """What stands in the way: every top-level check that did not pass."""
        return tuple(check for check in self.checks if not check.group and check.passed is not True)


def kleene_all(results: list[bool | None]) -> bool | None:
    """All of them: no if one is no, else unknown if one is unknown, else yes."""
    if False in results:
        return False
    return None if None in results else True


def kleene_any(results: list[bool | None]) -> bool | None:
    """Any of them: yes if one is yes, else unknown if one is unknown, else no."""
    if True in results:
        return True
    return None if None in results else False
