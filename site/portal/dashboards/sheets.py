"""A table as data: the page shows it, the picture is drawn from it, the file holds it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from typing import Any

from django.utils.functional import Promise
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from courses.completion.sheets import csv_pieces, csv_text, text_row, xlsx_pieces
from portal.design.formats import format_yuan
from subsidies.ledger.pages import yuan_text

# What stands where a figure must not be shown, and where there is none.
HIDDEN_MARK = "＊"
NOTHING = "—"
HIDDEN = object()


class Kind(StrEnum):
    COUNT = "count"
    SHARE = "share"  # (part, whole)
    YUAN = "yuan"  # fen
    DAYS = "days"
    TEXT = "text"


@dataclass(frozen=True, slots=True)
class Column:
    """What a figure is; ``is_beside`` puts it into the cell of the one before it, small, on the page only."""

    label: str | Promise
    kind: Kind = Kind.COUNT
    is_beside: bool = False

    @property
    def title(self) -> str:
        return _("%(label)s（元）") % {"label": self.label} if self.kind is Kind.YUAN else str(self.label)


@dataclass(frozen=True, slots=True)
class Cell:
    """A figure as people read it, and what stands small beside it."""

    text: str
    kind: Kind
    beside: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """A line: what it is about, its figures, and where there is more of it."""

    label: str
    cells: Sequence[Any]
    url: str = ""


@dataclass(frozen=True, slots=True)
class Sheet:
    """One table with its picture. ``name`` is its address among those of the page."""

    name: str
    title: str
    head: str
    columns: Sequence[Column]
    rows: Sequence[Row]
    total: Row | None = None
    note: str = ""
    chart: SafeString = field(default_factory=SafeString)
    legend: Sequence[str] = ()

    @property
    def shown_columns(self) -> list[Column]:
        """The columns that stand on the page."""
        return [column for column in self.columns if not column.is_beside]

    @property
    def shown(self) -> list[tuple[Row, list[Cell]]]:
        """The lines with their figures as people read them."""
        return [(row, self._texts(row)) for row in self.rows]

    @property
    def shown_total(self) -> list[Cell]:
        return self._texts(self.total) if self.total else []

    def _texts(self, row: Row) -> list[Cell]:
        found: list[Cell] = []
        for column, cell in zip(self.columns, row.cells, strict=True):
            text = shown(column.kind, cell)
            if column.is_beside:
                found[-1] = replace(found[-1], beside=text)
            else:
                found.append(Cell(text, column.kind))
        return found

    def lines(self) -> Iterator[list[str]]:
        """Head, lines and total for a file: plain figures, yuan with two places."""
        yield [self.head, *(column.title for column in self.columns)]
        for row in [*self.rows, *([self.total] if self.total else [])]:
            pairs = zip(self.columns, row.cells, strict=True)
            yield [row.label, *(filed(column.kind, cell) for column, cell in pairs)]


def shown(kind: Kind, cell: Any) -> str:
    """``12,345``, ``91.7%``, ``1,200`` yuan; a dash for nothing, a mark for what stays hidden."""
    if cell is HIDDEN:
        return HIDDEN_MARK
    if cell is None:
        return NOTHING
    if kind is Kind.SHARE:
        return share_text(*cell)
    if kind is Kind.YUAN:
        return format_yuan(cell).removesuffix(_("元")).strip()
    return f"{cell:,}" if kind in {Kind.COUNT, Kind.DAYS} else str(cell)


def filed(kind: Kind, cell: Any) -> str:
    if cell is None or cell is HIDDEN:
        return "" if cell is None else HIDDEN_MARK
    if kind is Kind.YUAN:
        return yuan_text(cell)
    return shown(kind, cell) if kind is Kind.SHARE else str(cell)


def share_text(part: int, whole: int) -> str:
    """``91.7%``, rounded once; a dash when there is nothing to be a part of."""
    if not whole:
        return NOTHING
    return f"{(Decimal(part * 100) / whole).quantize(Decimal('0.1'), ROUND_HALF_UP)}%"


def sheet_file(sheet: Sheet, kind: str) -> Iterator[bytes]:
    """The table as a workbook or as CSV, with nothing in it that a spreadsheet would run."""
    if kind == "csv":
        return csv_pieces(",".join(csv_text(cell) for cell in line) for line in sheet.lines())
    return xlsx_pieces([(sheet.title[:31], (text_row(line) for line in sheet.lines()))])
