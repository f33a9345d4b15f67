"""A level certificate as somebody tells it, and what is on record beside it.

What is printed is Chinese whatever language a page is read in, so these words are no messages.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from certifications.certificates.numbers import tidied
from courses.catalogue.states import SkillLevel

# 人社鉴发〔2021〕1号: the title is exactly this, and where there is no 工种 two dashes are printed.
TITLE = "职业技能等级证书"
NO_WORK_TYPE = "--"
DOCUMENT = "居民身份证"
PARTS = ("theory", "practical", "review")
WORKING_AGE = 16
# 中文数字+级/等级名称 (人社鉴发〔2021〕1号, 填写规则); the three outside 五级 to 一级 by 人社部发〔2022〕14号.
PRINTED_LEVELS = {
    SkillLevel.APPRENTICE: "学徒工",
    SkillLevel.FIVE: "五级/初级工",
    SkillLevel.FOUR: "四级/中级工",
    SkillLevel.THREE: "三级/高级工",
    SkillLevel.TWO: "二级/技师",
    SkillLevel.ONE: "一级/高级技师",
    SkillLevel.SPECIAL_TECHNICIAN: "特级技师",
    SkillLevel.CHIEF_TECHNICIAN: "首席技师",
}
# What people write for a level: the words that are printed, either half of them, a digit, or the old short names.
LEVEL_WORDS: dict[str, SkillLevel] = {
    word: level for level, printed in PRINTED_LEVELS.items() for word in (printed, *printed.split("/"))
} | {
    word: SkillLevel(digit)
    for digit, old in ((5, "初级"), (4, "中级"), (3, "高级"), (2, ""), (1, ""))
    for word in (str(digit), f"{digit}级", f"{digit}级/{PRINTED_LEVELS[SkillLevel(digit)].split('/')[1]}", old)
    if word
}


def level_named(text: str) -> SkillLevel | None:
    """The level that a word means, however it was written."""
    return LEVEL_WORDS.get("".join(text.split()).replace("／", "/"))


def level_name(level: int) -> str:
    """A level as it is printed."""
    return PRINTED_LEVELS[SkillLevel(level)]


@dataclass(frozen=True)
class LevelEntry:
    """A certificate as somebody tells it; occupation and work type by name, as they are printed."""

    number: str
    name: str
    id_number: str
    occupation: str
    work_type: str
    level: int
    issued_on: date
    theory: Decimal | None = None
    practical: Decimal | None = None
    review: Decimal | None = None
    print_serial: str = ""

    @property
    def tidy_number(self) -> str:
        return tidied(self.number)


class Fault(NamedTuple):
    """Something wrong with an entry: where, what, and what to do."""

    field: str
    code: str
    sentence: str
    fix: str

    @property
    def message(self) -> str:
        return self.sentence + self.fix


@dataclass(frozen=True)
class Person:
    """Whose file an ID number opens."""

    worker_id: int
    name: str
    birth_on: date


@dataclass(frozen=True)
class Recorded:
    """A number that is in the register already, and what stands under it."""

    pk: int
    worker_id: int
    content: tuple[Any, ...]


@dataclass(frozen=True)
class Judged:
    """A final result of an assessment by this body, and the certificate that was given for it."""

    pk: int
    has_passed: bool
    marks: Mapping[str, str]
    number: str = ""


class Line(NamedTuple):
    """A level that stands in a standard or in a scope, from a day until before another."""

    occupation: int
    work_type: int | None
    level: int
    lower: date | None
    upper: date | None

    def holds(self, on: date) -> bool:
        return (self.lower is None or self.lower <= on) and (self.upper is None or on < self.upper)


class Range(NamedTuple):
    year: int
    level: int | None
    first: int
    last: int


ResultKey = tuple[int, int, int | None, int]


@dataclass(frozen=True)
class Facts:
    """Everything on record that the checks of some entries ask for."""

    prefix: str
    is_active: bool
    filed: tuple[date | None, date | None]
    today: date
    people: Mapping[str, Person]
    occupations: Mapping[str, int]
    work_types: Mapping[tuple[int, str], int]
    levels: Sequence[Line]
    scopes: Sequence[Line]
    ranges: Sequence[Range]
    recorded: Mapping[str, Recorded]
    results: Mapping[ResultKey, Sequence[Judged]]
    pass_marks: Mapping[date, Mapping[str, Decimal]]  # by day and part
    correcting: int | None = None  # the certificate that the entry is to put right

    def work_type_names(self, occupation: int) -> list[str]:
        return [name for (of, name) in self.work_types if of == occupation]


def content_of(entry: LevelEntry) -> tuple[Any, ...]:
    """What tells whether two entries under one number say the same."""
    return entry.occupation, entry.work_type, entry.level, entry.issued_on


def data_of(entry: LevelEntry, *, body_name: str) -> str:
    """What stands on the paper, in one spelling: keys in order, no blanks."""
    on = entry.issued_on
    printed = {
        "title": TITLE,
        "number": entry.tidy_number,
        "name": entry.name,
        "document_type": DOCUMENT,
        "document_number": entry.id_number,
        "occupation": entry.occupation,
        "work_type": entry.work_type or NO_WORK_TYPE,
        "level": level_name(entry.level),
        "body": body_name,
        "issued_on": f"{on.year}年{on.month}月{on.day}日",
    }
    if entry.print_serial:
        printed["print_serial"] = entry.print_serial
    printed |= {part: f"{mark:f}" for part in PARTS if (mark := getattr(entry, part)) is not None}
    return json.dumps(printed, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def mark_of(text: str | None) -> Decimal | None:
    """A mark of a result; nothing for absent or void."""
    try:
        return Decimal(text) if text is not None else None
    except ArithmeticError:
        return None
