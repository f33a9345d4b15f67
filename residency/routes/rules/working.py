"""Working a case out by a route: gates, items, groups, factor, deductions, floor, one rounding, and what it comes to.

Every score is a least and a most. With everything known they are equal; with a fact missing the answer stays unknown
unless it could not change anything. The total is rounded once, at the end, half up.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import NamedTuple

from foundation.policy.engine import Message
from foundation.policy.engine.decisions import kleene_all, kleene_any
from residency.routes.rules.conditions import Line
from residency.routes.rules.facts import Applicant
from residency.routes.rules.measures import ZERO, Case
from residency.routes.rules.operators import Points
from residency.routes.rules.packs import Group, Item, Outcome, Pack, Route, RouteKind
from residency.routes.rules.shapes import Many, Number, Said, Text, YesNo, part


class Span(NamedTuple):
    low: Decimal
    high: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemLine:
    """What an item gives. ``low`` and ``high`` are equal when all is known; None stands for no limit."""

    code: str = part(Text())
    name: str = part(Text())
    low: Decimal | None = part(Number(), default=None)
    high: Decimal | None = part(Number(), default=None)
    cap: Decimal | None = part(Number(), default=None)
    counts: bool = part(YesNo(), default=True, hint="false where a better item of its group counts instead")
    counted: Message = part(Said())
    left_out: tuple[Message, ...] = part(Many(Said()), default=())
    missing: tuple[str, ...] = part(Many(Text()), default=())
    group: str = part(Text(), default="")
    article: str = part(Text(), default="")
    department: str = part(Text(), default="")
    verified: bool = part(YesNo(), default=True)

    @property
    def points(self) -> Decimal | None:
        return self.low if self.low == self.high else None


@dataclass(frozen=True, slots=True, kw_only=True)
class SumLine:
    """One step of the sum: what was done, with which number, and what that makes so far (the least of it)."""

    name: str = part(Text())
    operation: str = part(Text())
    value: Decimal = part(Number())
    result: Decimal = part(Number())


@dataclass(frozen=True, slots=True, kw_only=True)
class GoalLine:
    """What the total opens for one purpose."""

    code: str = part(Text())
    name: str = part(Text())
    total: Decimal | None = part(Number(), default=None)
    threshold: Decimal = part(Number())
    passed: bool | None = part(YesNo(), default=None)


class Worked(NamedTuple):
    """A case worked out."""

    outcome: Outcome
    gates: tuple[Line, ...] = ()
    vetoes: tuple[Line, ...] = ()
    items: tuple[ItemLine, ...] = ()
    deductions: tuple[ItemLine, ...] = ()
    sums: tuple[SumLine, ...] = ()
    low: Decimal | None = None
    high: Decimal | None = None
    needed: Decimal | None = None
    goals: tuple[GoalLine, ...] = ()
    ranking: tuple[Decimal | None, ...] = ()

    @property
    def lines(self) -> Iterator[Line | ItemLine]:
        yield from self.gates
        yield from self.vetoes
        yield from self.items
        yield from self.deductions

    @property
    def missing(self) -> tuple[str, ...]:
        """The facts that are not known and matter, each once, in the order they are asked."""
        return tuple(dict.fromkeys(name for line in self.lines for name in line.missing))


def work_out(pack: Pack, route: Route, applicant: Applicant, *, on: date) -> Worked:
    """The case by the route on the day. Outside its days nothing is worked out: 政策待确认."""
    if not pack.holds_on(route, on):
        return Worked(Outcome.GAP)
    case = Case(applicant, on)
    gate, gates = route.gates.check(case) if route.gates else (True, [])
    struck = [one.check(case) for one in route.vetoes]
    veto = kleene_any([passed for passed, _lines in struck])
    vetoes = tuple(line for _passed, lines in struck for line in lines)
    eligible = kleene_all([gate, None if veto is None else not veto])
    if route.kind == RouteKind.QUOTA:
        return Worked(Outcome.NOMINATION, tuple(gates), vetoes)
    if route.passing is None:
        return Worked(outcome_of(eligible), tuple(gates), vetoes)
    items = [valued(item, case) for item in route.items]
    deductions = [valued(item, case) for item in route.deductions]
    total, sums, beaten = totalled(route, items, deductions, case)
    needed = route.passing.needed(on)
    outcome = outcome_of(kleene_all([eligible, reaches(total, needed)]))
    if outcome is Outcome.MET and route.passing.quota is not None:
        outcome = Outcome.RANKED
    return Worked(
        outcome,
        tuple(gates),
        vetoes,
        tuple(item_line(one, counts=one.item.code not in beaten) for one in items),
        tuple(item_line(one) for one in deductions),
        sums,
        finite(total.low),
        finite(total.high),
        needed,
        tuple(goal_lines(route, items, deductions, case)),
        tuple(measure.measure(case).value for measure in route.passing.rank) or (rounded(total.low, route),),
    )


class Valued(NamedTuple):
    """An item with what it gives this applicant."""

    item: Item
    span: Span
    points: Points


def outcome_of(passed: bool | None) -> Outcome:
    return {True: Outcome.MET, False: Outcome.NOT_MET, None: Outcome.UNKNOWN}[passed]


def reaches(total: Span, needed: Decimal | None) -> bool | None:
    """Whether a total is enough: also when it is not known exactly but its least is, or its most is not."""
    if needed is None:
        return None
    return True if total.low >= needed else False if total.high < needed else None


def valued(item: Item, case: Case) -> Valued:
    """The item's points; nothing where its own condition is not met, and unsure where that is unknown."""
    points = item.points.points(case)
    if item.when is None:
        return Valued(item, Span(points.low, points.high), points)
    passed, lines = item.when.check(case)
    if passed is False:
        blank = points._replace(low=ZERO, high=ZERO, counted=lines[0].found, missing=(), left_out=())
        return Valued(item, Span(ZERO, ZERO), blank)
    if passed is None:
        asked = tuple(dict.fromkeys((*(name for line in lines for name in line.missing), *points.missing)))
        points = points._replace(low=min(ZERO, points.low), high=max(ZERO, points.high), missing=asked)
    return Valued(item, Span(points.low, points.high), points)


def totalled(
    route: Route, items: list[Valued], deductions: list[Valued], case: Case
) -> tuple[Span, tuple[SumLine, ...], set[str]]:
    """The total: items by their groups, times the factors, less the deductions, not below the floor, rounded once."""
    beaten: set[str] = set()
    total, sums = Span(ZERO, ZERO), []
    groups = {group.code: group for group in route.groups}

    def note(name: str, operation: str, value: Decimal, now: Span) -> Span:
        if value.is_finite() and now.low.is_finite():
            sums.append(SumLine(name=name, operation=operation, value=value, result=now.low))
        return now

    for group in (one for one in route.groups if not one.within):
        span = group_span(group, groups, items, beaten)
        total = note(group.name, "add", span.low, plus(total, span))
    for one in items:
        if not one.item.group:
            total = note(one.item.name, "add", one.span.low, plus(total, one.span))
    for factor in route.multipliers:
        passed, _lines = factor.when.check(case)
        spans = [total] * (passed is not True) + [times(total, factor.factor)] * (passed is not False)
        total = Span(min(span.low for span in spans), max(span.high for span in spans))
        if passed:
            total = note(factor.name, "times", factor.factor, total)
    for one in deductions:
        total = plus(total, one.span)
        if one.span.low:
            total = note(one.item.name, "subtract", -one.span.low, total)
    if route.floor is not None:
        raised = Span(max(total.low, route.floor), max(total.high, route.floor))
        total = note("", "at_least", route.floor, raised) if raised.low != total.low else raised
    final = Span(rounded(total.low, route), rounded(total.high, route))
    if final.low != total.low:
        note("", "round", Decimal(route.decimals), final)
    return final, tuple(sums), beaten


def group_span(group: Group, groups: dict[str, Group], items: list[Valued], beaten: set[str]) -> Span:
    """A group with the groups inside it, to its cap. Of a best-of group every item but the best is beaten."""
    members = [([one.item.code], one.span) for one in items if one.item.group == group.code]
    for inner in groups.values():
        if inner.within == group.code:
            codes = [one.item.code for one in items if one.item.group == inner.code]
            members.append((codes, group_span(inner, groups, items, beaten)))
    spans = [span for _codes, span in members]
    if group.how == "best":
        best = max(range(len(spans)), key=lambda number: (spans[number].low, -number), default=0)
        beaten.update(code for number, (codes, _span) in enumerate(members) if number != best for code in codes)
        span = Span(max((one.low for one in spans), default=ZERO), max((one.high for one in spans), default=ZERO))
    else:
        span = Span(sum((one.low for one in spans), ZERO), sum((one.high for one in spans), ZERO))
    return span if group.cap is None else Span(min(span.low, group.cap), min(span.high, group.cap))


def goal_lines(route: Route, items: list[Valued], deductions: list[Valued], case: Case) -> Iterator[GoalLine]:
    """The total for each purpose, of the items that count for it, against its own threshold."""
    for goal in route.goals:
        own = [one for one in items if not goal.items or one.item.code in goal.items]
        off = [one for one in deductions if not goal.items or one.item.code in goal.items]
        span, _sums, _beaten = totalled(route, own, off, case)
        exact = span.low if span.low == span.high else None
        passed = reaches(span, goal.threshold)
        yield GoalLine(code=goal.code, name=goal.name, total=exact, threshold=goal.threshold, passed=passed)


def item_line(one: Valued, *, counts: bool = True) -> ItemLine:
    item = one.item
    return ItemLine(
        code=item.code,
        name=item.name,
        low=finite(one.span.low),
        high=finite(one.span.high),
        cap=getattr(item.points, "cap", None),
        counts=counts,
        counted=one.points.counted,
        left_out=one.points.left_out,
        missing=one.points.missing,
        group=item.group,
        article=item.article,
        department=item.department,
        verified=item.verified,
    )


def plus(one: Span, other: Span) -> Span:
    return Span(one.low + other.low, one.high + other.high)


def times(span: Span, factor: Decimal) -> Span:
    return Span(span.low * factor, span.high * factor)


def rounded(value: Decimal, route: Route) -> Decimal:
    """To the decimals of the route, half up; the only rounding there is."""
    return value.quantize(Decimal(1).scaleb(-route.decimals), ROUND_HALF_UP) if value.is_finite() else value


def finite(value: Decimal) -> Decimal | None:
    return value if value.is_finite() else None
