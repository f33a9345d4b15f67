"""Reads .xlsx cell by cell, as stored: formulas as text, numbers with the digits the file has, nothing evaluated.

The libraries at hand either give a formula's last result instead of the formula, or take six times as long; and they
build the whole rectangle a file claims to fill. This reader keeps only cells that have content.
"""

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import lru_cache
from xml.parsers import expat

from foundation.imports.archive import Archive, broken, too_many
from foundation.imports.cells import Book, Cell, Limits, Line, Origin, Sheet, number_cell

# Number formats 14-22 and 45-47 are dates everywhere; 27-36 and 50-58 are dates in Chinese versions.
DATE_FORMATS = frozenset([*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)])
_LITERAL = re.compile(r'"[^"]*"|\[[^\]]*\]|\\.|_.|\*.')
_INTEGER = re.compile(r"-?\d{1,15}")

Attributes = dict[str, str]
DATE_STYLE = -1  # style kinds: DATE_STYLE, 0 for none, n for a number shown with n digits and leading zeros


@lru_cache(maxsize=256)
def _local(name: str) -> str:
    return name.rpartition(":")[2]


def _parse(
    archive: Archive,
    name: str,
    start: Callable[[str, Attributes], None],
    end: Callable[[str], None] | None = None,
    text: Callable[[str], None] | None = None,
) -> None:
    def refuse(*_args: object) -> None:
        raise broken()

    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.buffer_size = 64 * 1024
    parser.StartDoctypeDeclHandler = refuse  # no spreadsheet has one, and entities are how XML explodes
    parser.StartElementHandler = start
    if end:
        parser.EndElementHandler = end
    if text:
        parser.CharacterDataHandler = text
    try:
        for piece in archive.pieces(name):
            parser.Parse(piece, False)  # noqa: FBT003 - positional in the C signature
        parser.Parse(b"", True)  # noqa: FBT003
    except (expat.ExpatError, ValueError, IndexError) as error:
        raise broken() from error


def read_xlsx(archive: Archive, limits: Limits) -> Book:
    """All visible worksheets; hidden ones by name only."""
    listed, is_1904 = _sheets(archive)
    strings = _shared_strings(archive, limits)
    styles = _styles(archive)
    book = Book([])
    left = limits.cells
    for name, path, is_hidden in listed:
        sheet = Sheet(name, [], is_hidden)
        if not is_hidden and path in archive.names:
            reader = _SheetReader(strings, styles, limits, left, is_1904=is_1904)
            _parse(archive, path, reader.start, reader.end, reader.text)
            sheet.lines = reader.lines
            left = reader.left
        book.sheets.append(sheet)
    return book


def _sheets(archive: Archive) -> tuple[list[tuple[str, str, bool]], bool]:
    """Name, path and whether hidden of each worksheet, in the order of the tabs; and the epoch of its dates."""
    targets: dict[str, str] = {}
    listed: list[tuple[str, str, bool]] = []
    epoch = {"is_1904": False}

    def relation(name: str, attributes: Attributes) -> None:
        if _local(name) == "Relationship" and attributes.get("Type", "").endswith("/worksheet"):
            target = attributes.get("Target", "")
            targets[attributes.get("Id", "")] = target.lstrip("/") if target.startswith("/") else f"xl/{target}"

    def sheet(name: str, attributes: Attributes) -> None:
        if _local(name) == "workbookPr":
            epoch["is_1904"] = attributes.get("date1904") in ("1", "true")
        if _local(name) == "sheet":
            key = next((value for label, value in attributes.items() if _local(label) == "id"), "")
            if key in targets:
                hidden = attributes.get("state", "visible") != "visible"
                listed.append((attributes.get("name", ""), targets[key], hidden))

    _parse(archive, "xl/_rels/workbook.xml.rels", relation)
    _parse(archive, "xl/workbook.xml", sheet)
    return listed, epoch["is_1904"]


def _shared_strings(archive: Archive, limits: Limits) -> list[str]:
    strings: list[str] = []
    if "xl/sharedStrings.xml" not in archive.names:
        return strings
    parts: list[str] = []
    inside = {"t": False, "phonetic": False}

    def start(name: str, _attributes: Attributes) -> None:
        name = _local(name)
        if name == "si":
            parts.clear()
        elif name == "rPh":
            inside["phonetic"] = True
        elif name == "t":
            inside["t"] = not inside["phonetic"]

    def end(name: str) -> None:
        name = _local(name)
        if name == "si":
            if len(strings) > limits.cells:
                raise too_many(limits)
            strings.append("".join(parts)[: limits.cell_characters])
        elif name == "rPh":
            inside["phonetic"] = False
        elif name == "t":
            inside["t"] = False

    def text(data: str) -> None:
        if inside["t"]:
            parts.append(data)

    _parse(archive, "xl/sharedStrings.xml", start, end, text)
    return strings


def _styles(archive: Archive) -> list[int]:
    """For every cell style: whether it shows a date, or how many digits it pads to."""
    if "xl/styles.xml" not in archive.names:
        return []
    formats: dict[int, str] = {}
    found: list[int] = []
    where: list[str] = []

    def kind(number: int) -> int:
        code = _LITERAL.sub("", formats.get(number, "")).split(";")[0]
        if number in DATE_FORMATS or re.search(r"[ymdhs]", code, re.IGNORECASE):
            return DATE_STYLE
        return len(code) if re.fullmatch(r"0{2,20}", code) else 0

    def start(name: str, attributes: Attributes) -> None:
        name = _local(name)
        where.append(name)
        if name == "numFmt":
            formats[int(attributes["numFmtId"])] = attributes.get("formatCode", "")
        elif name == "xf" and where[-2:-1] == ["cellXfs"]:
            found.append(kind(int(attributes.get("numFmtId", "0"))))

    def end(_name: str) -> None:
        where.pop()

    _parse(archive, "xl/styles.xml", start, end)
    return found


class _SheetReader:
    """Receives the events of one worksheet and keeps the rows that have content."""

    def __init__(self, strings: list[str], styles: list[int], limits: Limits, left: int, *, is_1904: bool) -> None:
        self.strings = strings
        self.styles = styles
        self.limits = limits
        self.left = left
        self.epoch = datetime(1904, 1, 1) if is_1904 else datetime(1899, 12, 30)  # noqa: DTZ001 - days, not moments
        self.lines: list[Line] = []
        self.row = 0
        self.column = -1
        self.cells: dict[int, Cell] = {}
        self.kind = ""
        self.style = 0
        self.inside = ""
        self.value: list[str] = []
        self.formula: list[str] | None = None
        self.shared: dict[str, str] = {}
        self.shared_key = ""
        self.columns: dict[str, int] = {}

    def start(self, name: str, attributes: Attributes) -> None:
        name = _local(name)
        if name == "c":
            self._cell_begins(attributes)
        elif name == "row":
            self.row = int(attributes["r"]) if "r" in attributes else self.row + 1
            self.column = -1
            self.cells = {}
        elif name in ("v", "t"):
            self.inside = "v" if self.inside != "phonetic" else self.inside
        elif name == "f":
            self.inside = "f"
            self.formula = []
            self.shared_key = attributes.get("si", "") if attributes.get("t") == "shared" else ""
        elif name == "rPh":
            self.inside = "phonetic"

    def _cell_begins(self, attributes: Attributes) -> None:
        reference = attributes.get("r", "")
        self.column = self._column(reference.rstrip("0123456789")) if reference else self.column + 1
        self.kind = attributes.get("t", "n")
        self.style = int(attributes.get("s", "0"))
        self.value = []
        self.formula = None
        self.inside = ""

    def _column(self, letters: str) -> int:
        if letters not in self.columns:
            number = 0
            for letter in letters:
                number = number * 26 + ord(letter) - 64
            self.columns[letters] = number - 1
        return self.columns[letters]

    def text(self, data: str) -> None:
        if self.inside == "v":
            self.value.append(data)
        elif self.inside == "f" and self.formula is not None:
            self.formula.append(data)

    def end(self, name: str) -> None:
        name = _local(name)
        if name in ("v", "t", "f"):
            self.inside = "phonetic" if self.inside == "phonetic" else ""
        elif name == "rPh":
            self.inside = ""
        elif name == "c":
            cell = self._cell()
            if cell.text:
                self._keep(cell)
        elif name == "row" and self.cells:
            self._row_ends()

    def _keep(self, cell: Cell) -> None:
        self.left -= 1
        if self.left < 0 or self.column >= self.limits.columns:
            raise too_many(self.limits)
        self.cells[self.column] = cell

    def _row_ends(self) -> None:
        texts = [""] * (max(self.cells) + 1)
        origins: dict[int, Origin] = {}
        for index, cell in self.cells.items():
            texts[index] = cell.text
            if cell.origin is not Origin.TEXT:
                origins[index] = cell.origin
        if any(text.strip() for text in texts):
            self.lines.append(Line(self.row, texts, origins))
            if len(self.lines) > self.limits.rows + 100:
                raise too_many(self.limits)
        self.cells = {}

    def _cell(self) -> Cell:
        raw = "".join(self.value)
        if self.formula is not None:
            return self._formula(raw)
        if not raw:
            return Cell("")
        if self.kind == "s":
            return Cell(self.strings[int(raw)])
        return self._typed(raw[: self.limits.cell_characters])

    def _typed(self, raw: str) -> Cell:
        if self.kind == "e":
            return Cell(raw, Origin.ERROR)
        if self.kind == "b":
            return Cell("TRUE" if raw == "1" else "FALSE")
        if self.kind == "d":
            return Cell(raw.replace("T", " ").removesuffix(" 00:00:00"), Origin.DATE)
        return Cell(raw) if self.kind in ("str", "inlineStr") else self._number(raw)

    def _formula(self, result: str) -> Cell:
        text = "".join(self.formula or [])
        if self.shared_key:
            text = self.shared.setdefault(self.shared_key, text) if text else self.shared.get(self.shared_key, result)
        return Cell(f"={text}"[: self.limits.cell_characters], Origin.FORMULA)

    def _number(self, raw: str) -> Cell:
        style = self.styles[self.style] if self.style < len(self.styles) else 0
        if style == DATE_STYLE:
            return self._date(float(raw))
        cell = Cell(raw, Origin.NUMBER) if _INTEGER.fullmatch(raw) else number_cell(float(raw))
        if style and cell.text.isdecimal():
            return Cell(cell.text.zfill(style), cell.origin)
        return cell

    def _date(self, serial: float) -> Cell:
        try:
            moment = self.epoch + timedelta(seconds=round(serial * 86400))
        except OverflowError:
            return number_cell(serial)
        if serial < 1:
            return Cell(moment.strftime("%H:%M:%S"), Origin.DATE)
        return Cell(str(moment).removesuffix(" 00:00:00"), Origin.DATE)
