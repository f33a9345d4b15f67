"""Conditions of a gate, a veto or an item. None stops at the first failure: a person is told everything at once.

The answers are those of Kleene: what is unknown is neither true nor false, and says which facts are missing.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, ClassVar, cast

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from foundation.policy.engine import Message
from foundation.policy.engine.decisions import kleene_all, kleene_any
from foundation.policy.states import CHECKED_BY_PROVENANCE, Provenance
from residency.routes.rules.facts import EDUCATION, FACTS, PAPERS, Record, Spell
from residency.routes.rules.measures import (
    UNKNOWN,
    Case,
    FactName,
    Measure,
    a_measure,
    found,
    records,
    spells,
)
from residency.routes.rules.shapes import Choice, Day, Many, Number, Said, Text, Variant, YesNo, part
from residency.routes.rules.times import insured, month_number

YES, NO = Message("found.yes"), Message("found.no")
MARKS = {mark.value: mark.label for mark in Provenance}


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One thing that was looked at. ``passed`` is None when it is unknown; ``depth`` is how deep it is nested."""

    name: str = part(Text())
    passed: bool | None = part(YesNo(), default=None)
    needed: Message = part(Said())
    found: Message = part(Said())
    missing: tuple[str, ...] = part(Many(Text()), default=())
    article: str = part(Text(), default="")
    verified: bool = part(YesNo(), default=True)
    advice: str = part(Text(), default="")
    depth: int = part(Number(is_whole=True), default=0)


Answer = tuple[bool | None, list[Line]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """Something that is met, not met, or unknown, with its article and how sure we are of it."""

    kind: ClassVar[str]
    label: ClassVar[Any]
    name: str = part(Text(), gettext_lazy("名称"), default="")
    article: str = part(Text(), gettext_lazy("依据条款"), default="")
    provenance: str = part(Choice(MARKS), gettext_lazy("来源"), default="")
    advice: str = part(Text(), gettext_lazy("没达到时怎么办"), default="")

    def check(self, case: Case, depth: int = 0) -> Answer:
        passed, needed, seen, missing = self.look(case)
        return passed, [self.line(passed, needed, seen, missing, depth)]

    def look(self, case: Case) -> tuple[bool | None, Message, Message, tuple[str, ...]]:
        raise NotImplementedError

    def line(self, passed: bool | None, needed: Message, seen: Message, missing: tuple[str, ...], depth: int) -> Line:
        return Line(
            name=self.name,
            passed=passed,
            needed=needed,
            found=seen,
            missing=missing,
            article=self.article,
            verified=not self.provenance or self.provenance in CHECKED_BY_PROVENANCE,
            advice="" if passed else self.advice,
            depth=depth,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class AllOf(Condition):
    """Every one of the conditions."""

    kind: ClassVar[str] = "all"
    label: ClassVar[Any] = gettext_lazy("全部符合")
    of: tuple[Condition, ...] = part(Many(Variant(lambda: CONDITIONS)), gettext_lazy("条件"))

    def check(self, case: Case, depth: int = 0) -> Answer:
        inner = depth + 1 if self.name else depth
        answers = [one.check(case, inner) for one in self.of]
        lines = [line for _passed, some in answers for line in some]
        passed = kleene_all([answer for answer, _lines in answers])
        if self.name:
            lines.insert(0, self.line(passed, Message("routes.needed.all"), group_found(passed), (), depth))
        return passed, lines


@dataclass(frozen=True, slots=True, kw_only=True)
class AnyOf(Condition):
    """At least one of the conditions. 厦门 2018: a labour contract or a business licence."""

    kind: ClassVar[str] = "any"
    label: ClassVar[Any] = gettext_lazy("符合其中一项")
    of: tuple[Condition, ...] = part(Many(Variant(lambda: CONDITIONS)), gettext_lazy("条件"))

    def check(self, case: Case, depth: int = 0) -> Answer:
        answers = [one.check(case, depth + 1) for one in self.of]
        passed = kleene_any([answer for answer, _lines in answers])
        lines = [line for _passed, some in answers for line in some]
        return passed, [self.line(passed, Message("needed.any_of"), group_found(passed), (), depth), *lines]


@dataclass(frozen=True, slots=True, kw_only=True)
class Holds(Condition):
    """A fact is yes, or no where ``wanted`` is false."""

    kind: ClassVar[str] = "yes"
    label: ClassVar[Any] = gettext_lazy("是或否")
    of: str = part(FactName(("yes",)), gettext_lazy("哪一项"))
    wanted: bool = part(YesNo(), gettext_lazy("要求为是"), default=True)

    def look(self, case: Case) -> tuple[bool | None, Message, Message, tuple[str, ...]]:
        known = case.applicant.get(self.of)
        needed = Message("needed.yes") if self.wanted else Message("needed.no")
        if known is None:
            return None, needed, UNKNOWN, (self.of,)
        return known is self.wanted, needed, YES if known else NO, ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted(Condition):
    """A measure lies between two numbers, both included. 广州: 20 to 45 years; 厦门: 60 months."""

    kind: ClassVar[str] = "measure"
    label: ClassVar[Any] = gettext_lazy("数量范围")
    measure: Measure = a_measure(gettext_lazy("算什么"))
    at_least: Decimal | None = part(Number(), gettext_lazy("不少于"), default=None)
    at_most: Decimal | None = part(Number(), gettext_lazy("不超过"), default=None)

    def problems(self) -> Iterator[tuple[str, str]]:
        if self.at_least is None and self.at_most is None:
            yield "at_least", _("“不少于”和“不超过”至少填一个。")
        elif self.at_least is not None and self.at_most is not None and self.at_most < self.at_least:
            yield "at_most", _("“不超过”比“不少于”还小，谁也达不到。")

    def look(self, case: Case) -> tuple[bool | None, Message, Message, tuple[str, ...]]:
        seen = self.measure.measure(case)
        tests: list[bool | None] = []
        if self.at_least is not None:
            tests.append(True if seen.low >= self.at_least else False if seen.high < self.at_least else None)
        if self.at_most is not None:
            tests.append(True if seen.high <= self.at_most else False if seen.low > self.at_most else None)
        ends = (("low", self.at_least), ("high", self.at_most))
        given = tuple((name, value) for name, value in ends if value is not None)
        needed = Message(".".join(["routes.needed", self.measure.kind, *(name for name, _value in given)]), given)
        return kleene_all(tests), needed, seen.found, seen.missing


@dataclass(frozen=True, slots=True, kw_only=True)
class DayWithin(Condition):
    """A day of the file, or the day of the estimate itself where no fact is named, lies in a window."""

    kind: ClassVar[str] = "day"
    label: ClassVar[Any] = gettext_lazy("日期范围")
    of: str = part(FactName(("day",)), gettext_lazy("哪个日期（留空为申请日）"), default="")
    since: date | None = part(Day(), gettext_lazy("不早于"), default=None)
    until: date | None = part(Day(), gettext_lazy("不晚于"), default=None)

    def look(self, case: Case) -> tuple[bool | None, Message, Message, tuple[str, ...]]:
        day = case.applicant.get(self.of) if self.of else case.on
        ends = tuple((name, end) for name, end in (("since", self.since), ("until", self.until)) if end)
        needed = Message("needed.dated_" + "_".join(name for name, _end in ends), ends)
        if not isinstance(day, date):
            return None, needed, UNKNOWN, (self.of,)
        passed = (self.since is None or self.since <= day) and (self.until is None or day <= self.until)
        return passed, needed, Message("found.value", (("value", day),)), ()


@dataclass(frozen=True, slots=True, kw_only=True)
class OneOf(Condition):
    """A text of the file is one of those listed. 厦门: lives in 思明 or 湖里."""

    kind: ClassVar[str] = "one_of"
    label: ClassVar[Any] = gettext_lazy("属于其中之一")
    of: str = part(FactName(("text",)), gettext_lazy("哪一项"))
    values: tuple[str, ...] = part(Many(Text()), gettext_lazy("可以是"))

    def look(self, case: Case) -> tuple[bool | None, Message, Message, tuple[str, ...]]:
        known = case.applicant.get(self.of)
        needed = Message("needed.one_of", (("options", self.values),))
        if known is None:
            return None, needed, UNKNOWN, (self.of,)
        return known in self.values, needed, Message("found.value", (("value", cast(str, known)),)), ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Educated(Condition):
    """At least this education. 广州: 初中 and above."""

    kind: ClassVar[str] = "education"
    label: ClassVar[Any] = gettext_lazy("学历不低于")
    at_least: str = part(Choice(EDUCATION), gettext_lazy("最低学历"))

    def look(self, case: Case) -> tuple[bool | None, Message, Message, tuple[str, ...]]:
        known = case.applicant.get("education")
        needed = Message("routes.needed.education", (("value", self.at_least),))
        if known is None:
            return None, needed, UNKNOWN, ("education",)
        passed = at_least_as_educated(cast(str, known), self.at_least)
        return passed, needed, Message("routes.found.education", (("value", cast(str, known)),)), ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded(Condition):
    """There is a record of the kind: a certificate of level 4 and above, of the papers and occupations that count."""

    kind: ClassVar[str] = "record"
    label: ClassVar[Any] = gettext_lazy("有这样的记录")
    of: str = part(FactName(("records",)), gettext_lazy("哪一项"))
    kinds: tuple[str, ...] = part(Many(Text()), gettext_lazy("种类"), default=())
    papers: tuple[str, ...] = part(Many(Choice(PAPERS)), gettext_lazy("证书类别"), default=())
    occupations: tuple[str, ...] = part(Many(Text()), gettext_lazy("职业（工种）"), default=())
    matches_post: bool = part(YesNo(), gettext_lazy("要和现在的岗位一致"), default=False)
    within_years: int | None = part(Number(is_whole=True), gettext_lazy("只看最近几年"), default=None)

    def look(self, case: Case) -> tuple[bool | None, Message, Message, tuple[str, ...]]:
        needed = Message("routes.needed.record", (("kinds", self.kinds),))
        if self.of not in case.applicant:
            return None, needed, UNKNOWN, (self.of,)
        fit, unsure = fitting(case, self, self.of)
        seen = Message("routes.found.record", (("kinds", tuple(sorted({one.kind for one in fit}))),))
        if not fit and unsure:
            return None, needed, UNKNOWN, ("post_occupation",)
        return bool(fit), needed, seen if fit else Message("routes.found.no_record"), ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Unrecorded(Condition):
    """There is no record of the kind. 广州: no offence in five years."""

    kind: ClassVar[str] = "no_record"
    label: ClassVar[Any] = gettext_lazy("没有这样的记录")
    of: str = part(FactName(("records",)), gettext_lazy("哪一项"))
    kinds: tuple[str, ...] = part(Many(Text()), gettext_lazy("种类（留空为任何一种）"), default=())
    within_years: int | None = part(Number(is_whole=True), gettext_lazy("只看最近几年"), default=None)

    def look(self, case: Case) -> tuple[bool | None, Message, Message, tuple[str, ...]]:
        needed = Message("routes.needed.no_record")
        if self.of not in case.applicant:
            return None, needed, UNKNOWN, (self.of,)
        count = len(records(case, self, self.of))
        return not count, needed, found("records", count) if count else Message("routes.found.no_record"), ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Running(Condition):
    """A stretch goes on today: a contract, a registration of employment, a permit."""

    kind: ClassVar[str] = "running"
    label: ClassVar[Any] = gettext_lazy("现在仍在持续")
    of: str = part(FactName(("periods",)), gettext_lazy("哪一项"))
    kinds: tuple[str, ...] = part(Many(Text()), gettext_lazy("种类"), default=())

    def look(self, case: Case) -> tuple[bool | None, Message, Message, tuple[str, ...]]:
        needed = Message("routes.needed.running")
        if self.of not in case.applicant:
            return None, needed, UNKNOWN, (self.of,)
        passed = any(runs(one, case) and (not self.kinds or one.kind in self.kinds) for one in spells(case, [self.of]))
        return passed, needed, YES if passed else NO, ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SameEmployer(Condition):
    """One employer stands in all of these today. 广州: contract, insurance and job registration name the same one."""

    kind: ClassVar[str] = "same_employer"
    label: ClassVar[Any] = gettext_lazy("单位一致")
    of: tuple[str, ...] = part(Many(FactName(("periods", "months"))), gettext_lazy("哪几项"))

    def problems(self) -> Iterator[tuple[str, str]]:
        if len(set(self.of)) < 2:
            yield "of", _("至少选两项才能比较。")

    def look(self, case: Case) -> tuple[bool | None, Message, Message, tuple[str, ...]]:
        needed = Message("routes.needed.same_employer")
        known = [{one.employer for one in spells(case, [name]) if one.employer and current(one, name, case)}
                 for name in self.of if name in case.applicant]  # fmt: skip
        missing = tuple(name for name in self.of if name not in case.applicant)
        shared = bool(known) and bool(set.intersection(*known))
        if known and not shared:
            return False, needed, Message("routes.found.other_employer"), missing
        return (None, needed, UNKNOWN, missing) if missing else (True, needed, YES, ())


@dataclass(frozen=True, slots=True, kw_only=True)
class Question(Condition):
    """An open question of the text itself, which only the office can answer: always unknown, and said in words.

    厦门 2018: the report says 人社-issued 职业资格证书; how a 职业技能等级证书 is treated was not seen.
    """

    kind: ClassVar[str] = "question"
    label: ClassVar[Any] = gettext_lazy("政策待确认的问题")

    def look(self, case: Case) -> tuple[bool | None, Message, Message, tuple[str, ...]]:
        return None, Message("routes.needed.question"), Message("routes.found.question"), ()


def group_found(passed: bool | None) -> Message:
    return {True: Message("found.group_met"), False: Message("found.group_unmet"), None: UNKNOWN}[passed]


def at_least_as_educated(has: str, asked: str) -> bool:
    ladder = list(EDUCATION)
    return ladder.index(has) >= ladder.index(asked)


def fitting(case: Case, wanted: Any, of: str) -> tuple[list[Record], list[Record]]:
    """The records that fit what is wanted, and those of which it is not known, because the post is not."""
    fit: list[Record] = []
    unsure: list[Record] = []
    post = case.applicant.get("post_occupation")
    for one in records(case, wanted, of):
        if (wanted.papers and one.paper not in wanted.papers) or (
            wanted.occupations and one.occupation not in wanted.occupations
        ):
            continue
        if not wanted.matches_post or (post is not None and one.occupation == post):
            fit.append(one)
        elif post is None:
            unsure.append(one)
    return fit, unsure


def runs(spell: Spell, case: Case) -> bool:
    return spell.first <= case.on and (spell.last is None or case.on <= spell.last)


def current(spell: Spell, name: str, case: Case) -> bool:
    """Whether it names the employer of today: insurance of this month or the last one, anything else today."""
    if FACTS[name].kind != "months":
        return runs(spell, case)
    now = month_number(case.on)
    return bool({now, now - 1} & set(insured(spell, case.on))) or (spell.last is None and spell.first <= case.on)


CONDITIONS: Mapping[str, type[Condition]] = {
    one.kind: one
    for one in (
        AllOf, AnyOf, Holds, Counted, DayWithin, OneOf, Educated, Recorded, Unrecorded, Running, SameEmployer, Question,
    )
}  # fmt: skip


def a_condition(label: Any, **more: Any) -> Any:
    return part(Variant(lambda: CONDITIONS), label, **more)
