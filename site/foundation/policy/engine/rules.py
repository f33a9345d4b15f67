"""Dated rules: when the shape of a rule changes, the old function stays and a new one begins on its day."""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from foundation.policy.engine.decisions import OUTCOMES, Decision, Facts, Outcome
from foundation.policy.engine.working import Working
from foundation.policy.errors import PolicyGapError
from foundation.policy.values import ParameterSet

Function = Callable[[Working], None]


@dataclass(frozen=True, slots=True)
class DatedRule:
    name: str
    since: date
    until: date | None
    work_out: Function

    @property
    def version(self) -> str:
        """``subsidy.training@2026-01-01``."""
        return f"{self.name}@{self.since.isoformat()}"

    def holds_on(self, day: date) -> bool:
        return self.since <= day and (self.until is None or day <= self.until)

    def overlaps(self, other: "DatedRule") -> bool:
        return (self.until is None or other.since <= self.until) and (other.until is None or self.since <= other.until)

    def is_written_as(self, other: "DatedRule") -> bool:
        """The same function of the same module, read again."""
        mine, its = self.work_out, other.work_out
        return (mine.__module__, mine.__qualname__, self.since) == (its.__module__, its.__qualname__, other.since)


class Rules:
    """The rules by name and day. Two rules of a name that hold on one day are refused when they are written."""

    def __init__(self) -> None:
        self._dated: dict[str, list[DatedRule]] = defaultdict(list)

    def rule(self, name: str, *, since: date, until: date | None = None) -> Callable[[Function], Function]:
        """Register a function as the rule of that name from one day to another, both included."""

        def register(function: Function) -> Function:
            new = DatedRule(name, since, until, function)
            if until is not None and until < since:
                raise ValueError(f"{new.version} ends before it begins")
            others = [known for known in self._dated[name] if not known.is_written_as(new)]
            for known in others:
                if known.overlaps(new):
                    raise ValueError(f"{new.version} and {known.version} hold on the same day")
            self._dated[name] = [*others, new]
            return function

        return register

    def on(self, name: str, day: date) -> DatedRule:
        """The rule in force on the day; ``PolicyGapError`` when there is none."""
        for known in self._dated.get(name, ()):
            if known.holds_on(day):
                return known
        raise PolicyGapError(name, day)

    def history(self, name: str) -> list[DatedRule]:
        """Every rule of that name, the earliest first."""
        return sorted(self._dated.get(name, ()), key=lambda known: known.since)

    def decide(self, name: str, *, facts: Facts, parameters: ParameterSet, on: date) -> Decision:
        """Work out a case by the rule and figures of the day; ``PolicyGapError`` when either is missing."""
        dated = self.on(name, on)
        work = Working(facts, parameters)
        dated.work_out(work)
        outcome = OUTCOMES[work.outcome]
        counted = outcome is not Outcome.NO
        return Decision(
            dated.name,
            dated.version,
            on,
            outcome,
            tuple(work.checks),
            tuple(work.steps),
            int(work.rounded()) if counted and work.amounts == "amount" else None,
            work.rounded() if counted and work.amounts == "score" else None,
            facts,
            ParameterSet(work.used, city=parameters.city, on=on),
        )


RULES = Rules()
rule = RULES.rule
decide = RULES.decide
