"""Conditions, written once at import and checked for every case: ``all_of(holds("registered"), at_least("age", 16))``.

A condition never stops at the first failure: a person is told everything that is missing at once.
"""

import calendar
import operator
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from foundation.policy.engine.decisions import Check, Message, Scalar, Source, kleene_all, kleene_any
from foundation.policy.engine.working import NOWHERE, Policy, Working, scalar_or_figure

UNKNOWN = Message("found.unknown")
FOUND_YES, FOUND_NO = Message("found.yes"), Message("found.no")
NEEDED_YES, NEEDED_NO, NEEDED_ANY = Message("needed.yes"), Message("needed.no"), Message("needed.any_of")
FOUND_GROUP = {True: Message("found.group_met"), False: Message("found.group_unmet"), None: UNKNOWN}


class Condition:
    """Something that is met, not met, or unknown."""

    __slots__ = ()

    def check(self, work: Working, group: str = "") -> bool | None:
        """Write the checks down and say whether the condition is met."""
        raise NotImplementedError


@dataclass(frozen=True, slots=True, kw_only=True)
class Leaf(Condition):
    """A condition on one fact. ``code`` names the check; title and advice are message codes."""

    fact: str
    code: str
    title: str
    advice: str = ""
    source: Source = NOWHERE

    def check(self, work: Working, group: str = "") -> bool | None:
        found = work.fact(self.fact)
        passed, needed, source = self.compare(work, found)
        source = source or self.source
        if found is None:
            seen = UNKNOWN
        elif found is True or found is False:
            seen = FOUND_YES if found else FOUND_NO
        else:
            seen = Message("found.value", (("value", found),))
        work.checks.append(
            Check(
                self.code,
                self.title,
                passed,
                needed,
                seen,
                source.article,
                source.doc_no,
                "" if passed else self.advice,
                source.verified,
                source.version_id,
                group,
            )
        )
        return passed

    def compare(self, work: Working, found: Scalar) -> tuple[bool | None, Message, Source | None]:
        raise NotImplementedError


@dataclass(frozen=True, slots=True, kw_only=True)
class Truth(Leaf):
    wanted: bool

    def compare(self, work: Working, found: Scalar) -> tuple[bool | None, Message, Source | None]:
        needed = NEEDED_YES if self.wanted else NEEDED_NO
        return (None if found is None else found is self.wanted), needed, None


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison(Leaf):
    name: str
    holds: Callable[[Any, Any], bool]
    needed: Any
    fixed: Message | None = None  # a needed value that no policy sets is worded once

    def compare(self, work: Working, found: Scalar) -> tuple[bool | None, Message, Source | None]:
        if self.fixed is not None:
            return (None if found is None else self.holds(found, self.needed)), self.fixed, None
        value, unit, source = scalar_or_figure(work, self.needed)
        message = Message(self.name, (("value", value), ("unit", unit)))
        return (None if found is None else self.holds(found, value)), message, source


@dataclass(frozen=True, slots=True, kw_only=True)
class Between(Leaf):
    low: Any
    high: Any

    def compare(self, work: Working, found: Scalar) -> tuple[bool | None, Message, Source | None]:
        low, unit, source = scalar_or_figure(work, self.low)
        high, other_unit, other_source = scalar_or_figure(work, self.high)
        message = Message("needed.between", (("low", low), ("high", high), ("unit", unit or other_unit)))
        passed = None if found is None else low <= found <= high  # type: ignore[operator]
        return passed, message, source or other_source


@dataclass(frozen=True, slots=True, kw_only=True)
class OneOf(Leaf):
    options: frozenset[Scalar]
    needed: Message

    def compare(self, work: Working, found: Scalar) -> tuple[bool | None, Message, Source | None]:
        return (None if found is None else found in self.options), self.needed, None


@dataclass(frozen=True, slots=True, kw_only=True)
class DatedWithin(Leaf):
    since: date | None
    until: date | None
    needed: Message

    def compare(self, work: Working, found: Scalar) -> tuple[bool | None, Message, Source | None]:
        if found is None:
            return None, self.needed, None
        late = self.until is not None and found > self.until  # type: ignore[operator]
        early = self.since is not None and found < self.since  # type: ignore[operator]
        return not (late or early), self.needed, None


@dataclass(frozen=True, slots=True, kw_only=True)
class WithinMonths(Leaf):
    after: str
    months: Any

    def compare(self, work: Working, found: Scalar) -> tuple[bool | None, Message, Source | None]:
        months, _unit, source = scalar_or_figure(work, self.months)
        start = work.fact(self.after)
        if not isinstance(start, date):
            return None, Message("needed.within_months_unknown", (("months", months),)), source
        last = months_later(start, int(months))  # type: ignore[arg-type]
        values = (("start", start), ("months", months), ("last", last))
        passed = None if found is None else start <= found <= last  # type: ignore[operator]
        return passed, Message("needed.within_months", values), source


@dataclass(frozen=True, slots=True)
class All(Condition):
    conditions: tuple[Condition, ...]

    def check(self, work: Working, group: str = "") -> bool | None:
        return kleene_all([condition.check(work, group) for condition in self.conditions])


@dataclass(frozen=True, slots=True)
class AnyBranch(Condition):
    """Met when one of its branches is. One check for the whole stands before the checks of the branches."""

    code: str
    title: str
    branches: tuple[Condition, ...]
    advice: str = ""
    source: Source = NOWHERE
    labels: tuple[str, ...] = field(default=())

    def check(self, work: Working, group: str = "") -> bool | None:
        place = len(work.checks)
        path = f"{group}/{self.code}" if group else self.code
        passed = kleene_any(
            [branch.check(work, f"{path}.{label}") for label, branch in zip(self.labels, self.branches, strict=True)]
        )
        article, doc_no, version_id, verified = self.source
        work.checks.insert(
            place,
            Check(
                self.code,
                self.title,
                passed,
                NEEDED_ANY,
                FOUND_GROUP[passed],
                article,
                doc_no,
                "" if passed else self.advice,
                verified,
                version_id,
                group,
            ),
        )
        return passed


def all_of(*conditions: Condition) -> Condition:
    """Every one of the conditions."""
    return All(conditions)


def any_of(code: str, *branches: Condition, title: str = "", advice: str = "", source: Source = NOWHERE) -> Condition:
    """At least one of the branches; a branch of several conditions is an ``all_of``."""
    labels = tuple(str(number) for number in range(1, len(branches) + 1))
    return AnyBranch(code, title or f"check.{code}", branches, advice, source, labels)


def holds(fact: str, **more: Any) -> Condition:
    """The fact is yes."""
    return Truth(fact=fact, wanted=True, **_named(fact, more))


def is_false(fact: str, **more: Any) -> Condition:
    """The fact is no."""
    return Truth(fact=fact, wanted=False, **_named(fact, more))


def at_least(fact: str, needed: Scalar | Policy, **more: Any) -> Condition:
    return _comparison("needed.at_least", operator.ge, fact, needed, more)


def at_most(fact: str, needed: Scalar | Policy, **more: Any) -> Condition:
    return _comparison("needed.at_most", operator.le, fact, needed, more)


def less_than(fact: str, needed: Scalar | Policy, **more: Any) -> Condition:
    return _comparison("needed.less_than", operator.lt, fact, needed, more)


def more_than(fact: str, needed: Scalar | Policy, **more: Any) -> Condition:
    return _comparison("needed.more_than", operator.gt, fact, needed, more)


def equals(fact: str, needed: Scalar | Policy, **more: Any) -> Condition:
    return _comparison("needed.equals", operator.eq, fact, needed, more)


def between(fact: str, low: Scalar | Policy, high: Scalar | Policy, **more: Any) -> Condition:
    """From low to high, both included."""
    return Between(fact=fact, low=low, high=high, **_named(fact, more))


def one_of(fact: str, options: Iterable[Scalar], **more: Any) -> Condition:
    """One of the listed values."""
    listed = tuple(sorted(set(options), key=str))
    needed = Message("needed.one_of", (("options", listed),))  # type: ignore[arg-type]
    return OneOf(fact=fact, options=frozenset(listed), needed=needed, **_named(fact, more))


def dated_within(fact: str, since: date | None = None, until: date | None = None, **more: Any) -> Condition:
    """A day from ``since`` to ``until``, both included; an absent end is open."""
    ends = tuple((name, day) for name, day in (("since", since), ("until", until)) if day)
    needed = Message("needed.dated_" + "_".join(name for name, _day in ends), ends)
    return DatedWithin(fact=fact, since=since, until=until, needed=needed, **_named(fact, more))


def within_months(fact: str, *, after: str, months: int | Policy, **more: Any) -> Condition:
    """A day not before the day ``after`` and at most so many months later, the last day included."""
    wanted = Decimal(months) if isinstance(months, int) else months
    return WithinMonths(fact=fact, after=after, months=wanted, **_named(fact, more))


def months_later(start: date, months: int) -> date:
    """The same day so many months later; the month's last day where it has no such day."""
    year, month = divmod(start.year * 12 + start.month - 1 + months, 12)
    return date(year, month + 1, min(start.day, calendar.monthrange(year, month + 1)[1]))


def _comparison(
    name: str, test: Callable[[Any, Any], bool], fact: str, needed: Scalar | Policy, more: dict[str, Any]
) -> Condition:
    fixed = None if isinstance(needed, Policy) else Message(name, (("value", needed), ("unit", more.pop("unit", ""))))
    return Comparison(fact=fact, name=name, holds=test, needed=needed, fixed=fixed, **_named(fact, more))


def _named(fact: str, more: dict[str, Any]) -> dict[str, Any]:
    """The check is named after its fact unless told otherwise."""
    code = more.pop("code", fact)
    return {"code": code, "title": more.pop("title", f"check.{code}"), **more}
