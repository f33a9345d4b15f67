"""The Fujian form: what it asks for, and what keeps it from being handed in.

《福建省职业技能等级认定申报表》, with the checks an assessor in Fujian makes: periods may have gaps and never overlap,
months add up to the years stated, the first job comes at sixteen or later. What only a person can settle is a doubt.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import pairwise

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from certifications.applications.rules.dossier import ABOVE_SCHOOL, Held
from certifications.applications.rules.eligibility import WORKING_AGE
from certifications.applications.rules.periods import Span, birthday, months_later, months_worked
from certifications.applications.states import PaperKind, Trade
from workers.states import EducationLevel

SECTIONS = ("person", "schooling", "work", "certificate", "papers")
SECTION_TITLES = {
    "person": gettext_lazy("个人情况"),
    "schooling": gettext_lazy("学习经历"),
    "work": gettext_lazy("工作经历"),
    "certificate": gettext_lazy("已有的证书"),
    "papers": gettext_lazy("材料照片"),
}
FIELDS: dict[str, tuple[str, ...]] = {
    "person": ("employer_now", "employer_phone"),
    "schooling": ("is_student", "is_diploma_lost"),
    "work": ("years",),
    "certificate": ("is_apprentice", "held_title", "held_level", "held_number", "held_on"),
    "papers": (),
}
FIELD_LABELS = {
    "employer_now": gettext_lazy("现在的工作单位"),
    "employer_phone": gettext_lazy("单位电话"),
    "is_student": gettext_lazy("我正在大学或大专读书"),
    "is_diploma_lost": gettext_lazy("毕业证书丢了，拿不出来"),
    "years": gettext_lazy("从事本职业年限"),
    "is_apprentice": gettext_lazy("我当过这一行的学徒，已经期满"),
    "held_title": gettext_lazy("证书上的职业"),
    "held_level": gettext_lazy("等级"),
    "held_number": gettext_lazy("证书编号"),
    "held_on": gettext_lazy("取得时间"),
    "studies": gettext_lazy("学习经历"),
    "works": gettext_lazy("工作经历"),
}
HELD = ("held_title", "held_level", "held_number", "held_on")
YES = "yes"
MOST_STUDIES, MOST_WORKS, MOST_PAPERS = 4, 8, 30
LONGEST_ANSWER = 200
HOUSEHOLD = "家庭雇主"
DAY_SHAPE = re.compile(r"(\d{4})[-/.年]?(\d{1,2})(?:[-/.月]?(\d{1,2})?日?|月)?")
LADDER = list(EducationLevel)


@dataclass(frozen=True, slots=True)
class Problem:
    """Something to put right before the form can be handed in."""

    section: str
    field: str
    text: str


@dataclass(frozen=True, slots=True)
class Study:
    """A line of the schooling; the month of graduation, perhaps to come."""

    level: str
    graduated: date | None


@dataclass(frozen=True, slots=True)
class Work:
    """A line of the work: months, both included."""

    first: date
    last: date | None
    trade: Trade
    employer: str
    has_witness: bool

    @property
    def span(self) -> Span:
        return Span(self.first, months_later(self.last, 1) if self.last else None)

    @property
    def is_household(self) -> bool:
        return self.employer == HOUSEHOLD


@dataclass(frozen=True, slots=True, kw_only=True)
class FormFacts:
    """A form as its checks see it. ``papers`` holds a kind and, where it is one employer's, its name."""

    on: date
    born: date
    answers: Mapping[str, str]
    studies: Sequence[Study] = ()
    works: Sequence[Work] = ()
    papers: frozenset[tuple[str, str]] = field(default_factory=frozenset)
    has_photo: bool = False


def is_yes(answers: Mapping[str, str], name: str) -> bool:
    return answers.get(name) == YES


def month_read(text: str) -> date | None:
    """The first day of a month as people write it; None when it is none."""
    day = day_read(text)
    return day.replace(day=1) if day else None


def day_read(text: str) -> date | None:
    """A day, or the first of a month, as people write it; None when it is none."""
    found = DAY_SHAPE.fullmatch("".join(unicodedata.normalize("NFKC", text).split()))
    if not found:
        return None
    year, month, day = (int(part or 1) for part in found.groups())
    try:
        return date(year, month, day)
    except ValueError:
        return None


def held_of(answers: Mapping[str, str]) -> Held | None:
    """The certificate she says she has and her file does not know; None when it is not told in full."""
    day, level = day_read(answers.get("held_on", "")), answers.get("held_level", "")
    title = answers.get("held_title", "").strip()
    if not title or day is None or not level.isdigit():
        return None
    return Held(None, "", title, int(level), day, is_guaranteed=False)


def section_of(name: str) -> str:
    """Where a field stands."""
    if name in {"studies", "works"}:
        return "schooling" if name == "studies" else "work"
    if name.startswith("paper_"):
        return "papers"
    return next((section for section, fields in FIELDS.items() if name in fields), "person")


def paper_field(kind: str) -> str:
    """The name under which a kind of paper is marked."""
    return f"paper_{kind}"


def field_label(name: str) -> str:
    if name.startswith("paper_"):
        return str(PaperKind(name.removeprefix("paper_")).label)
    return str(FIELD_LABELS[name])


def markable_fields() -> tuple[str, ...]:
    """What the body's staff can put a remark on."""
    return ("employer_now", "studies", "is_student", "works", "years", "is_apprentice", "held_title",
            *(paper_field(kind) for kind in PaperKind))  # fmt: skip


def months_stated(works: Iterable[Work], *, on: date) -> int:
    """Months in the trade by the rows of the form, overlaps once, the month that runs included."""
    spans = [work.span for work in works if work.trade in {Trade.SELF, Trade.RELATED}]
    return months_worked(spans, on=months_later(on.replace(day=1), 1))


def highest(studies: Sequence[Study]) -> Study | None:
    """The highest schooling."""
    return max(studies, key=lambda study: LADDER.index(EducationLevel(study.level)), default=None)


def papers_needed(facts: FormFacts) -> list[tuple[PaperKind, str]]:
    """Which papers the form asks for, by what it says."""
    needed = [] if facts.has_photo else [(PaperKind.PHOTO, "")]
    needed += [(PaperKind.ID_FRONT, ""), (PaperKind.ID_BACK, "")]
    top = highest(facts.studies)
    excused = is_yes(facts.answers, "is_student") or is_yes(facts.answers, "is_diploma_lost")
    if top and top.level != EducationLevel.PRIMARY and not excused:
        needed.append((PaperKind.DIPLOMA, ""))
        if top.level in ABOVE_SCHOOL:
            needed.append((PaperKind.DIPLOMA_PROOF, ""))
    employed = [work for work in facts.works if not work.is_household]
    if employed:
        needed.append((PaperKind.WORK_PROOF, ""))
        needed += [(PaperKind.BUSINESS, name) for name in dict.fromkeys(work.employer for work in employed)]
    if held_of(facts.answers):
        needed.append((PaperKind.CERTIFICATE, ""))
    if is_yes(facts.answers, "is_apprentice"):
        needed.append((PaperKind.APPRENTICE, ""))
    return needed


def problems(facts: FormFacts) -> list[Problem]:
    """Everything that keeps the form from being handed in."""
    return [
        *_person(facts),
        *_schooling(facts),
        *_work(facts),
        *_certificate(facts),
        *_papers(facts),
    ]


def doubts(facts: FormFacts) -> list[str]:
    """What only a person can settle."""
    found = []
    top = highest(facts.studies)
    first = min((work.first for work in facts.works), default=None)
    if top and top.graduated and first and first < top.graduated <= facts.on:
        found.append("work_before_graduation")
    if is_yes(facts.answers, "is_diploma_lost"):
        found.append("diploma_lost")
    return found


def _person(facts: FormFacts) -> Iterable[Problem]:
    phone = "".join(facts.answers.get("employer_phone", "").split())
    if phone and not re.fullmatch(r"[\d\-+()（）]{5,20}", phone):
        yield Problem("person", "employer_phone", _("单位电话不像一个电话号码，请看看有没有写错。"))


def _schooling(facts: FormFacts) -> Iterable[Problem]:
    if not facts.studies:
        yield Problem("schooling", "studies", _("请填写学习经历，从初中开始；没上过初中的，填最后上的学校。"))
    if len(facts.studies) > MOST_STUDIES:
        yield Problem("schooling", "studies", _("学习经历最多填 4 条，请去掉不需要的。"))
    unknown = any(study.graduated is None for study in facts.studies)
    if unknown and not is_yes(facts.answers, "is_student"):
        yield Problem("schooling", "studies", _("有一条学习经历没有毕业时间，请补上；还在读书的，请勾选“正在读书”。"))


def _work(facts: FormFacts) -> Iterable[Problem]:
    grown = birthday(facts.born, WORKING_AGE).replace(day=1)
    works = sorted(facts.works, key=lambda work: work.first)
    for work in works:
        name = work.employer
        if work.first < grown:
            yield Problem("work", "works", _("“%(name)s”的开始时间早于 16 周岁，请核对。") % {"name": name})
        if work.first > facts.on or (work.last and work.last > facts.on):
            yield Problem("work", "works", _("“%(name)s”的时间还没到，请核对。") % {"name": name})
        if work.trade == Trade.UNSURE:
            yield Problem("work", "works", _("“%(name)s”做的是不是申报的职业，请选一下。") % {"name": name})
        if not work.has_witness:
            yield Problem("work", "works", _("请写“%(name)s”的证明人姓名和电话。") % {"name": name})
    for one, two in pairwise(works):
        if one.last is None or one.last > two.first:
            said = _("“%(one)s”和“%(two)s”的时间重叠了。前一份做到哪个月，请改一下。")
            yield Problem("work", "works", said % {"one": one.employer, "two": two.employer})
    yield from _years(facts)


def _years(facts: FormFacts) -> Iterable[Problem]:
    text, months = facts.answers.get("years", "").strip(), months_stated(facts.works, on=facts.on)
    if not text.isdigit():
        yield Problem("work", "years", _("请写从事本职业几年，写整数；没有做过的写 0。"))
    elif int(text) != months // 12:
        said = _("工作经历加起来是 %(years)s 年 %(months)s 个月，您写的是 %(told)s 年。请改成一样的。")
        values = {"years": months // 12, "months": months % 12, "told": text[:3]}
        yield Problem("work", "years", said % values)


def _certificate(facts: FormFacts) -> Iterable[Problem]:
    told = [name for name in HELD if facts.answers.get(name, "").strip()]
    if not told:
        return
    for name in HELD:
        if name not in told:
            said = _("证书的“%(field)s”还没有写。没有证书的，请把这一栏清空。")
            yield Problem("certificate", name, said % {"field": FIELD_LABELS[name]})
    day = day_read(facts.answers.get("held_on", ""))
    if "held_on" in told and (day is None or day > facts.on):
        yield Problem("certificate", "held_on", _("取得证书的时间不对，请写成 202103 的样子，就是 2021 年 3 月。"))


def _papers(facts: FormFacts) -> Iterable[Problem]:
    for kind, employer in papers_needed(facts):
        if (kind.value, employer) not in facts.papers:
            label = f"{kind.label}（{employer}）" if employer else kind.label
            yield Problem("papers", paper_field(kind), _("请上传%(paper)s。") % {"paper": label})
