"""A roster brought class by class: what each class takes, what is refused, and the file of those who go on."""

import io
from collections.abc import Mapping
from dataclasses import dataclass, field

import openpyxl
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

from foundation.imports.models import ImportBatch, ImportRow
from foundation.imports.states import RowState, Severity
from portal.journey.files import file_brought
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
