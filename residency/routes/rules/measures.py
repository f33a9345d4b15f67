"""What is counted of an applicant: an age, months of insurance, hours of volunteering. Each says what it left out.

A measure gives a least and a most: equal when everything is known, apart when a fact is missing.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, ClassVar, NamedTuple, cast

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from foundation.policy.engine import Message
from residency.routes.rules.facts import FACTS, MANNERS, Applicant, Record, Spell
from residency.routes.rules.shapes import Choice, Many, Number, Reading, Shape, Text, Variant, YesNo, part
from residency.routes.rules.times import (
    age_on,
    days_of,
    insured,
    last_run,
    last_stretch,
    merged,
    month_number,
    months_later,
    months_of,
    without,
    years_later,
)

ZERO = Decimal(0)
ENDLESS = Decimal("Infinity")
UNKNOWN = Message("routes.found.unknown")


class Case(NamedTuple):
    """An applicant on a day."""

    applicant: Applicant
    on: date


class Measured(NamedTuple):
    """A number, or the least and most it can be, with what was found and the facts that are missing."""

    low: Decimal
    high: Decimal
    found: Message
    missing: tuple[str, ...] = ()
    left_out: tuple[Message, ...] = ()

    @property
    def value(self) -> Decimal | None:
        return self.low if self.low == self.high else None


@dataclass(frozen=True, slots=True)
class FactName(Shape):
    """The name of a fact of the catalogue, of one of the kinds that make sense here."""

    form = "fact"
    kinds: tuple[str, ...] = ()

    def read(self, value: Any, at: Reading) -> str | None:
        if value in FACTS and (not self.kinds or FACTS[value].kind in self.kinds):
            return cast(str, value)
        if value in FACTS:
            at.problem(_("“%(label)s”不能用在这里。") % {"label": FACTS[value].label})
        else:
            at.problem(_("事实目录里没有“%(name)s”。") % {"name": value})
        return None


class Measure:
    """Something that can be counted."""

    __slots__ = ()
    kind: ClassVar[str]
    label: ClassVar[Any]
    unit: ClassVar[str] = ""

    def measure(self, case: Case) -> Measured:
        raise NotImplementedError


def nothing_known(*names: str) -> Measured:
    return Measured(ZERO, ENDLESS, UNKNOWN, names)


def found(code: str, value: Decimal | int) -> Message:
    return Message(f"routes.found.{code}", (("value", Decimal(value)),))


@dataclass(frozen=True, slots=True, kw_only=True)
class Age(Measure):
    """Whole years on the day of the estimate. 广州 2015: 20 to 45 years."""

    kind: ClassVar[str] = "age"
    label: ClassVar[Any] = gettext_lazy("年龄（周岁）")
    unit: ClassVar[str] = "age"
    of: str = part(FactName(("day",)), gettext_lazy("按哪个日期算"), default="birth_on")

    def measure(self, case: Case) -> Measured:
        born = case.applicant.get(self.of)
        if not isinstance(born, date):
            return nothing_known(self.of)
        age = Decimal(age_on(born, case.on))
        return Measured(age, age, found("age", age))


@dataclass(frozen=True, slots=True, kw_only=True)
class Amount(Measure):
    """A number of the file, or the sum of records inside a window of years."""

    kind: ClassVar[str] = "amount"
    label: ClassVar[Any] = gettext_lazy("数量或合计")
    of: str = part(FactName(("number", "records")), gettext_lazy("哪一项"))
    kinds: tuple[str, ...] = part(Many(Text()), gettext_lazy("只算这些种类"), default=())
    within_years: int | None = part(Number(is_whole=True), gettext_lazy("只看最近几年"), default=None)
    by_calendar: bool = part(YesNo(), gettext_lazy("按自然年（不含今年）"), default=False)

    def measure(self, case: Case) -> Measured:
        known = case.applicant.get(self.of)
        if known is None:
            return nothing_known(self.of)
        if not isinstance(known, tuple):
            number = Decimal(cast(Decimal, known))
            return Measured(number, number, found("amount", number))
        total = sum((one.amount for one in records(case, self, self.of)), ZERO)
        return Measured(total, total, found("amount", total))


@dataclass(frozen=True, slots=True, kw_only=True)
class Time(Measure):
    """Months of insurance, of a permit, of a job: each month or day once, whatever says it twice.

    What does not count is left out and said: back-payments and periods transferred in (广州, 厦门, 上海), months whose
    employer is not the one of the contract (广州, 上海), months of study that already gave points (北京), what lies
    before a break that is too long (厦门: five years running, breaks together at most three months), and what is longer
    than another time (北京: never more years of a home than of insurance).
    """

    kind: ClassVar[str] = "time"
    label: ClassVar[Any] = gettext_lazy("时间（月）")
    unit: ClassVar[str] = "month"
    of: tuple[str, ...] = part(Many(FactName(("months", "periods"))), gettext_lazy("算哪些（重叠只算一次）"))
    manners: tuple[str, ...] = part(Many(Choice(MANNERS)), gettext_lazy("只算这些缴费方式"), default=())
    kinds: tuple[str, ...] = part(Many(Text()), gettext_lazy("只算这些种类"), default=())
    places: tuple[str, ...] = part(Many(Text()), gettext_lazy("只算这些地区"), default=())
    employer_in: str = part(FactName(("periods",)), gettext_lazy("单位要和这一项一致"), default="")
    not_during: str = part(FactName(("periods",)), gettext_lazy("不重复计算的时间"), default="")
    not_longer_than: str = part(FactName(("months", "periods")), gettext_lazy("不超过这一项的时间"), default="")
    within_months: int | None = part(Number(is_whole=True), gettext_lazy("只看最近几个月"), default=None)
    base_at_least: Decimal | None = part(Number(), gettext_lazy("缴费基数至少是社平工资的几倍"), default=None)
    is_consecutive: bool = part(YesNo(), gettext_lazy("必须连续"), default=False)
    gaps: int = part(Number(is_whole=True), gettext_lazy("中断合计最多几个月"), default=0)

    def problems(self) -> Iterator[tuple[str, str]]:
        if len({FACTS[name].kind for name in self.of}) != 1:
            yield "of", _("至少选一项，而且只能都是按月的（社保），或者都是按起止日期的。")
        if self.gaps and not self.is_consecutive:
            yield "gaps", _("没有要求连续，就不用填中断几个月。")

    def measure(self, case: Case) -> Measured:
        helpers = [name for name in (self.employer_in, self.not_during, self.not_longer_than) if name]
        missing = tuple(name for name in (*self.of, *helpers) if name not in case.applicant)
        known = [name for name in self.of if name in case.applicant]
        if not known or any(name in missing for name in helpers):
            return nothing_known(*missing)
        left_out: dict[str, int] = {}
        if FACTS[known[0]].kind == "months":
            months = self._insured(case, known, left_out)
        else:
            months = self._held(case, known, left_out)
        if self.not_longer_than:
            other = int(Time(of=(self.not_longer_than,)).measure(case).low)
            left_out["longer"] = max(months - other, 0)
            months = min(months, other)
        least = Decimal(months)
        notes = tuple(Message(f"routes.left_out.{why}", (("value", Decimal(n)),)) for why, n in left_out.items() if n)
        return Measured(least, ENDLESS if missing else least, found("months", least), missing, notes)

    def _insured(self, case: Case, known: list[str], left_out: dict[str, int]) -> int:
        counted: set[int] = set()
        other: dict[str, set[int]] = {}
        for spell in spells(case, known):
            reason = self._unfit(spell)
            numbers = set(insured(spell, case.on))
            if not reason and self.employer_in:
                matching = self._matching(case, spell, numbers)
                other.setdefault("employer", set()).update(numbers - matching)
                numbers = matching
            if reason:
                other.setdefault(reason, set()).update(numbers)
            else:
                counted |= numbers
        if self.not_during:
            studied = {number for one in spells(case, [self.not_during]) for number in touched(one, case.on)}
            other["twice"] = counted & studied
            counted -= studied
        if self.within_months is not None:
            now = month_number(case.on)
            counted &= set(range(now - self.within_months, now))
        if self.is_consecutive:
            run = last_run(counted, self.gaps)
            other["broken"] = counted - run
            counted = run
        for why, numbers in other.items():
            left_out[why] = len(numbers - counted)
        return len(counted)

    def _held(self, case: Case, known: list[str], left_out: dict[str, int]) -> int:
        fit = [spell for spell in spells(case, known) if not self._unfit(spell)]
        stretches = merged(days for spell in fit if (days := days_of(spell, case.on)))
        if self.not_during:
            others = merged(days for one in spells(case, [self.not_during]) if (days := days_of(one, case.on)))
            stretches, before = without(stretches, others), stretches
            left_out["twice"] = months_of(before) - months_of(stretches)
        if self.within_months is not None:
            start = months_later(case.on, -self.within_months)
            stretches = [(max(first, start), end) for first, end in stretches if end > start]
        if self.is_consecutive:
            stretches, before = last_stretch(stretches, self.gaps), stretches
            left_out["broken"] = months_of(before) - months_of(stretches)
        return months_of(stretches)

    def _unfit(self, spell: Spell) -> str:
        """Why a stretch does not count; empty when it does."""
        if self.manners and spell.manner not in self.manners:
            return spell.manner
        if (self.kinds and spell.kind not in self.kinds) or (self.places and spell.place not in self.places):
            return "elsewhere"
        if self.base_at_least is not None and (spell.base is None or spell.base < self.base_at_least):
            return "base"
        return ""

    def _matching(self, case: Case, spell: Spell, numbers: set[int]) -> set[int]:
        jobs = [one for one in spells(case, [self.employer_in]) if one.employer and one.employer == spell.employer]
        return numbers & {number for job in jobs for number in touched(job, case.on)}


def touched(spell: Spell, on: date) -> range:
    """The months in which a stretch has at least a day, as numbers, up to the day."""
    last = on if spell.last is None else min(spell.last, on)
    return range(month_number(spell.first), month_number(last) + 1)


def spells(case: Case, names: list[str]) -> Iterator[Spell]:
    for name in names:
        yield from cast(tuple[Spell, ...], case.applicant.get(name, ()))


def records(case: Case, wanted: Any, of: str) -> list[Record]:
    """The records of the kinds wanted that lie in the window and not after the day."""
    first, last = date.min, case.on
    if wanted.within_years is not None and getattr(wanted, "by_calendar", False):
        first, last = date(case.on.year - wanted.within_years, 1, 1), date(case.on.year - 1, 12, 31)
    elif wanted.within_years is not None:
        first = years_later(case.on, -wanted.within_years)
    known = cast(tuple[Record, ...], case.applicant.get(of, ()))
    return [one for one in known if first <= one.on <= last and (not wanted.kinds or one.kind in wanted.kinds)]


MEASURES: Mapping[str, type[Measure]] = {one.kind: one for one in (Age, Amount, Time)}


def a_measure(label: Any, **more: Any) -> Any:
    return part(Variant(lambda: MEASURES), label, **more)
