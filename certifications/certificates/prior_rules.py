"""Whether a declared certificate can be one of its kind: numbers, level and day, without the database."""

from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from django.utils.translation import gettext as _

from certifications.certificates.numbers import NationalNumber, OldNumber, national_errors, old_errors, tidied
from certifications.certificates.states import PriorKind
from workers.identity import age_on

WORKING_AGE = 16
# 人社部 began 职业技能等级认定 at the end of 2018; the coding rule is of 2019 (人社鉴发〔2019〕2号).
FIRST_LEVEL_YEAR = 2019
LONGEST_OTHER, SHORTEST_OTHER = 30, 6


@dataclass(frozen=True)
class PriorEntry:
    """A certificate as she tells it."""

    kind: str
    number: str
    title: str
    issuer_name: str
    issued_on: date
    level: int | None = None


class Problem(NamedTuple):
    code: str
    message: str


def prior_problem(entry: PriorEntry, *, on: date, born: date) -> tuple[str, Problem | None]:
    """The number as kept, and the first thing that speaks against the entry."""
    number = tidied(entry.number)
    return number, _kind(entry) or _number(entry, number) or _day(entry, on, born)


def _kind(entry: PriorEntry) -> Problem | None:
    if entry.kind not in PriorKind.values:
        return Problem("kind", _("请选择证书的种类。"))
    if not entry.title.strip():
        return Problem("title", _("请填写证书上的职业或项目名称。"))
    if not entry.issuer_name.strip():
        return Problem("issuer_name", _("请填写发证机构，证书上盖章的单位。"))
    if entry.kind != PriorKind.SPECIAL and entry.level is None:
        return Problem("level", _("请选择证书上的等级。"))
    if entry.kind == PriorKind.SPECIAL and entry.level is not None:
        return Problem("level", _("专项职业能力证书没有等级，请选“没有等级”。"))
    return None


def _number(entry: PriorEntry, number: str) -> Problem | None:
    problems = _number_problems(entry, number)
    return Problem("number", "".join(problems)) if problems else None


def _number_problems(entry: PriorEntry, number: str) -> list[str]:
    if entry.kind == PriorKind.LEVEL:
        if errors := national_errors(number):
            return errors
        national = NationalNumber(number)
        # Its body is not ours to know: only level and year are compared.
        return national.cross_check(body_prefix=national.prefix, level=entry.level or 0, issued_on=entry.issued_on)
    if entry.kind == PriorKind.OLD_QUALIFICATION:
        return old_errors(number) or OldNumber(number).cross_check(level=entry.level, issued_on=entry.issued_on)
    # 专项职业能力证书: no national numbering rule was found.
    if not number:
        return [_("请填写证书编号。")]
    if not SHORTEST_OTHER <= len(number) <= LONGEST_OTHER:
        return [_("证书编号的长度不对。请对照证书，看看是少写还是多写了。")]
    return []


def _day(entry: PriorEntry, on: date, born: date) -> Problem | None:
    if entry.issued_on > on:
        return Problem("issued_on", _("发证日期在今天之后。请对照证书检查。"))
    if age_on(born, entry.issued_on) < WORKING_AGE:
        return Problem("issued_on", _("按这个日期，发证时您还没满 16 周岁。请对照证书检查年份。"))
    if entry.kind == PriorKind.LEVEL and entry.issued_on.year < FIRST_LEVEL_YEAR:
        return Problem("issued_on", _("职业技能等级证书从 2019 年开始发。更早的请选“职业资格证书”。"))
    return None
