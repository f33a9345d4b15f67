"""A roster brought class by class: what each class takes, what is refused and why, and the file of those who go on."""

import io
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import openpyxl
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

from foundation.imports.models import ImportBatch, ImportRow
from foundation.imports.registry import kind_named
from foundation.imports.states import RowState, Severity
from foundation.imports.workbook import column_title
from portal.journey.files import MOST_TOLD, file_brought, lines_shown
from portal.journey.registers import batch_applied, batch_checked
from portal.journey.state import Held, Journey

FULL = "full"


@dataclass(frozen=True)
class Rest:
    """The rows that found no seat, as a file, and which line of the school's file each of its lines is."""

    data: bytes
    lines: Mapping[int, int]


@dataclass
class Part:
    """A file at one class. ``lines`` names the line of the school's own file; without it they are the same."""

    held: Held
    batch: ImportBatch
    lines: Mapping[int, int] = field(default_factory=dict)
    # Found when it was checked, before anything was applied.
    sound: int = 0

    def line(self, row: ImportRow) -> int:
        """The line of the school's own file."""
        return self.lines.get(row.line, row.line)

    def faulty(self) -> list[ImportRow]:
        """The rows that are refused for what they say."""
        rows = self.batch.rows.filter(state=RowState.FAULTY).order_by("line")
        return [row for row in rows if not is_full(row)]

    def full(self) -> list[ImportRow]:
        """The rows with which nothing is wrong and for which there was no seat."""
        rows = self.batch.rows.filter(state=RowState.FAULTY).order_by("line")
        return [row for row in rows if is_full(row)]

    @property
    def refused(self) -> int:
        return len(self.faulty())

    @property
    def repaired(self) -> int:
        """Rows that were put right and taken in."""
        marks = [{"severity": Severity.REPAIRED.value}]
        return self.batch.rows.filter(state=RowState.APPLIED, issues__contains=marks).count()

    def rest(self) -> Rest | None:
        """The file for the next class; nothing when everybody has a seat."""
        rows = self.full()
        if not rows:
            return None
        width = len(self.batch.headers)
        book = openpyxl.Workbook()
        sheet = book.worksheets[0]
        sheet.append(self.batch.headers)
        for place, row in enumerate(rows, start=2):
            for column in range(width):
                text = ILLEGAL_CHARACTERS_RE.sub("", row.content.cell(column).text)
                cell = sheet.cell(place, column + 1, text)
                # A text that begins with = stays a text.
                cell.data_type = "s"
        target = io.BytesIO()
        book.save(target)
        return Rest(target.getvalue(), {place: self.line(row) for place, row in enumerate(rows, start=2)})


def is_full(row: ImportRow) -> bool:
    """Whether the row lacks nothing but a seat."""
    codes = {issue["code"] for issue in row.issues if issue["severity"] == Severity.ERROR}
    return codes == {FULL}


def without_moved(batch: ImportBatch, workbook: bytes) -> bytes:
    """The workbook of the refused rows without those that went to another class: nothing is wrong with them."""
    rows = batch.rows.filter(state=RowState.FAULTY)
    moved = {str(row.line) for row in rows if is_full(row)}
    if not moved:
        return workbook
    book = openpyxl.load_workbook(io.BytesIO(workbook))
    sheet = book.worksheets[0]
    for number in range(sheet.max_row, 1, -1):
        if str(sheet.cell(number, len(batch.headers) + 3).value) in moved:
            sheet.delete_rows(number)
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def part_brought(
    journey: Journey, held: Held, data: bytes, name: str, *, lines: Mapping[int, int] | None = None
) -> Part:
    """A file at the class, every row checked and none applied."""
    batch = file_brought(journey, "roster", data, name, target=held.run.number)
    return part_checked(journey, Part(held, batch, lines or {}))


def part_checked(journey: Journey, part: Part) -> Part:
    """Every row checked, again when something about the class has changed."""
    part.batch = part.held.batch = batch_checked(part.batch, actor=journey.cast.staff, clock=journey.clock)
    part.sound = part.batch.rows.filter(state=RowState.READY).count() + len(part.full())
    return part


def part_applied(journey: Journey, part: Part) -> Part:
    """Every sound row for which there is a seat is applied."""
    part.batch = part.held.batch = batch_applied(part.batch, actor=journey.cast.staff, clock=journey.clock)
    part.held.run.refresh_from_db()
    return part


def rows_told(journey: Journey, parts: Iterable[Part], fact: str) -> None:
    """Why which rows were refused, and what was put right, by the line of the file; no cell of it is told."""
    by_code: Counter[str] = Counter()
    alike: dict[tuple[str, str], list[int]] = defaultdict(list)
    for part in parts:
        for row in part.faulty():
            for issue in row.issues:
                if issue["severity"] == Severity.ERROR:
                    by_code[issue["code"]] += 1
                    if by_code[issue["code"]] <= MOST_TOLD:
                        journey.note(f"第 {part.line(row)} 行没有导入：{_told(part.batch, issue)}{issue['fix']}")
        for row in part.batch.rows.filter(state=RowState.APPLIED).order_by("line"):
            for issue in row.issues:
                alike[_SEVERITIES[issue["severity"]], _told(part.batch, issue)].append(part.line(row))
    for code, count in sorted(by_code.items()):
        if count > MOST_TOLD:
            journey.note(f"还有 {count - MOST_TOLD} 行是同样的原因（{code}），都在退回的文件里。")
    for (what, sentence), lines in sorted(alike.items()):
        journey.note(f"{what}：{sentence}（{lines_shown(lines)}）")
    journey.facts[fact] = dict(sorted(by_code.items()))


_SEVERITIES = {Severity.REPAIRED.value: "自动更正", Severity.WARNING.value: "照常导入，请留意"}


def _told(batch: ImportBatch, issue: dict[str, str]) -> str:
    title = column_title(batch, kind_named(batch.kind), issue["column"])
    return f"{title}：{issue['sentence']}" if title else issue["sentence"]
