"""考评员名单: the assessors of a body or a school as they have them in a spreadsheet, one line an occupation."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from certifications.bodies.models import Assessor
from certifications.bodies.rules import AssessorEntry, QualificationEntry
from certifications.bodies.selectors import assessors_numbered, assessors_refusal
from certifications.bodies.services import assessor_add, assessor_qualification_add
from certifications.bodies.services.common import days
from certifications.bodies.states import ASSESSOR_KEEPERS
from courses.catalogue.models import Occupation
from courses.catalogue.selectors import levels_of
from courses.catalogue.states import SkillLevel
from foundation.accounts.models import Organisation, User
from foundation.crypto.masking import mask_account, mask_id_number, mask_name
from foundation.imports import parsers
from foundation.imports.cells import Cell
from foundation.imports.checking import duplicates
from foundation.imports.errors import ImportRefusedError
from foundation.imports.kinds import Column, Finding, ImportedRow, Kind, Parsed, Parser
from foundation.imports.registry import register
from foundation.imports.states import Severity
from workers.identity import Checked, id_number_check, name_check

if TYPE_CHECKING:
    from foundation.imports.models import ImportBatch

ANY = "不限"
NUMERALS = {
    SkillLevel.FIVE: "五", SkillLevel.FOUR: "四", SkillLevel.THREE: "三", SkillLevel.TWO: "二", SkillLevel.ONE: "一",
}  # fmt: skip


def _levels() -> dict[str, object]:
    """How a level is written: 三级/高级工, 三级, 高级工, 3, 3级; 0 stands for every level."""
    known: dict[str, object] = {ANY: 0}
    for level, numeral in NUMERALS.items():
        full = f"{numeral}级/{str(level.label).partition('/')[2]}"
        for word in (full, *full.split("/"), str(level.value), f"{level.value}级"):
            known[word] = level.value
    return known


def _checked(code: str, check: Callable[[str], Checked], clean: Parser) -> Parser:
    """A cell that is cleaned first and then has to meet a check."""

    def parse(cell: Cell) -> Parsed:
        value, findings = clean(cell)
        if value is None:
            return Parsed(None, findings)
        checked = check(value)
        if checked.errors:
            parts = [error.partition("。") for error in checked.errors]
            return Parsed(None, tuple(Finding(Severity.ERROR, code, head + dot, fix) for head, dot, fix in parts))
        return Parsed(checked.value, findings)

    return parse


COLUMNS = (
    Column(
        "name",
        gettext_lazy("姓名"),
        _checked("name", name_check, parsers.name(longest=30)),
        ("考评员姓名", "考评人员姓名", "人员姓名"),
        required=True,
        mask=mask_name,
    ),
    Column(
        "id_number",
        gettext_lazy("身份证号码"),
        # What lies in the future no assessor's number says; the service asks again.
        _checked("id_number", lambda text: id_number_check(text, on=date.max), parsers.number()),
        ("身份证号", "证件号码", "公民身份号码"),
        required=True,
        mask=mask_id_number,
        hint=gettext_lazy("18 位，单元格格式设为文本"),
    ),
    Column(
        "card_number",
        gettext_lazy("考评员证编号"),
        parsers.number(),
        ("考评员证号", "考评员证书编号", "证卡编号", "证书编号"),
        mask=mask_account,
    ),
    Column("title", gettext_lazy("职称或技能等级"), parsers.text(longest=40), ("职称", "技术职称", "专业技术职务")),
    Column(
        "occupation",
        gettext_lazy("考评职业"),
        parsers.text(longest=60),
        ("职业", "职业（工种）", "职业名称", "考评职业（工种）"),
        required=True,
        hint=gettext_lazy("职业名称或代码；不限职业的写“不限”。一个人考几个职业就写几行"),
    ),
    Column(
        "level",
        gettext_lazy("最高可考等级"),
        parsers.choice(_levels()),
        ("考评等级", "等级", "技能等级", "最高等级"),
        required=True,
        hint=gettext_lazy("例如三级；不限等级的写“不限”"),
    ),
    Column(
        "valid_from",
        gettext_lazy("资格起始日期"),
        parsers.day,
        ("发证日期", "资格有效期起", "有效期起", "起始日期"),
        required=True,
    ),
    Column(
        "valid_until",
        gettext_lazy("资格截止日期"),
        parsers.day,
        ("有效期至", "资格有效期止", "有效期止", "截止日期"),
        hint=gettext_lazy("含当天；长期有效的不填"),
    ),
    Column(
        "engaged_from",
        gettext_lazy("聘任起始日期"),
        parsers.day,
        ("聘任日期", "聘任起"),
        hint=gettext_lazy("不填为导入当天"),
    ),
    Column(
        "engaged_until", gettext_lazy("聘任截止日期"), parsers.day, ("聘任止",), hint=gettext_lazy("长期聘任的不填")
    ),
)


@dataclass(frozen=True)
class Lookups:
    """Everything the checks of one file ask the database for."""

    on: date
    occupations: dict[str, Occupation]
    levels: dict[int, set[int]]
    people: dict[str, list[Assessor]]


@register
class AssessorKind(Kind):
    """One row is one occupation of one person. What is on record already is left alone."""

    code = "assessors"
    title = gettext_lazy("考评员名单")
    help_text = gettext_lazy("本机构或本校的考评员，每人每个职业一行。已登记的考评员只补登新的资格。")
    columns = COLUMNS
    roles = ASSESSOR_KEEPERS
    belongs_to_organisation = True

    def admit(self, *, organisation: Organisation | None, target: str) -> None:
        """Refuse a file of an organisation that may keep no assessors."""
        refusal = assessors_refusal(organisation)
        if refusal:
            raise ImportRefusedError("not_registered", refusal)

    def prepare(self, batch: "ImportBatch", rows: Sequence[ImportedRow], *, on: date) -> Lookups:
        occupations = {name: one for one in Occupation.objects.all() for name in (one.name, one.code)}
        named = {row.values.get("occupation") for row in rows}
        asked = {one.pk for name, one in occupations.items() if name in named}
        assert batch.organisation is not None
        numbers = [row.values["id_number"] for row in rows if "id_number" in row.values]
        return Lookups(
            on=on,
            occupations=occupations,
            levels={pk: {int(level) for level in levels_of(pk, None, on=on)} for pk in asked},
            people=assessors_numbered(batch.organisation, numbers),
        )

    def check_row(self, row: ImportedRow, context: Lookups) -> None:
        _check_occupation(row, context)
        _check_days(row, "valid_from", "valid_until")
        _check_days(row, "engaged_from", "engaged_until")
        if row.is_sound:
            _check_record(row, context)

    def check_all(self, rows: Sequence[ImportedRow], context: Lookups) -> None:
        for row, earlier in duplicates(rows, "id_number", "occupation"):
            sentence = _("与第 %(line)d 行是同一个人、同一个职业。") % {"line": earlier.line}
            row.error("id_number", "same_line", sentence, _("同一个人的同一个职业只保留一行。"))
        first: dict[str, ImportedRow] = {}
        for row in rows:
            number, name = row.values.get("id_number"), row.values.get("name")
            if number and name and first.setdefault(number, row).values.get("name") != name:
                sentence = _("身份证号码与第 %(line)d 行相同，姓名不同。") % {"line": first[number].line}
                row.error("name", "two_names", sentence, _("请对照身份证，核对哪一行写错了。"))

    def apply_chunk(self, batch: "ImportBatch", rows: Sequence[ImportedRow], *, actor: User, on: date) -> Iterable[str]:
        assert batch.organisation is not None
        context = self.prepare(batch, rows, on=on)
        people = {number: _present(found, on) for number, found in context.people.items()}
        made = []
        for row in rows:
            values, at = row.values, timezone.now()
            person = people.get(values["id_number"])
            if person is None:
                person = assessor_add(
                    organisation_id=batch.organisation.pk, entry=assessor_entry(row, on), actor=actor, at=at
                )
                people[values["id_number"]] = person
            occupation = context.occupations.get(values["occupation"])
            entry = QualificationEntry(
                starts_on=values["valid_from"],
                occupation_id=occupation.pk if occupation else None,
                highest_level=values["level"] or None,
                ends_on=values.get("valid_until"),
            )
            paper = assessor_qualification_add(assessor_id=person.pk, entry=entry, actor=actor, at=at)
            made.append(str(paper.pk))
        return made


def assessor_entry(row: ImportedRow, on: date) -> AssessorEntry:
    """A checked row as the service takes a person."""
    values = row.values
    return AssessorEntry(
        name=values["name"],
        starts_on=values.get("engaged_from", on),
        id_number=values["id_number"],
        ends_on=values.get("engaged_until"),
        card_number=values.get("card_number", ""),
        title=values.get("title", ""),
    )


def _present(found: Sequence[Assessor], on: date) -> Assessor | None:
    """The line of somebody who is engaged on the day or later."""
    later = [one for one in found if one.engaged.upper is None or one.engaged.upper > on]
    return later[0] if later else None


def _check_occupation(row: ImportedRow, context: Lookups) -> None:
    name = row.values.get("occupation")
    if name is None or name == ANY:
        return
    occupation = context.occupations.get(name)
    if occupation is None:
        fix = _("请写职业的全称或代码，例如“家政服务员”；工种请写它所属的职业。")
        row.error("occupation", "not_listed", _("目录里没有这个职业。"), fix)
    elif row.values.get("level") and row.values["level"] not in context.levels[occupation.pk]:
        row.error("level", "level_not_in_standard", _("职业标准里，这个职业没有这个等级。"), _("请核对职业和等级。"))


def _check_days(row: ImportedRow, first: str, last: str) -> None:
    starts, ends = row.values.get(first), row.values.get(last)
    if starts and ends and ends < starts:
        row.error(last, "end_before_start", _("截止日期早于起始日期。"), _("请核对两个日期。"))


def _check_record(row: ImportedRow, context: Lookups) -> None:
    """How the row agrees with what is on record of the number."""
    values = row.values
    valid_until = values.get("valid_until")
    if valid_until and valid_until < context.on:
        row.warn("valid_until", "expired", _("这项资格已经到期。"), _("换了新证的，请填新证的日期。"))
    found = context.people.get(values["id_number"], [])
    if any(one.name != values["name"] for one in found):
        fix = _("请对照身份证核对；改过名的，请先在“考评员”中修改姓名。")
        row.error("name", "name_differs", _("这个身份证号码的考评员登记的是另一个姓名。"), fix)
        return
    person = _present(found, context.on)
    occupation = context.occupations.get(values["occupation"])
    key = (occupation.pk if occupation else None, values["level"] or None, days(values["valid_from"], valid_until))
    if person is None:
        # Who was engaged before may come back, from after her last day.
        starts = values.get("engaged_from", context.on)
        if any(one.engaged.upper and starts < one.engaged.upper for one in found):
            last = max(one.engaged.upper for one in found) - timedelta(days=1)
            sentence = _("她在本单位聘任到 %(day)s。") % {"day": last.isoformat()}
            row.error("engaged_from", "assessor_known", sentence, _("请把聘任起始日期填在这一天之后。"))
        return
    for paper in person.qualifications.all():
        if paper.withdrawn_at is None and (paper.occupation_id, paper.highest_level, paper.valid) == key:
            row.known(str(paper.pk))
