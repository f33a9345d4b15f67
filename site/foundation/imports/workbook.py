"""The workbook that goes back to whoever sent the file: their own columns, what is wrong, and what to do."""

from collections.abc import Iterable
from io import BytesIO
from typing import Any

from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter

from foundation.imports.kinds import Kind
from foundation.imports.models import ImportBatch, ImportRow
from foundation.imports.registry import kind_named
from foundation.imports.selectors import rows_to_mend, rows_to_see
from foundation.imports.states import Severity

_MARKS = {
    Severity.ERROR: PatternFill("solid", start_color="FFFFC7CE"),
    Severity.WARNING: PatternFill("solid", start_color="FFFFEB9C"),
    Severity.REPAIRED: PatternFill("solid", start_color="FFDDEBF7"),
}
_WRAPPED = Alignment(wrap_text=True, vertical="top")
_BOLD = Font(bold=True)
TEXT_FORMAT = "@"


def faults_workbook(batch: ImportBatch) -> bytes:
    """An .xlsx with the rows to mend, and on a second sheet the rows that were put right or deserve a look.

    Every cell is text, so that long numbers survive and formulas are never run. Mended, it can be uploaded as it is.
    """
    kind = kind_named(batch.kind)
    book = Workbook(write_only=True)
    _sheet(book, _("需要修改"), batch, kind, rows_to_mend(batch))
    others = rows_to_see(batch)
    if others.exists():
        _sheet(book, _("已更正和请留意"), batch, kind, others)
    target = BytesIO()
    book.save(target)
    return target.getvalue()


def blank_workbook(kind: Kind) -> bytes:
    """An empty .xlsx with the columns of a kind; every column takes text, so that long numbers survive."""
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.title = str(kind.title)[:31]
    sheet.append([f"{column.title}{_('（必填）') if column.required else ''}" for column in kind.columns])
    for index, _column in enumerate(kind.columns, start=1):
        letter = get_column_letter(index)
        sheet.column_dimensions[letter].width = 24
        sheet.column_dimensions[letter].number_format = TEXT_FORMAT
        sheet[f"{letter}1"].font = _BOLD
    sheet.freeze_panes = "A2"
    target = BytesIO()
    book.save(target)
    return target.getvalue()


def _sheet(book: Workbook, title: str, batch: ImportBatch, kind: Kind, rows: Iterable[ImportRow]) -> None:
    sheet = book.create_sheet(title)
    width = len(batch.headers)
    sheet.freeze_panes = "A2"
    for index in range(1, width + 1):
        sheet.column_dimensions[get_column_letter(index)].width = 18
    for index in (width + 1, width + 2):
        sheet.column_dimensions[get_column_letter(index)].width = 48
    headings = [*batch.headers, _("问题"), _("怎样改"), _("原文件行号")]
    sheet.append([_cell(sheet, heading, font=_BOLD) for heading in headings])
    places = {code: index for index, code in batch.columns.items()}
    for row in rows:
        sheet.append(_row(sheet, row, places=places, batch=batch, kind=kind))


def _row(sheet: Any, row: ImportRow, *, places: dict[str, int], batch: ImportBatch, kind: Kind) -> list[Any]:
    line = row.content
    marks: dict[int, PatternFill] = {}
    for issue in row.issues:
        place = places.get(issue["column"])
        if place is not None:
            marks.setdefault(place, _MARKS[Severity(issue["severity"])])
    cells = [_cell(sheet, line.cell(index).text, fill=marks.get(index)) for index in range(len(batch.headers))]
    problems = "\n".join(_sentence(issue, batch, kind) for issue in row.issues)
    fixes = "\n".join(issue["fix"] for issue in row.issues if issue["fix"])
    return [
        *cells,
        _cell(sheet, problems, wrapped=True),
        _cell(sheet, fixes, wrapped=True),
        _cell(sheet, str(row.line)),
    ]


def _sentence(issue: dict[str, str], batch: ImportBatch, kind: Kind) -> str:
    title = column_title(batch, kind, issue["column"])
    return f"{title}:{issue['sentence']}" if title else issue["sentence"]


def column_title(batch: ImportBatch, kind: Kind, code: str) -> str:
    """What the sender calls a column; our own title when the file has none."""
    for index, mapped in batch.columns.items():
        if mapped == code and index < len(batch.headers) and batch.headers[index]:
            return str(batch.headers[index])
    column = kind.column(code)
    return str(column.title) if column else ""


def _cell(
    sheet: Any, value: str, *, fill: PatternFill | None = None, font: Font | None = None, wrapped: bool = False
) -> Any:
    cell = WriteOnlyCell(sheet, value=ILLEGAL_CHARACTERS_RE.sub("", value))
    cell.data_type = "s"  # a text that begins with = stays a text
    cell.number_format = TEXT_FORMAT
    if fill is not None:
        cell.fill = fill
    if font is not None:
        cell.font = font
    if wrapped:
        cell.alignment = _WRAPPED
    return cell
