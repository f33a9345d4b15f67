"""How an item gives points: one small class for each way that the cities' texts know, each with its real case.

An operator gives a least and a most: equal when everything is known. Nothing is rounded here; the total is, once.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise
from typing import Any, ClassVar, NamedTuple, cast

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from foundation.policy.engine import Message
from residency.routes.rules.conditions import Condition, a_condition, at_least_as_educated, fitting
from residency.routes.rules.facts import EDUCATION, FACTS, PAPERS
from residency.routes.rules.measures import (
    ENDLESS,
    UNKNOWN,
    ZERO,
    Case,
    FactName,
    Measure,
    a_measure,
    found,
    records,
)
from residency.routes.rules.shapes import Choice, Many, Number, Part, Text, Variant, YesNo, part


class Points(NamedTuple):
    """What an item gives: the least and the most it can be, what was counted, what is missing or left out."""

    low: Decimal
    high: Decimal
    counted: Message
    missing: tuple[str, ...] = ()
    left_out: tuple[Message, ...] = ()


class Operator:
    """A way to give points."""

    __slots__ = ()
    kind: ClassVar[str]
    label: ClassVar[Any]

    def points(self, case: Case) -> Points:
        raise NotImplementedError


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """A choice of a tier, with its own condition where the text has one."""

    value: str = part(Text(), gettext_lazy("选项"))
    points: Decimal = part(Number(), gettext_lazy("分值"))
    when: Condition | None = a_condition(gettext_lazy("另外要求"), default=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tier(Operator):
    """Single choice, the highest only: education, skill level, class of town.

    上海 2015: 15/30/60/100/140 by level, the trade must match the post, 二级 and above need an insurance base too.
    """

    kind: ClassVar[str] = "tier"
    label: ClassVar[Any] = gettext_lazy("分档（只取最高一档）")
    of: str = part(FactName(("education", "text", "records")), gettext_lazy("按什么分档"))
    steps: tuple[Step, ...] = part(Many(Part(Step)), gettext_lazy("各档"))
    papers: tuple[str, ...] = part(Many(Choice(PAPERS)), gettext_lazy("只算这些证书"), default=())
    occupations: tuple[str, ...] = part(Many(Text()), gettext_lazy("只算这些职业"), default=())
    matches_post: bool = part(YesNo(), gettext_lazy("要和现在的岗位一致"), default=False)
    within_years: int | None = part(Number(is_whole=True), gettext_lazy("只看最近几年"), default=None)

    @property
    def kinds(self) -> tuple[str, ...]:
        return tuple(step.value for step in self.steps)

    def problems(self) -> Iterator[tuple[str, str]]:
        if len(set(self.kinds)) != len(self.kinds):
            yield "steps", _("同一个选项写了两次。")
        if self.of == "education" and not set(self.kinds) <= set(EDUCATION):
            yield "steps", _("学历选项只能是：%(options)s。") % {"options": "、".join(EDUCATION)}

    def points(self, case: Case) -> Points:
        top = max((step.points for step in self.steps), default=ZERO)
        if self.of not in case.applicant:
            return Points(min(ZERO, top), max(ZERO, top), UNKNOWN, (self.of,))
        sure, unsure = self._held(case)
        low = high = ZERO
        best, missing = "", set() if not unsure else {"post_occupation"}
        for step in self.steps:
            if step.value not in sure | unsure:
                continue
            passed, lines = step.when.check(case) if step.when else (True, [])
            missing |= {name for line in lines if line.passed is None for name in line.missing}
            if passed is False:
                continue
            high = max(high, step.points)
            if passed and step.value in sure and (step.points > low or not best):
                low, best = max(low, step.points), step.value
        counted = Message("routes.counted.tier", (("value", best),)) if best else Message("routes.counted.none")
        return Points(low, high, counted, tuple(sorted(missing)) if low != high else ())

    def _held(self, case: Case) -> tuple[set[str], set[str]]:
        if FACTS[self.of].kind == "records":
            fit, unsure = fitting(case, self, self.of)
            return {one.kind for one in fit}, {one.kind for one in unsure}
        known = cast(str, case.applicant[self.of])
        if self.of == "education":
            return {one for one in self.kinds if at_least_as_educated(known, one)}, set()
        return {known}, set()


@dataclass(frozen=True, slots=True, kw_only=True)
class Flat(Operator):
    """A fixed number of points when a condition is met. 厦门 2016: 9 for living and working in one district."""

    kind: ClassVar[str] = "flat"
    label: ClassVar[Any] = gettext_lazy("符合就得固定分")
    give: Decimal = part(Number(), gettext_lazy("分值"))
    when: Condition = a_condition(gettext_lazy("条件"))

    def points(self, case: Case) -> Points:
        passed, lines = self.when.check(case)
        given, missing = self.give, tuple(dict.fromkeys(name for line in lines for name in line.missing))
        if passed is None:
            return Points(min(ZERO, given), max(ZERO, given), lines[0].found, missing)
        return Points(given, given, lines[0].found) if passed else Points(ZERO, ZERO, lines[0].found)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rate:
    """From which unit on another rate holds."""

    from_unit: int = part(Number(is_whole=True), gettext_lazy("从第几年起"))
    points: Decimal = part(Number(), gettext_lazy("每年分值"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Accrual(Operator):
    """So many points for each year, whole or in proportion to the months.

    厦门 2016: 2 a year beyond the gate (``beyond``), at most 12 · 厦门 2020: ``months / 12 * 4`` (``is_prorated``) ·
    上海 2015: nothing before five years, then every year counts (``only_from``) · 东莞: 4 a year in years 1 to 4, 6
    from the fifth (``rates``).
    """

    kind: ClassVar[str] = "accrual"
    label: ClassVar[Any] = gettext_lazy("按年累计")
    measure: Measure = a_measure(gettext_lazy("算什么时间"))
    rate: Decimal = part(Number(), gettext_lazy("每满一次给几分"))
    per: int = part(Number(is_whole=True), gettext_lazy("每几个月算一次"), default=12)
    is_prorated: bool = part(YesNo(), gettext_lazy("不满的按月折算"), default=False)
    beyond: int = part(Number(is_whole=True), gettext_lazy("门槛的月数不计分"), default=0)
    only_from: int = part(Number(is_whole=True), gettext_lazy("满几个月才开始计分（满了全部算）"), default=0)
    rates: tuple[Rate, ...] = part(Many(Part(Rate)), gettext_lazy("后面几年另定的分值"), default=())
    cap: Decimal | None = part(Number(), gettext_lazy("最高分"), default=None)

    def problems(self) -> Iterator[tuple[str, str]]:
        if self.per < 1:
            yield "per", _("至少 1 个月算一次。")
        starts = [rate.from_unit for rate in self.rates]
        if starts != sorted(set(starts)) or any(start < 2 for start in starts):
            yield "rates", _("“从第几年起”要从小到大，从 2 开始。")

    def points(self, case: Case) -> Points:
        seen = self.measure.measure(case)
        low, high = self.of_months(seen.low), self.of_months(seen.high)
        return Points(low, high, seen.found, seen.missing if low != high else (), seen.left_out)

    def of_months(self, months: Decimal) -> Decimal:
        if months < self.only_from:
            return ZERO
        if months == ENDLESS:
            return ENDLESS if self.cap is None else self.cap
        counted = max(months - self.beyond, ZERO)
        whole, rest = divmod(counted, self.per)
        total = sum((self.rate_of(number) for number in range(1, int(whole) + 1)), ZERO)
        if self.is_prorated:
            total += self.rate_of(int(whole) + 1) * rest / self.per
        return total if self.cap is None else min(total, self.cap)

    def rate_of(self, number: int) -> Decimal:
        """The points of the first, second, … unit."""
        return next((one.points for one in reversed(self.rates) if one.from_unit <= number), self.rate)


@dataclass(frozen=True, slots=True, kw_only=True)
class Band:
    """From one number to another, both included: fixed points, and so many more for each unit beyond an anchor."""

    at_least: Decimal | None = part(Number(), gettext_lazy("从"), default=None)
    at_most: Decimal | None = part(Number(), gettext_lazy("到"), default=None)
    points: Decimal = part(Number(), gettext_lazy("分值"), default=ZERO)
    each: Decimal = part(Number(), gettext_lazy("每多 1 加几分（可为负）"), default=ZERO)
    anchor: Decimal = part(Number(), gettext_lazy("从几开始算"), default=ZERO)

    def holds(self, value: Decimal) -> bool:
        return (self.at_least is None or self.at_least <= value) and (self.at_most is None or value <= self.at_most)

    def of(self, value: Decimal) -> Decimal:
        return self.points + (self.each * (value - self.anchor) if self.each else ZERO)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ladder(Operator):
    """Points by a number, in bands or along a line, also below nought; outside every band nothing.

    北京 2020: 45 years 20, 46 16, … 49 4 · 上海: 56 to 60 years 5, each year younger 2 more, at most 30 · 东莞: from 46
    years 3 less for each year · 上海: insurance base 0.8x/1x/2x/3x.
    """

    kind: ClassVar[str] = "ladder"
    label: ClassVar[Any] = gettext_lazy("按数值分段或递增递减")
    measure: Measure = a_measure(gettext_lazy("按什么数"))
    bands: tuple[Band, ...] = part(Many(Part(Band)), gettext_lazy("各段"))
    cap: Decimal | None = part(Number(), gettext_lazy("最高分"), default=None)
    floor: Decimal | None = part(Number(), gettext_lazy("最低分"), default=None)

    def problems(self) -> Iterator[tuple[str, str]]:
        edges = sorted((-ENDLESS if b.at_least is None else b.at_least, n) for n, b in enumerate(self.bands))
        for (_edge, one), (start, _number) in pairwise(edges):
            end = self.bands[one].at_most
            if end is None or end >= start:
                yield "bands", _("两段重叠了：同一个数只能落在一段里。")

    def points(self, case: Case) -> Points:
        seen = self.measure.measure(case)
        if seen.value is not None:
            given = self.of_number(seen.value)
            return Points(given, given, seen.found, (), seen.left_out)
        ends = [ZERO, *(self._kept(end) for band in self.bands for end in self._ends(band))]
        return Points(min(ends), max(ends), seen.found, seen.missing)

    def of_number(self, value: Decimal) -> Decimal:
        return next((self._kept(band.of(value)) for band in self.bands if band.holds(value)), ZERO)

    def _ends(self, band: Band) -> Iterator[Decimal]:
        for end, open_end in ((band.at_least, -ENDLESS), (band.at_most, ENDLESS)):
            if end is not None or not band.each:
                yield band.of(end or ZERO)
            else:
                yield open_end if band.each > 0 else -open_end

    def _kept(self, points: Decimal) -> Decimal:
        points = points if self.cap is None else min(points, self.cap)
        return points if self.floor is None else max(points, self.floor)


@dataclass(frozen=True, slots=True, kw_only=True)
class PerUnit(Operator):
    """So many points for each full unit of records, with a cap for each year, a cap of all, and a window.

    广州: 2 for each 50 hours of volunteering or each gift of blood, at most 2 a year and 10 in all, last five years ·
    东莞: 1 for each 千元 of tax, at most 100.
    """

    kind: ClassVar[str] = "per_unit"
    label: ClassVar[Any] = gettext_lazy("按次、按小时、按金额")
    of: str = part(FactName(("records",)), gettext_lazy("哪一项"))
    kinds: tuple[str, ...] = part(Many(Text()), gettext_lazy("只算这些种类"), default=())
    unit: Decimal = part(Number(), gettext_lazy("一个单位是多少"), default=Decimal(1))
    rate: Decimal = part(Number(), gettext_lazy("每个单位给几分"))
    year_cap: Decimal | None = part(Number(), gettext_lazy("每年最高分"), default=None)
    cap: Decimal | None = part(Number(), gettext_lazy("合计最高分"), default=None)
    within_years: int | None = part(Number(is_whole=True), gettext_lazy("只看最近几年"), default=None)
    by_calendar: bool = part(YesNo(), gettext_lazy("按自然年（不含今年）"), default=False)

    def problems(self) -> Iterator[tuple[str, str]]:
        if self.unit <= 0:
            yield "unit", _("一个单位要大于 0。")

    def points(self, case: Case) -> Points:
        if self.of not in case.applicant:
            return Points(ZERO, ENDLESS if self.cap is None else self.cap, UNKNOWN, (self.of,))
        counted = records(case, self, self.of)
        amounts: dict[int, Decimal] = defaultdict(Decimal)
        for one in counted:
            amounts[one.on.year if self.year_cap is not None else 0] += one.amount
        cap = ENDLESS if self.year_cap is None else self.year_cap
        total = sum((min(amount // self.unit * self.rate, cap) for amount in amounts.values()), ZERO)
        given = total if self.cap is None else min(total, self.cap)
        others = len(cast(tuple[Any, ...], case.applicant[self.of])) - len(counted)
        left_out = (Message("routes.left_out.window", (("value", Decimal(others)),)),) if others else ()
        return Points(given, given, found("amount", sum(amounts.values(), ZERO)), (), left_out)


@dataclass(frozen=True, slots=True, kw_only=True)
class Deduction(Operator):
    """Points taken off for each record in a window. 上海: detention 50 less each, false papers 150 (three years)."""

    kind: ClassVar[str] = "deduction"
    label: ClassVar[Any] = gettext_lazy("按记录扣分")
    of: str = part(FactName(("records",)), gettext_lazy("哪一项"), default="offences")
    kinds: tuple[str, ...] = part(Many(Text()), gettext_lazy("种类"), default=())
    each: Decimal = part(Number(), gettext_lazy("每条扣几分"))
    most: Decimal | None = part(Number(), gettext_lazy("最多扣几分"), default=None)
    within_years: int | None = part(Number(is_whole=True), gettext_lazy("只看最近几年"), default=None)

    def problems(self) -> Iterator[tuple[str, str]]:
        if self.each <= 0:
            yield "each", _("扣几分就填几，不加负号。")

    def points(self, case: Case) -> Points:
        if self.of not in case.applicant:
            return Points(-ENDLESS if self.most is None else -self.most, ZERO, UNKNOWN, (self.of,))
        count = len(records(case, self, self.of))
        taken = self.each * count if self.most is None else min(self.each * count, self.most)
        return Points(-taken, -taken, found("records", count))


OPERATORS: Mapping[str, type[Operator]] = {one.kind: one for one in (Tier, Flat, Accrual, Ladder, PerUnit, Deduction)}


def an_operator(label: Any) -> Any:
    return part(Variant(lambda: OPERATORS), label)
