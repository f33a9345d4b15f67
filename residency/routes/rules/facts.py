"""What a pack may ask of an applicant: the catalogue of facts, and the values they have.

A fact that is absent is unknown, neither yes nor no; a list that is empty says that there is nothing of the kind.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, TypeAlias

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from residency.routes.rules.shapes import (
    Choice,
    Day,
    Many,
    Number,
    PackError,
    Part,
    Reading,
    Shape,
    Text,
    YesNo,
    json_ready,
    part,
)

MANNERS = {
    "on_time": gettext_lazy("当月按时缴"),
    "late": gettext_lazy("补缴"),
    "transferred": gettext_lazy("外地转入"),
}
# From the least to the most: a higher one counts where a lower one is asked.
EDUCATION = {
    "primary": gettext_lazy("小学及以下"),
    "junior": gettext_lazy("初中"),
    "senior": gettext_lazy("高中或中职"),
    "college": gettext_lazy("大专"),
    "bachelor": gettext_lazy("本科"),
    "bachelor_degree": gettext_lazy("本科并有学士学位"),
    "master": gettext_lazy("硕士"),
    "doctor": gettext_lazy("博士"),
}
LEVELS = {
    "level5": gettext_lazy("五级/初级工"),
    "level4": gettext_lazy("四级/中级工"),
    "level3": gettext_lazy("三级/高级工"),
    "level2": gettext_lazy("二级/技师"),
    "level1": gettext_lazy("一级/高级技师"),
}
PAPERS = {
    "qualification": gettext_lazy("人社部门发的职业资格证书"),
    "level": gettext_lazy("评价机构发的职业技能等级证书"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Spell:
    """A stretch of time: insured months, a permit, a job, a home. In a list of months only the months count."""

    first: date = part(Day(), gettext_lazy("从"))
    last: date | None = part(Day(), gettext_lazy("到"), default=None, hint=gettext_lazy("还在继续的留空。"))
    kind: str = part(Text(), gettext_lazy("种类"), default="")
    employer: str = part(Text(), gettext_lazy("单位"), default="")
    place: str = part(Text(), gettext_lazy("地区"), default="")
    manner: str = part(Choice(MANNERS), gettext_lazy("缴费方式"), default="on_time")
    base: Decimal | None = part(Number(), gettext_lazy("缴费基数是社平工资的几倍"), default=None)

    def problems(self) -> Iterator[tuple[str, str]]:
        if self.last is not None and self.last < self.first:
            yield "last", _("结束的日子早于开始的日子。")


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """Something on a day: a certificate, hours of volunteering, a gift, tax of a year, an offence, an honour."""

    on: date = part(Day(), gettext_lazy("日期"))
    kind: str = part(Text(), gettext_lazy("种类"), default="")
    amount: Decimal = part(Number(), gettext_lazy("数量"), default=Decimal(1))
    occupation: str = part(Text(), gettext_lazy("职业（工种）"), default="")
    paper: str = part(Text(), gettext_lazy("证书类别"), default="")


Value: TypeAlias = bool | int | Decimal | str | date | tuple[Spell, ...] | tuple[Record, ...]

SHAPES: dict[str, Shape] = {
    "number": Number(),
    "yes": YesNo(),
    "day": Day(),
    "text": Text(),
    "education": Choice(EDUCATION),
    "months": Many(Part(Spell)),
    "periods": Many(Part(Spell)),
    "records": Many(Part(Record)),
}


@dataclass(frozen=True, slots=True)
class Fact:
    """One fact: its kind, what it is called, where it comes from (``file`` or ``asked``) and how it is asked."""

    name: str
    kind: str
    label: Any
    source: str
    question: Any

    @property
    def shape(self) -> Shape:
        return SHAPES[self.kind]


def _time_and_papers() -> Iterator[Fact]:
    t = gettext_lazy
    yield Fact("birth_on", "day", t("出生日期"), "file", t("您的出生日期是哪天？"))
    yield Fact("education", "education", t("学历"), "file", t("您的最高学历是什么？"))
    yield Fact("certificates", "records", t("技能等级证书"), "file", t("您有哪些职业资格证书或职业技能等级证书？"))
    yield Fact("training", "records", t("培训结业证书"), "file", t("您有哪些培训结业证书？"))
    yield Fact("post_occupation", "text", t("现在岗位的职业"), "file", t("您现在做的是哪个职业？"))
    insurance = {"pension": t("养老保险"), "medical": t("医疗保险"), "unemployment": t("失业保险")}
    insurance |= {"injury": t("工伤保险"), "maternity": t("生育保险")}
    for name, label in insurance.items():
        yield Fact(name, "months", label, "file", t("哪些月份在缴？哪些是补缴或外地转入的？"))
    yield Fact("jobs", "periods", t("工作经历"), "file", t("您在哪些单位工作过，从哪天到哪天？"))
    yield Fact("study", "periods", t("在校学习"), "file", t("您在校学习是从哪天到哪天？"))
    yield Fact("contracts", "periods", t("劳动合同"), "file", t("您和哪个单位签了劳动合同，从哪天到哪天？"))
    yield Fact("registrations", "periods", t("就业登记"), "asked", t("您的就业登记在哪个单位名下，从哪天起？"))
    yield Fact("permit", "periods", t("居住证"), "asked", t("您的居住证从哪天起有效？每年都按时签注了吗？"))
    yield Fact("residence", "periods", t("在本地居住"), "asked", t("您从哪天起在本地居住？"))
    yield Fact("homes", "periods", t("住所"), "asked", t("您住的是自有住房、租房还是单位宿舍？从哪天起？"))
    yield Fact("special_service", "periods", t("特定公共服务岗位"), "asked", t("您做过环卫等公共服务岗位吗？"))
    yield Fact("spouse_local", "periods", t("配偶为本地户籍"), "asked", t("您和本地户籍的配偶哪天结婚？"))


def _answers_and_records() -> Iterator[Fact]:
    t = gettext_lazy
    yield Fact("has_contract", "yes", t("有劳动合同"), "file", t("您现在有签好的劳动合同吗？"))
    yield Fact("has_licence", "yes", t("有营业执照"), "asked", t("您有自己的营业执照吗？"))
    yield Fact("has_permit", "yes", t("持有居住证"), "asked", t("您有有效的居住证吗？"))
    yield Fact("has_home", "yes", t("有合法住所"), "asked", t("您在本地有合法稳定的住所吗？"))
    yield Fact("owns_home", "yes", t("有自有住房"), "asked", t("您在本地有自己的住房吗？"))
    yield Fact("owns_most_of_home", "yes", t("住房产权过半"), "asked", t("父母的住房产权份额超过 50% 吗？"))
    yield Fact("home_town_class", "text", t("住房所在镇街类别"), "asked", t("您的住房在哪一类镇街？"))
    yield Fact("lives_where_works", "yes", t("居住和工作在同一个区"), "asked", t("您居住和工作在同一个区吗？"))
    yield Fact("birth_within_policy", "yes", t("符合生育政策"), "asked", t("孩子的出生符合计划生育政策吗？"))
    yield Fact("is_retired", "yes", t("已到退休年龄"), "asked", t("您已经到法定退休年龄了吗？"))
    yield Fact("both_working", "yes", t("夫妻都在本地工作"), "asked", t("夫妻两人都在本地工作吗？"))
    yield Fact("trade_listed", "yes", t("工种在紧缺目录里"), "asked", t("您证书上的工种在当地的紧缺目录里吗？"))
    yield Fact("trade_class", "text", t("工种的紧缺档次"), "asked", t("您证书上的工种属于紧缺目录的哪一档？"))
    yield Fact("shortage_major", "yes", t("紧缺专业"), "asked", t("您学的是目录里的紧缺专业吗？"))
    yield Fact("employer_years", "number", t("在同一单位工作年数"), "file", t("您在现在的单位做了几年？"))
    yield Fact("place_applied", "text", t("想落户的地区"), "asked", t("您想落户在哪个区？"))
    yield Fact("place_lived", "text", t("居住的区"), "asked", t("您住在哪个区？"))
    yield Fact("volunteering", "records", t("志愿服务（小时）"), "asked", t("您做过多少小时志愿服务？"))
    yield Fact("blood", "records", t("无偿献血（次）"), "asked", t("您献过几次血？"))
    yield Fact("charity", "records", t("慈善捐款（元）"), "asked", t("您捐过多少钱？"))
    yield Fact("tax", "records", t("缴纳个人所得税（元）"), "asked", t("您每年在本地缴了多少个人所得税？"))
    yield Fact("patents", "records", t("发明专利"), "asked", t("您有授权的发明专利吗？"))
    yield Fact("honours", "records", t("荣誉表彰"), "file", t("您得过哪些政府表彰？"))
    yield Fact("offences", "records", t("违法犯罪和失信记录"), "asked", t("您有违法犯罪或失信记录吗？没有就填“没有”。"))


SECOND = "second."
_OWN = {fact.name: fact for fact in (*_time_and_papers(), *_answers_and_records())}
# A second applicant (the other parent, the spouse) has the same insured months, periods and permit.
FACTS: Mapping[str, Fact] = _OWN | {
    f"{SECOND}{name}": Fact(f"{SECOND}{name}", fact.kind, fact.label, "asked", fact.question)
    for name, fact in _OWN.items()
    if fact.kind in {"months", "periods"}
}


class Applicant(Mapping[str, Value]):
    """What is known of one applicant, by the names of the catalogue. Nothing changes it; it never shows its values."""

    __slots__ = ("_values",)

    def __init__(self, values: Mapping[str, Value | None] | None = None) -> None:
        given = values or {}
        unknown = sorted(set(given) - set(FACTS))
        if unknown:
            raise KeyError(f"not in the catalogue of facts: {', '.join(unknown)}")
        self._values: dict[str, Value] = {
            name: tuple(value) if isinstance(value, list) else value
            for name, value in given.items()
            if value is not None
        }

    def __getitem__(self, name: str) -> Value:
        return self._values[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)

    def __hash__(self) -> int:
        return hash(frozenset(self._values.items()))

    def __eq__(self, other: object) -> bool:
        return self._values == other._values if isinstance(other, Applicant) else NotImplemented

    def __repr__(self) -> str:
        return f"Applicant({len(self)})"  # values are personal: they never go to a log

    def but(self, **changes: Value | None) -> "Applicant":
        """The same applicant with other values; None makes a fact unknown. ``__`` stands for the dot of a name."""
        return Applicant({**self._values, **{name.replace("__", "."): value for name, value in changes.items()}})


class FactTable(Shape):
    """The facts of an applicant as plain data, each read by its kind."""

    __slots__ = ()
    form = "facts"

    def read(self, value: Any, at: Reading) -> Applicant | None:
        if not isinstance(value, Mapping):
            at.problem(_("这里要填一组“名称 = 值”。"))
            return None
        before, found = len(at.problems), {}
        for name, one in value.items():
            if name in FACTS:
                found[name] = FACTS[name].shape.read(one, at.inside(name))
            else:
                at.inside(str(name)).problem(_("事实目录里没有“%(name)s”。") % {"name": name})
        return Applicant(found) if len(at.problems) == before else None

    def plain(self, value: Applicant) -> dict[str, Any]:
        return {name: FACTS[name].shape.plain(one) for name, one in value.items()}


def applicant_read(data: Mapping[str, Any]) -> Applicant:
    """An applicant from plain data; ``PackError`` with every problem."""
    at = Reading()
    found = FactTable().read(data, at)
    if found is None:
        raise PackError(at.problems)
    return found


def applicant_plain(applicant: Applicant) -> dict[str, Any]:
    """The opposite of ``applicant_read``, ready for JSON."""
    plain: dict[str, Any] = json_ready(FactTable().plain(applicant))
    return plain
