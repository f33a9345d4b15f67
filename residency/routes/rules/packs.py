"""A city's routes as data: a TOML file, a dictionary, or these frozen dataclasses; one becomes the other and back."""

import hashlib
import json
import tomllib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from foundation.policy.states import CHECKED_BY_PROVENANCE
from residency.routes.rules.conditions import CONDITIONS, MARKS, Condition, a_condition
from residency.routes.rules.facts import Applicant, FactTable
from residency.routes.rules.measures import MEASURES, Measure
from residency.routes.rules.operators import Operator, an_operator
from residency.routes.rules.shapes import (
    Choice,
    Day,
    Many,
    Number,
    PackError,
    Part,
    Problem,
    Reading,
    Table,
    Text,
    Variant,
    YesNo,
    json_ready,
    part,
    part_plain,
    part_read,
)
from residency.routes.rules.times import years_later

FOLDER = Path(__file__).resolve().parents[1] / "base" / "packs"


class RouteKind(StrEnum):
    CONDITION = "condition"
    POINTS = "points"
    QUOTA = "quota"


class Purpose(StrEnum):
    """What a pack is about. Schooling packs share the operators and are never shown as residency."""

    RESIDENCY = "residency"
    SCHOOLING = "schooling"


class Outcome(StrEnum):
    """``ranked``: every condition is met and the yearly ranking decides. ``gap``: 政策待确认, no rule on that day."""

    MET = "met"
    NOT_MET = "not_met"
    UNKNOWN = "unknown"
    RANKED = "ranked"
    NOMINATION = "nomination"
    GAP = "gap"


KINDS = {
    "condition": gettext_lazy("条件落户"),
    "points": gettext_lazy("积分"),
    "quota": gettext_lazy("名额或荣誉（推荐，不计算）"),
}
PURPOSES = {"residency": gettext_lazy("落户"), "schooling": gettext_lazy("积分入学")}
OUTCOMES = {
    "met": gettext_lazy("看起来都符合"),
    "not_met": gettext_lazy("现在还不符合"),
    "unknown": gettext_lazy("还缺信息，算不出来"),
    "ranked": gettext_lazy("条件符合，要看当年排名"),
    "nomination": gettext_lazy("由单位或部门推荐，不计算"),
    "gap": gettext_lazy("政策待确认"),
}
HOW = {"sum": gettext_lazy("相加"), "best": gettext_lazy("只取最高一项")}
TIES = {
    "all": gettext_lazy("并列的都入围"),
    "none": gettext_lazy("名额不够时并列的都不入围"),
    "draw": gettext_lazy("抽签（不计算）"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """The paper a pack rests on."""

    title: str = part(Text(), gettext_lazy("文件名"))
    doc_no: str = part(Text(), gettext_lazy("文号"), default="")
    issuer: str = part(Text(), gettext_lazy("发文单位"), default="")
    issued_on: date | None = part(Day(), gettext_lazy("发文日期"), default=None)
    url: str = part(Text(), gettext_lazy("网址"), default="")


class Sourced:
    """Something with a source mark. It counts as verified only where the official words themselves were read."""

    __slots__ = ()
    provenance: str

    @property
    def verified(self) -> bool:
        return self.provenance in CHECKED_BY_PROVENANCE


@dataclass(frozen=True, slots=True, kw_only=True)
class Item(Sourced):
    """An indicator: how it gives points, its group, its article and the department that answers for it."""

    code: str = part(Text(), gettext_lazy("代码"))
    name: str = part(Text(), gettext_lazy("名称"))
    points: Operator = an_operator(gettext_lazy("怎样计分"))
    when: Condition | None = a_condition(gettext_lazy("什么情况下才计"), default=None)
    group: str = part(Text(), gettext_lazy("所属分组"), default="")
    article: str = part(Text(), gettext_lazy("依据条款"))
    provenance: str = part(Choice(MARKS), gettext_lazy("来源"))
    department: str = part(Text(), gettext_lazy("负责部门"), default="")
    note: str = part(Text(), gettext_lazy("说明"), default="")


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Items added up to a cap, or of which only the best counts (上海: education or skill). It may lie in another."""

    code: str = part(Text(), gettext_lazy("代码"))
    name: str = part(Text(), gettext_lazy("名称"))
    how: str = part(Choice(HOW), gettext_lazy("怎样合计"), default="sum")
    cap: Decimal | None = part(Number(), gettext_lazy("最高分"), default=None)
    within: str = part(Text(), gettext_lazy("属于哪个分组"), default="")
    article: str = part(Text(), gettext_lazy("依据条款"), default="")


@dataclass(frozen=True, slots=True, kw_only=True)
class Multiplier(Sourced):
    """The sum of all items times a factor, before anything is taken off. 中山: outside the core x1.3."""

    code: str = part(Text(), gettext_lazy("代码"))
    name: str = part(Text(), gettext_lazy("名称"))
    when: Condition = a_condition(gettext_lazy("条件"))
    factor: Decimal = part(Number(), gettext_lazy("乘以"))
    article: str = part(Text(), gettext_lazy("依据条款"))
    provenance: str = part(Choice(MARKS), gettext_lazy("来源"))

    def problems(self) -> Iterator[tuple[str, str]]:
        if self.factor <= 0:
            yield "factor", _("要乘以大于 0 的数。")


@dataclass(frozen=True, slots=True, kw_only=True)
class Goal:
    """What a total opens besides the route itself. 中山: 30 for school and public rental, 60 for the household."""

    code: str = part(Text(), gettext_lazy("代码"))
    name: str = part(Text(), gettext_lazy("名称"))
    threshold: Decimal = part(Number(), gettext_lazy("达到多少分"))
    items: tuple[str, ...] = part(Many(Text()), gettext_lazy("只算这些指标（留空为全部）"), default=())
    article: str = part(Text(), gettext_lazy("依据条款"), default="")


@dataclass(frozen=True, slots=True, kw_only=True)
class Passing:
    """When a total is enough: a threshold, the line of the year, or a place inside the quota.

    ``lines`` are the yearly lines that were published; a year without one is unknown. With a quota the order is by
    total, or by ``rank`` where the text says so (广州: months of medical insurance, then of unemployment insurance).
    """

    threshold: Decimal | None = part(Number(), gettext_lazy("达到多少分"), default=None)
    is_yearly_line: bool = part(YesNo(), gettext_lazy("每年公布分数线"), default=False)
    lines: tuple[tuple[str, Decimal], ...] = part(Table(Number()), gettext_lazy("已公布的分数线"), default=())
    quota: int | None = part(Number(is_whole=True), gettext_lazy("名额"), default=None)
    rank: tuple[Measure, ...] = part(
        Many(Variant(lambda: MEASURES)), gettext_lazy("按什么排名（留空为总分）"), default=()
    )
    ties: str = part(Choice(TIES), gettext_lazy("并列怎么办"), default="all")
    article: str = part(Text(), gettext_lazy("依据条款"), default="")

    def problems(self) -> Iterator[tuple[str, str]]:
        if self.threshold is None and not self.is_yearly_line and self.quota is None:
            yield "", _("分数线、年度分数线、名额至少填一样。")
        if any(not year.isdigit() or len(year) != 4 for year, _line in self.lines):
            yield "lines", _("年份要写成四位数字。")

    def needed(self, on: date) -> Decimal | None:
        """The score needed that day; None when the line of the year is not known."""
        if self.is_yearly_line:
            return dict(self.lines).get(str(on.year))
        return Decimal(0) if self.threshold is None else self.threshold


@dataclass(frozen=True, slots=True, kw_only=True)
class Procedure:
    """Posting, appeal and fraud bar. Working days are counted by the calendar handed in."""

    posting_days: int | None = part(Number(is_whole=True), gettext_lazy("公示几天"), default=None)
    is_posting_working: bool = part(YesNo(), gettext_lazy("公示按工作日"), default=False)
    appeal_days: int | None = part(Number(is_whole=True), gettext_lazy("几天内可以申诉"), default=None)
    is_appeal_working: bool = part(YesNo(), gettext_lazy("申诉按工作日"), default=False)
    review_days: tuple[int, ...] = part(Many(Number(is_whole=True)), gettext_lazy("各步审核工作日"), default=())
    fraud_bar_years: int | None = part(Number(is_whole=True), gettext_lazy("作假几年内不得再报"), default=None)
    is_fraud_bar_forever: bool = part(YesNo(), gettext_lazy("作假永远不得再报"), default=False)
    valid_months: int | None = part(Number(is_whole=True), gettext_lazy("结果几个月有效"), default=None)
    article: str = part(Text(), gettext_lazy("依据条款"), default="")

    def posted_until(self, first: date, working_day_after: Callable[[date, int], date]) -> date | None:
        """The last day of the posting; its first day counts as one."""
        if self.posting_days is None:
            return None
        if self.is_posting_working:
            return working_day_after(first - timedelta(days=1), self.posting_days)
        return first + timedelta(days=self.posting_days - 1)

    def appeal_until(self, told_on: date, working_day_after: Callable[[date, int], date]) -> date | None:
        """The last day of the appeal; the day of the notice does not count."""
        if self.appeal_days is None:
            return None
        if self.is_appeal_working:
            return working_day_after(told_on, self.appeal_days)
        return told_on + timedelta(days=self.appeal_days)

    def barred_until(self, found_on: date) -> date | None:
        """The first day one may apply again after fraud; ``date.max`` for never, None where the text says nothing."""
        if self.is_fraud_bar_forever:
            return date.max
        return None if self.fraud_bar_years is None else years_later(found_on, self.fraud_bar_years)


@dataclass(frozen=True, slots=True, kw_only=True)
class Route(Sourced):
    """A way in: conditions only, points, or a nomination that nobody computes."""

    code: str = part(Text(), gettext_lazy("代码"))
    name: str = part(Text(), gettext_lazy("名称"))
    kind: str = part(Choice(KINDS), gettext_lazy("种类"))
    since: date | None = part(Day(), gettext_lazy("这条通道自己的开始日"), default=None)
    until: date | None = part(Day(), gettext_lazy("这条通道自己的最后一天"), default=None)
    gates: Condition | None = a_condition(gettext_lazy("申请条件"), default=None)
    vetoes: tuple[Condition, ...] = part(
        Many(Variant(lambda: CONDITIONS)), gettext_lazy("一票否决（符合就不能申请）"), default=()
    )
    items: tuple[Item, ...] = part(Many(Part(Item)), gettext_lazy("指标"), default=())
    groups: tuple[Group, ...] = part(Many(Part(Group)), gettext_lazy("分组"), default=())
    multipliers: tuple[Multiplier, ...] = part(Many(Part(Multiplier)), gettext_lazy("系数"), default=())
    deductions: tuple[Item, ...] = part(Many(Part(Item)), gettext_lazy("扣分"), default=())
    floor: Decimal | None = part(Number(), gettext_lazy("总分不低于"), default=None)
    decimals: int = part(Number(is_whole=True), gettext_lazy("总分保留几位小数（四舍五入，只在最后一次）"), default=2)
    passing: Passing | None = part(Part(Passing), gettext_lazy("怎样算够"), default=None)
    goals: tuple[Goal, ...] = part(Many(Part(Goal)), gettext_lazy("不同用途的分数线"), default=())
    procedure: Procedure = part(Part(Procedure), gettext_lazy("办理程序"), default=Procedure())
    article: str = part(Text(), gettext_lazy("依据条款"))
    provenance: str = part(Choice(MARKS), gettext_lazy("来源"))
    note: str = part(Text(), gettext_lazy("说明"), default="")

    def problems(self) -> Iterator[tuple[str, str]]:
        if self.kind == RouteKind.CONDITION and (self.gates is None or self.items or self.passing):
            yield "", _("条件落户要写申请条件，不写指标和分数线。")
        if self.kind == RouteKind.POINTS and not (self.items and self.passing):
            yield "", _("积分通道要有指标，也要写怎样算够。")
        if self.kind == RouteKind.QUOTA and (self.items or self.passing):
            yield "", _("推荐的通道不计算，不写指标和分数线。")
        codes = [one.code for one in (*self.items, *self.deductions)]
        yield from ((f"items.{code}", _("代码重复了。")) for code in sorted(set(codes)) if codes.count(code) > 1)
        groups = {group.code for group in self.groups}
        for item in self.items:
            if item.group and item.group not in groups:
                yield f"items.{item.code}", _("没有“%(group)s”这个分组。") % {"group": item.group}
        yield from self._group_problems(groups)
        for goal in self.goals:
            for code in set(goal.items) - set(codes):
                yield f"goals.{goal.code}", _("没有“%(item)s”这个指标。") % {"item": code}

    def _group_problems(self, known: set[str]) -> Iterator[tuple[str, str]]:
        above = {group.code: group.within for group in self.groups}
        for group in self.groups:
            if group.within and group.within not in known:
                yield f"groups.{group.code}", _("没有“%(group)s”这个分组。") % {"group": group.within}
            seen, code = set(), group.code
            while code and code not in seen:
                seen.add(code)
                code = above.get(code, "")
            if code:
                yield f"groups.{group.code}", _("分组互相套住了。")


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """A worked case inside the pack: whoever changes a figure sees at once what it changes."""

    name: str = part(Text(), gettext_lazy("名称"))
    route: str = part(Text(), gettext_lazy("通道代码"))
    on: date = part(Day(), gettext_lazy("哪一天"))
    facts: Applicant = part(FactTable(), gettext_lazy("情况"))
    outcome: str = part(Choice(OUTCOMES), gettext_lazy("应得结果"))
    total: Decimal | None = part(Number(), gettext_lazy("应得总分"), default=None)
    points: tuple[tuple[str, Decimal], ...] = part(Table(Number()), gettext_lazy("各项应得"), default=())
    by_hand: str = part(Text(), gettext_lazy("手工算式"), default="")


@dataclass(frozen=True, slots=True, kw_only=True)
class Pack(Sourced):
    """The routes of a city by one document, for the days it holds."""

    code: str = part(Text(), gettext_lazy("代码"))
    city_code: str = part(Text(), gettext_lazy("城市代码"))
    city_name: str = part(Text(), gettext_lazy("城市"))
    title: str = part(Text(), gettext_lazy("名称"))
    edition: str = part(Text(), gettext_lazy("版本"))
    purpose: str = part(Choice(PURPOSES), gettext_lazy("用途"), default="residency")
    since: date = part(Day(), gettext_lazy("开始日"))
    until: date | None = part(Day(), gettext_lazy("最后一天"), default=None)
    document: Document = part(Part(Document), gettext_lazy("文件"))
    provenance: str = part(Choice(MARKS), gettext_lazy("来源"))
    is_reference: bool = part(YesNo(), gettext_lazy("只供参考（别的城市）"), default=False)
    note: str = part(Text(), gettext_lazy("说明"), default="")
    routes: tuple[Route, ...] = part(Many(Part(Route)), gettext_lazy("通道"))
    examples: tuple[Example, ...] = part(Many(Part(Example)), gettext_lazy("算例"), default=())

    def problems(self) -> Iterator[tuple[str, str]]:
        if self.until is not None and self.until < self.since:
            yield "until", _("最后一天早于开始日。")
        codes = [route.code for route in self.routes]
        if len(set(codes)) != len(codes):
            yield "routes", _("通道代码重复了。")
        if not codes:
            yield "routes", _("至少要有一条通道。")
        for number, example in enumerate(self.examples):
            if example.route not in codes:
                yield f"examples[{number}].route", _("没有“%(route)s”这条通道。") % {"route": example.route}

    def route(self, code: str) -> Route:
        return next(route for route in self.routes if route.code == code)

    def holds_on(self, route: Route, on: date) -> bool:
        """Whether the pack and the route are in force. After the last day the answer is 政策待确认."""
        since, until = max(self.since, route.since or self.since), route.until or self.until
        return since <= on and (until is None or on <= until) and (self.until is None or on <= self.until)

    def may_answer_for(self, city_code: str) -> bool:
        """A reference pack answers for nobody; a pack answers for its own city only."""
        return not self.is_reference and self.city_code == city_code and self.purpose == Purpose.RESIDENCY

    @property
    def digest(self) -> str:
        """SHA-256 of the pack as plain data: an estimate names the very pack it was made by."""
        return hashlib.sha256(json.dumps(pack_plain(self), ensure_ascii=False, sort_keys=True).encode()).hexdigest()


def pack_read(data: Mapping[str, Any]) -> Pack:
    """The pack written in plain data (TOML or JSON); ``PackError`` with every problem at once."""
    at = Reading()
    pack = part_read(Pack, data, at)
    if at.problems or not isinstance(pack, Pack):
        raise PackError(at.problems)
    return pack


def pack_plain(pack: Pack) -> dict[str, Any]:
    """The pack as plain data that JSON holds exactly; ``pack_read`` makes the same pack of it."""
    plain: dict[str, Any] = json_ready(part_plain(pack))
    return plain


def pack_from_toml(text: str) -> Pack:
    """The pack of a TOML file; ``PackError`` also where it is no TOML."""
    try:
        data = tomllib.loads(text, parse_float=Decimal)
    except tomllib.TOMLDecodeError as error:
        raise PackError([Problem("", _("文件不是正确的 TOML：%(error)s。") % {"error": error})]) from error
    return pack_read(data)


@cache
def base_packs() -> tuple[Pack, ...]:
    """The packs that come with the platform, by file name."""
    return tuple(pack_from_toml(path.read_text("utf-8")) for path in sorted(FOLDER.glob("*.toml")))


def base_pack(code: str) -> Pack:
    return next(pack for pack in base_packs() if pack.code == code)
