"""A body's list of level certificates as a file: every fault of every row, then one service for all."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from certifications.bodies.models import AssessmentBody
from certifications.certificates.level_columns import COLUMNS
from certifications.certificates.level_facts import PARTS, Facts, LevelEntry, level_name
from certifications.certificates.level_rules import entry_faults, known_as, placed
from certifications.certificates.level_selectors import level_facts
from certifications.certificates.models import LevelCertificate
from certifications.certificates.numbers import NationalNumber
from certifications.certificates.services.level import level_certificates_record
from certifications.certificates.states import CertificateState
from foundation.accounts.models import Organisation, User
from foundation.accounts.states import Role
from foundation.imports.checking import duplicates
from foundation.imports.errors import ImportRefusedError
from foundation.imports.kinds import ImportedRow, Kind
from foundation.imports.registry import register

if TYPE_CHECKING:
    from foundation.imports.models import ImportBatch

NEEDED = ("number", "name", "id_number", "occupation", "level", "issued_on")
Held = tuple[int, int, int | None, int]


@dataclass(frozen=True)
class Lookups:
    """What is on record, and who holds which level already."""

    facts: Facts
    held: dict[Held, str]


def body_of_organisation(organisation: Organisation | None) -> AssessmentBody:
    """The body a file is brought for; refuses an organisation that is not in the register."""
    body = AssessmentBody.objects.select_related("organisation").filter(organisation=organisation).first()
    if body is None:
        raise ImportRefusedError("no_body", _("本单位还没有登记为评价机构，不能导入证书。请联系人社部门。"))
    return body


@register
class LevelCertificatesKind(Kind):
    """One row is one certificate. What is on record as the row says is left alone."""

    code = "level_certificates"
    title = gettext_lazy("职业技能等级证书")
    help_text = gettext_lazy("本机构已发的职业技能等级证书，每行一张。证书编号照实填写，平台不编号。")
    columns = COLUMNS
    roles = frozenset({Role.BODY_STAFF})
    belongs_to_organisation = True

    def admit(self, *, organisation: Organisation | None, target: str) -> None:
        body_of_organisation(organisation)

    def prepare(self, batch: "ImportBatch", rows: Sequence[ImportedRow], *, on: date) -> Lookups:
        body = body_of_organisation(batch.organisation)
        facts = level_facts(body, [entry_of(row, on) for row in rows], on=on)
        workers = [person.worker_id for person in facts.people.values()]
        held = LevelCertificate.objects.filter(worker__in=workers, state=CertificateState.VALID)
        keys = held.values_list("worker_id", "occupation_id", "work_type_id", "level", "number")
        return Lookups(facts, {(worker, of, kind, level): number for worker, of, kind, level, number in keys})

    def check_row(self, row: ImportedRow, context: Lookups) -> None:
        entry, unsure = entry_of(row, context.facts.today), _unsure(row)
        for fault in entry_faults(entry, context.facts):
            if fault.field not in unsure:
                row.error(fault.field, fault.code, fault.sentence, fault.fix)
        if unsure or not row.is_sound:
            return
        known = known_as(entry, context.facts)
        if known is not None:
            row.known(str(known))
            return
        worker = context.facts.people[entry.id_number].worker_id
        if context.held.get((worker, *placed(entry, context.facts), entry.level)):
            sentence = _("本人已有同一职业、同一等级的有效证书。")
            row.warn("level", "held", sentence, _("确实又发了一张的，可以照常导入；重复登记的，请删除这一行。"))

    def check_all(self, rows: Sequence[ImportedRow], context: Lookups) -> None:
        for row, earlier in duplicates(rows, "number"):
            row.error(
                "number",
                "number_twice",
                _("与第 %(line)d 行的证书编号相同。") % {"line": earlier.line},
                _("请对照证书核对；重复的只保留一行。"),
            )
        seen: dict[tuple[Any, ...], int] = {}
        for row in rows:
            if any(code not in row.values for code in NEEDED):
                continue
            key = tuple(row.values.get(code, "") for code in ("id_number", "occupation", "work_type", "level"))
            if key in seen and row.is_sound:
                row.warn(
                    "level",
                    "same_level",
                    _("与第 %(line)d 行是同一个人的%(level)s。") % {"line": seen[key], "level": level_name(key[3])},
                    _("请核对是不是抄错了行。"),
                )
            seen.setdefault(key, row.line)

    def apply_chunk(self, batch: "ImportBatch", rows: Sequence[ImportedRow], *, actor: User, on: date) -> Iterable[str]:
        body = body_of_organisation(batch.organisation)
        made = level_certificates_record(
            body_id=body.pk,
            entries=[entry_of(row, on) for row in rows],
            actor=actor,
            at=timezone.now(),
            source=_("证书名单 %(batch)d 号") % {"batch": batch.pk},
        )
        return [str(row.pk) for row in made]


def entry_of(row: ImportedRow, on: date) -> LevelEntry:
    """A row as the service takes it. What is missing is taken from the number, so that the rest can be checked."""
    values = row.values
    number = NationalNumber(values["number"]) if "number" in values else None
    level, year = (number.level, number.year) if number else (None, None)
    return LevelEntry(
        number=values.get("number", ""),
        name=values.get("name", ""),
        id_number=values.get("id_number", ""),
        occupation=values.get("occupation", ""),
        work_type=values.get("work_type", ""),
        level=values.get("level") or level or 5,
        issued_on=values.get("issued_on") or (date(year, 1, 1) if year and year < on.year else on),
        print_serial=values.get("print_serial", ""),
        **{part: values.get(part) for part in PARTS},
    )


def _unsure(row: ImportedRow) -> set[str]:
    """The fields nothing can be said about, because they or what they are compared with have no value."""
    absent = {code for code in NEEDED if code not in row.values}
    if absent & {"occupation", "issued_on", "level"}:
        absent |= {"level", "work_type"}
    return absent | {issue.column for issue in row.issues if issue.column == "work_type"}
