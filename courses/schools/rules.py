"""What an application asks for, and what is wrong with its answers, while it is written and when it is decided."""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from courses.schools.states import ApplicationKind, PaperKind
from workers.districts import district_choices

FACTS = ("short_name", "address", "district_code", "contact_name", "contact_phone")
LICENCE = ("licence_number", "licensed_from", "licensed_until")
SCOPE_DAYS = ("scope_from", "scope_until")
NOTE = ("note",)
DAYS = frozenset({"licensed_from", "licensed_until", *SCOPE_DAYS})
# What may stay empty: a licence or a scope without a last day stands until further notice.
OPTIONAL = frozenset({"note", "licensed_until"})

FIELD_LABELS = {
    "short_name": gettext_lazy("简称"),
    "address": gettext_lazy("办学地址"),
    "district_code": gettext_lazy("所在区"),
    "contact_name": gettext_lazy("联系人"),
    "contact_phone": gettext_lazy("办公电话"),
    "licence_number": gettext_lazy("办学许可证编号"),
    "licensed_from": gettext_lazy("许可证起始日期"),
    "licensed_until": gettext_lazy("许可证截止日期"),
    "scope_from": gettext_lazy("培训范围从哪天起"),
    "scope_until": gettext_lazy("培训范围到哪天止"),
    "note": gettext_lazy("申请说明"),
    "scopes": gettext_lazy("申请的培训范围"),
}
LONGEST = {
    "short_name": 30, "address": 200, "contact_name": 30, "contact_phone": 30, "licence_number": 40, "note": 1000,
}  # fmt: skip
SECTION_TITLES = {
    "facts": gettext_lazy("机构情况"),
    "licence": gettext_lazy("办学许可证"),
    "scope": gettext_lazy("培训范围"),
    "papers": gettext_lazy("申请材料"),
    "note": gettext_lazy("申请说明"),
}
_K, _P = ApplicationKind, PaperKind
SECTIONS: dict[str, tuple[str, ...]] = {
    _K.REGISTRATION: ("facts", "licence", "scope", "papers", "note"),
    _K.SCOPE: ("scope", "papers", "note"),
    _K.RENEWAL: ("licence", "scope", "papers", "note"),
    _K.CHANGE: ("facts", "licence", "papers", "note"),
}
FIELDS: dict[str, tuple[str, ...]] = {
    "facts": FACTS, "licence": LICENCE, "scope": SCOPE_DAYS, "papers": (), "note": NOTE,
}  # fmt: skip
NEEDED_PAPERS: dict[str, tuple[PaperKind, ...]] = {
    _K.REGISTRATION: (_P.LICENCE, _P.BODY, _P.PREMISES),
    _K.SCOPE: (),
    _K.RENEWAL: (_P.LICENCE,),
    _K.CHANGE: (_P.LICENCE,),
}
DAY_SHAPE = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?|(\d{4})(\d{2})(\d{2})")


@dataclass(frozen=True)
class Problem:
    """Something to put right before the application can be submitted."""

    section: str
    field: str
    text: str


@dataclass(frozen=True)
class SchoolFacts:
    """What the register says of a school."""

    short_name: str
    address: str
    district_code: str
    contact_name: str
    contact_phone: str
    licence_number: str
    licensed_from: date
    licensed_until: date | None = None


def paper_field(kind: str) -> str:
    """The name under which a kind of paper is marked."""
    return f"paper_{kind}"


def field_label(field: str) -> str:
    """What a field, the scope or a kind of paper is called."""
    if field.startswith("paper_"):
        return str(PaperKind(field.removeprefix("paper_")).label)
    return str(FIELD_LABELS[field])


def fields_of(kind: str) -> tuple[str, ...]:
    """The answers an application of a kind has, in their order."""
    return tuple(field for section in SECTIONS[kind] for field in FIELDS[section])


def section_of(kind: str, field: str) -> str:
    """Where a field stands."""
    if field == "scopes":
        return "scope"
    if field.startswith("paper_"):
        return "papers"
    return next(section for section in SECTIONS[kind] if field in FIELDS[section])


def markable_fields(kind: str) -> tuple[str, ...]:
    """What an officer can put a remark on."""
    fields: list[str] = []
    for section in SECTIONS[kind]:
        fields += ["scopes"] if section == "scope" else []
        fields += FIELDS[section]
        fields += [paper_field(paper) for paper in PaperKind] if section == "papers" else []
    return tuple(fields)


def day_read(text: str) -> date | None:
    """A day as people write it; None when it is none."""
    found = DAY_SHAPE.fullmatch("".join(unicodedata.normalize("NFKC", text).split()))
    if not found:
        return None
    year, month, day = (int(part) for part in found.groups() if part)
    try:
        return date(year, month, day)
    except ValueError:
        return None


def answer_problem(field: str, text: str) -> str:
    """What is wrong with one answer alone; empty when nothing is."""
    text = text.strip()
    if not text:
        return "" if field in OPTIONAL else _("请填写%(field)s。") % {"field": FIELD_LABELS[field]}
    if field in DAYS and day_read(text) is None:
        return _("“%(text)s”不是日期。请写成 2026-01-31 的样子。") % {"text": text[:20]}
    if field == "district_code" and text not in {code for code, _name in district_choices()}:
        return _("请从列表中选择所在区。")
    if len(text) > LONGEST.get(field, 1000):
        return _("%(field)s最多 %(most)s 个字。请写短一些。") % {
            "field": FIELD_LABELS[field],
            "most": LONGEST.get(field, 1000),
        }
    return ""


def answers_problems(
    kind: str, answers: Mapping[str, str], *, has_scopes: bool, papers: Iterable[str], licence_ends: date | None
) -> list[Problem]:
    """Everything that keeps an application from being submitted. ``licence_ends`` is the registered licence's."""
    problems: list[Problem] = []
    for field in fields_of(kind):
        # A renewal may be of the licence alone; without lines nobody asks for their days.
        if kind == _K.RENEWAL and field in SCOPE_DAYS and not has_scopes:
            continue
        text = answer_problem(field, str(answers.get(field, "")))
        if not text and field == "note" and kind == _K.CHANGE and not str(answers.get("note", "")).strip():
            text = _("请写明变更了什么、为什么。")
        if text:
            problems.append(Problem(section_of(kind, field), field, text))
    if kind in {_K.REGISTRATION, _K.SCOPE} and not has_scopes:
        problems.append(Problem("scope", "scopes", _("请至少添加一项培训范围。")))
    here = set(papers)
    for paper in NEEDED_PAPERS[kind]:
        if paper not in here:
            text = _("请上传%(paper)s。") % {"paper": paper.label}
            problems.append(Problem("papers", paper_field(paper), text))
    return problems + _days_problems(kind, answers, licence_ends)


def _days_problems(kind: str, answers: Mapping[str, str], licence_ends: date | None) -> list[Problem]:
    days = {field: day_read(str(answers.get(field, ""))) for field in DAYS}
    problems: list[Problem] = []

    def check(first: str, last: str) -> None:
        start, end = days[first], days[last]
        if start and end and end < start:
            problems.append(Problem(section_of(kind, last), last, _("截止日期早于起始日期。请检查。")))

    if "licence" in SECTIONS[kind]:
        check("licensed_from", "licensed_until")
        licence_ends = days["licensed_until"]
    if "scope" in SECTIONS[kind]:
        check("scope_from", "scope_until")
        ends = days["scope_until"]
        if ends and licence_ends and ends > licence_ends:
            text = _("培训范围的截止日期不能晚于办学许可证的截止日期（%(day)s）。") % {"day": licence_ends.isoformat()}
            problems.append(Problem("scope", "scope_until", text))
    return problems


def required_day(answers: Mapping[str, str], field: str) -> date:
    """A day that was found in order before; a program error when it is none."""
    day = day_read(str(answers[field]))
    assert day is not None, field
    return day


def facts_read(answers: Mapping[str, str]) -> dict[str, str]:
    """The text answers of the register, without blanks around them."""
    return {field: str(answers[field]).strip() for field in (*FACTS, "licence_number") if field in answers}
