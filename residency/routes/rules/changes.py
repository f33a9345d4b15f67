"""What would change the answer, and when: the same working on changed facts, never a text written by hand.

Two kinds of change are tried: one thing she could do (the next level, a contract, 50 hours of volunteering), and time
passing while what goes on today goes on. Each is tried alone.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields, is_dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, cast

from foundation.policy.engine import Message
from residency.routes.rules.conditions import Educated, Holds, Line
from residency.routes.rules.facts import EDUCATION, FACTS, LEVELS, Applicant, Record, Spell
from residency.routes.rules.measures import ZERO, FactName
from residency.routes.rules.operators import PerUnit
from residency.routes.rules.packs import Outcome, Pack, Route
from residency.routes.rules.shapes import Day, Many, Number, Said, Text, part, shaped
from residency.routes.rules.times import month_first, month_number
from residency.routes.rules.working import Worked, rounded, work_out

MOST_MONTHS = 120  # nothing is foretold beyond ten years
ITEM_MONTHS = 24
MOST_STEPS = 2  # of levels and of schooling: the next that helps and the one after
RECENT_MONTHS = 2  # insurance whose last known month is so recent goes on; the data only come later


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One change alone: what it is, what the total gains, the answer after it, and the earliest day."""

    code: str = part(Text())
    title: Message = part(Said())
    points: Decimal = part(Number(), default=ZERO)
    outcome: str = part(Text())
    gate: str = part(Text(), default="")
    item: str = part(Text(), default="")
    on: date | None = part(Day(), default=None)
    months: int | None = part(Number(is_whole=True), default=None)


def changes_of(pack: Pack, route: Route, applicant: Applicant, *, on: date, before: Worked) -> tuple[Change, ...]:
    """What would help (or, with time, harm), the nearest to the goal first."""
    if before.outcome in {Outcome.GAP, Outcome.NOMINATION}:
        return ()
    asked = facts_of(route)
    work = Trial(pack, route, applicant, on, before, asked)
    return (*work.deeds(), *work.in_time())


@dataclass(frozen=True, slots=True)
class Trial:
    """The case, and the same case changed."""

    pack: Pack
    route: Route
    applicant: Applicant
    on: date
    before: Worked
    asked: frozenset[str]

    def deeds(self) -> Iterator[Change]:
        """Things she could do, each tried alone, today; what changes nothing, or no more than the last, is not told."""
        told: set[tuple[str, Decimal, str, str]] = set()
        enough: Counter[str] = Counter()
        for code, title, changed in self._candidates():
            after = work_out(self.pack, self.route, changed, on=self.on)
            points = (after.low or ZERO) - (self.before.low or ZERO)
            pairs = zip(after.gates, self.before.gates, strict=True)
            gate = next((line.name for line, was in pairs if line.passed and not was.passed and not line.depth), "")
            told_as = (code, points, gate, str(after.outcome))
            if told_as in told or (points <= 0 and not gate and after.outcome == self.before.outcome):
                continue
            told.add(told_as)
            enough[code] += 1
            if enough[code] > MOST_STEPS:
                continue
            yield Change(code=code, title=title, points=points, outcome=after.outcome, gate=gate, on=self.on)

    def _candidates(self) -> Iterator[tuple[str, Message, Applicant]]:
        known = self.applicant
        if "certificates" in self.asked and "certificates" in known:
            yield from self._levels(cast(tuple[Record, ...], known["certificates"]))
        if "education" in self.asked and known.get("education") in EDUCATION:
            ladder = list(EDUCATION)
            for step in ladder[ladder.index(cast(str, known["education"])) + 1 :]:
                yield "education", Message("routes.change.education", (("value", step),)), known.but(education=step)
        for one in dict.fromkeys((one.of, one.wanted) for one in parts_of(self.route, Holds)):
            if known.get(one[0]) is not one[1]:
                title = Message("routes.change.yes" if one[1] else "routes.change.no", (("fact", one[0]),))
                yield one[0], title, known.but(**{one[0]: one[1]})
        for unit in parts_of(self.route, PerUnit):
            if unit.of in known and not unit.by_calendar:
                more = Record(on=self.on, kind=unit.kinds[0] if unit.kinds else "", amount=unit.unit)
                title = Message("routes.change.unit", (("fact", unit.of), ("value", unit.unit)))
                have = cast(tuple[Record, ...], known[unit.of])
                yield unit.of, title, known.but(**{unit.of: (*have, more)})

    def _levels(self, held: tuple[Record, ...]) -> Iterator[tuple[str, Message, Applicant]]:
        """The levels above the highest held, in the occupation of her post (or of that certificate)."""
        ladder = list(LEVELS)
        best = max((one for one in held if one.kind in LEVELS), key=lambda one: ladder.index(one.kind), default=None)
        occupation = cast(str, self.applicant.get("post_occupation") or (best.occupation if best else ""))
        for level in ladder[ladder.index(best.kind) + 1 if best else 0 :]:
            more = Record(on=self.on, kind=level, occupation=occupation, paper="level")
            changed = self.applicant.but(certificates=(*held, more))
            yield "level", Message("routes.change.level", (("value", level),)), changed

    def in_time(self) -> Iterator[Change]:
        """When the answer, a gate or an item changes while what goes on today goes on."""
        going = self._going_on()
        days = [month_first(month_number(self.on) + months) for months in range(1, MOST_MONTHS + 1)]
        later = {day: work_out(self.pack, self.route, going, on=day) for day in days if self._in_force(day)}
        for number, line in enumerate(self.before.gates):
            if line.passed is False and line.name and not line.depth:
                day = self._first(later, going, lambda work, n=number: work.gates[n].passed is True)  # type: ignore[misc]
                yield from self._told("gate", line, day, going)
        soon = {day: work for day, work in later.items() if day <= days[ITEM_MONTHS - 1]}
        for number, item in enumerate(self.before.items):
            if item.points is None:
                continue
            was = item.points
            day = self._first(soon, going, lambda work, n=number, w=was: work.items[n].points not in {None, w})  # type: ignore[misc]
            if day is not None:
                after = work_out(self.pack, self.route, going, on=day).items[number].points or ZERO
                code = "item" if after > was else "item_less"
                yield self._change(code, item.name, day, rounded(after - was, self.route), going, item=item.code)
        if self.before.outcome is Outcome.NOT_MET:
            day = self._first(later, going, lambda work: work.outcome in {Outcome.MET, Outcome.RANKED})
            if day is not None:
                yield self._change("outcome", self.route.name, day, self._gain(going, day), going)

    def _told(self, code: str, line: Line, day: date | None, going: Applicant) -> Iterator[Change]:
        if day is not None:
            yield self._change(code, line.name, day, self._gain(going, day), going, gate=line.name)

    def _change(self, code: str, name: str, day: date, points: Decimal, going: Applicant, **more: str) -> Change:
        months = month_number(day) - month_number(self.on)
        title = Message(f"routes.change.time.{code}", (("name", name), ("on", day), ("points", abs(points))))
        outcome = work_out(self.pack, self.route, going, on=day).outcome
        return Change(code=f"time.{code}", title=title, points=points, outcome=outcome, on=day, months=months, **more)

    def _gain(self, going: Applicant, day: date) -> Decimal:
        after = work_out(self.pack, self.route, going, on=day)
        return (after.low or ZERO) - (self.before.low or ZERO)

    def _in_force(self, day: date) -> bool:
        return self.pack.holds_on(self.route, day)

    def _first(self, later: dict[date, Worked], going: Applicant, is_so: Callable[[Worked], bool]) -> date | None:
        """The first day on which it is so: the first such month, then the day inside the month before."""
        month = next((day for day, work in later.items() if is_so(work)), None)
        if month is None:
            return None
        low, high = max(self.on, month_first(month_number(month) - 1)), month
        while (high - low).days > 1:
            middle = low + timedelta(days=(high - low).days // 2)
            if is_so(work_out(self.pack, self.route, going, on=middle)):
                high = middle
            else:
                low = middle
        return high

    def _going_on(self) -> Applicant:
        """The same person with what goes on today going on; insurance that has stopped is taken up this month."""
        changed: dict[str, Any] = {}
        for name in self.asked & set(self.applicant):
            if FACTS[name].kind == "months":
                changed[name] = self._insured_on(cast(tuple[Spell, ...], self.applicant[name]))
        return self.applicant.but(**{name.replace(".", "__"): value for name, value in changed.items()})

    def _insured_on(self, spells: tuple[Spell, ...]) -> tuple[Spell, ...]:
        if any(one.last is None for one in spells):
            return spells
        now = month_number(self.on)
        last = max(spells, key=lambda one: cast(date, one.last), default=None)
        recent = last is not None and month_number(cast(date, last.last)) >= now - RECENT_MONTHS
        start = month_number(cast(date, last.last)) + 1 if last is not None and recent else now
        work = [one for one in cast(tuple[Spell, ...], self.applicant.get("contracts", ())) if one.last is None]
        employer = work[0].employer if work else last.employer if last else ""
        more = Spell(
            first=month_first(start),
            employer=employer,
            kind=last.kind if last else "",
            place=last.place if last else "",
            base=last.base if last else None,
        )
        return (*spells, more)


def parts_of(whole: Any, kind: type[Any] = object) -> Iterator[Any]:
    """Every part of a class inside a pack or a route, however deep."""
    if isinstance(whole, tuple):
        for one in whole:
            yield from parts_of(one, kind)
    elif is_dataclass(whole):
        if isinstance(whole, kind):
            yield whole
        for one in fields(whole):
            yield from parts_of(getattr(whole, one.name), kind)


def facts_of(route: Route) -> frozenset[str]:
    """The names of all facts that a route may ask."""
    named: set[str] = set()
    for one in parts_of(route):
        named |= {"education"} if isinstance(one, Educated) else set()
        named |= {"post_occupation"} if getattr(one, "matches_post", False) else set()
        for field, shape in shaped(type(one)):
            value = getattr(one, field.name)
            if isinstance(shape, FactName):
                named.add(value)
            elif isinstance(shape, Many) and isinstance(shape.of, FactName):
                named.update(value)
    return frozenset(named - {""})
