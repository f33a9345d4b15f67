"""Tables as files, sent while they are made: a workbook and a text, neither ever whole in memory.

A library builds every cell as an object: openpyxl's write-only sheet takes five seconds of processor time for a school
of 11,000 with 53 lessons, and gives nothing away before it is complete. A sheet is simple enough to be written out:
rows come as bytes of the sheet's own XML, because the database can put those together by itself. All text
is a string in line, so that nothing is ever a formula; CSV guards what a spreadsheet would run with an apostrophe.
"""

import re
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from html import escape
from typing import IO, cast

from foundation.desk import harmless

_NOT_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_TYPES = (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/>'
    '<Override PartName="/xl/workbook.xml"'
    ' ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/>%s</Types>'
)
_TYPE = (
    '<Override PartName="/xl/worksheets/sheet%d.xml"'
    ' ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/>'
)
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_RELATIONS = (
    f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?><Relationships xmlns="{_PACKAGE}">%s</Relationships>'
)
_RELATION = f'<Relationship Id="rId%d" Type="{_OFFICE}/%s" Target="%s"/>'
_BOOK = (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
    f'<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}"><sheets>%s</sheets></workbook>'
)
_SHEET_OF_BOOK = '<sheet name="%s" sheetId="%d" r:id="rId%d"/>'
_SHEET_BEGINS = (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
    f'<worksheet xmlns="{_MAIN}"><sheetViews><sheetView workbookViewId="0">'
    '<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews>'
    '<sheetFormatPr defaultRowHeight="15"/><sheetData>'
)
_SHEET_ENDS = "</sheetData></worksheet>"
# Enough for a packet or two; small pieces cost more than they carry.
PIECE = 128 * 1024
EMPTY_CELL = "<c/>"
# CSV as Excel takes it for Chinese.
CSV_MARK = "\ufeff"


class Sink:
    """What a zip is written into and taken out of again: it is never more than the last piece."""

    def __init__(self) -> None:
        self.pieces: list[bytes] = []

    def write(self, data: bytes) -> int:
        self.pieces.append(bytes(data))
        return len(data)

    def flush(self) -> None:
        """Nothing waits anywhere."""

    def take(self) -> bytes:
        taken = b"".join(self.pieces)
        self.pieces = []
        return taken


def text_cell(text: str) -> str:
    """A cell of text, whatever it looks like."""
    if not text:
        return EMPTY_CELL
    clean = escape(_NOT_IN_XML.sub("", text), quote=False)
    return f'<c t="inlineStr"><is><t xml:space="preserve">{clean}</t></is></c>'


def text_row(texts: Iterable[object]) -> str:
    """A row of text cells."""
    return f"<row>{''.join(text_cell(str(text)) for text in texts)}</row>"


def xlsx_pieces(sheets: Sequence[tuple[str, Iterable[str]]]) -> Iterator[bytes]:
    """A workbook piece by piece: sheets by name, their rows as XML."""
    sink = Sink()
    with zipfile.ZipFile(cast(IO[bytes], sink), "w", zipfile.ZIP_DEFLATED, compresslevel=1) as book:
        for name, content in _frame([name for name, _rows in sheets]):
            book.writestr(name, content)
        for number, (_name, rows) in enumerate(sheets, start=1):
            with book.open(f"xl/worksheets/sheet{number}.xml", "w", force_zip64=True) as part:
                part.write(_SHEET_BEGINS.encode())
                for piece in _pieces(rows):
                    part.write(piece)
                    if sink.pieces:
                        yield sink.take()
                part.write(_SHEET_ENDS.encode())
    yield sink.take()


def _frame(names: Sequence[str]) -> Iterator[tuple[str, str]]:
    numbers = range(1, len(names) + 1)
    yield "[Content_Types].xml", _TYPES % "".join(_TYPE % number for number in numbers)
    yield "_rels/.rels", _RELATIONS % (_RELATION % (1, "officeDocument", "xl/workbook.xml"))
    sheets = (_SHEET_OF_BOOK % (escape(name), number, number) for number, name in zip(numbers, names, strict=True))
    yield "xl/workbook.xml", _BOOK % "".join(sheets)
    relations = (_RELATION % (number, "worksheet", f"worksheets/sheet{number}.xml") for number in numbers)
    yield "xl/_rels/workbook.xml.rels", _RELATIONS % "".join(relations)


def _pieces(rows: Iterable[str]) -> Iterator[bytes]:
    """Rows gathered into pieces worth compressing."""
    held: list[str] = []
    size = 0
    for row in rows:
        held.append(row)
        size += len(row)
        if size >= PIECE:
            yield "".join(held).encode()
            held, size = [], 0
    if held:
        yield "".join(held).encode()


def csv_text(text: str) -> str:
    """A field of a CSV line, harmless to spreadsheets."""
    text = harmless(text)
    return f'"{text.replace(chr(34), chr(34) * 2)}"' if any(sign in text for sign in ',"\r\n') else text


def csv_pieces(lines: Iterable[str]) -> Iterator[bytes]:
    """A CSV file piece by piece, with the mark by which Excel knows UTF-8."""
    yield CSV_MARK.encode()
    yield from _pieces(f"{line}\r\n" for line in lines)
