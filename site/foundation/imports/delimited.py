"""Reads text files with separators, in the encodings that Chinese offices use."""

import csv
import io
import re

from django.utils.translation import gettext as _

from foundation.imports.archive import too_many
from foundation.imports.cells import Book, Cell, Limits, Line, Origin, Sheet
from foundation.imports.errors import ImportRefusedError

# ="0123" is how exports keep Excel from eating a zero: text, not a formula.
_QUOTED = re.compile(r'="([^"]*)"')
_SHORTENED = re.compile(r"[1-9](\.\d+)?[Ee]\+\d{1,2}")
SAMPLE = 64 * 1024


def decode(data: bytes) -> tuple[str, str]:
    """The text and the name of its encoding; refuses what is not text."""
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        candidates = ["utf-16"]
    elif b"\0" in data[:SAMPLE]:
        candidates = []
    else:
        candidates = ["utf-8-sig", "gb18030"]
    for encoding in candidates:
        try:
            return data.decode(encoding), {"utf-8-sig": "UTF-8", "utf-16": "UTF-16", "gb18030": "GB18030"}[encoding]
        except UnicodeDecodeError:
            continue
    raise ImportRefusedError(
        "unknown_type", _("认不出这个文件。请用 Excel 或 WPS 打开，另存为 .xlsx 或 .csv 后再上传。")
    )


def read_delimited(data: bytes, limits: Limits) -> Book:
    """The one table of a text file. Row numbers are those a spreadsheet would show."""
    text, encoding = decode(data)
    head = text[:SAMPLE]
    # A comma inside Chinese text is another character, so the most frequent candidate is the separator.
    separator = max(",\t;|", key=head.count)
    sheet = Sheet("", [])
    left = limits.cells
    try:
        for number, record in enumerate(csv.reader(io.StringIO(text, newline=""), delimiter=separator), start=1):
            while record and not record[-1].strip():
                record.pop()
            if not record:
                continue
            left -= len(record)
            if len(sheet.lines) > limits.rows + 100 or len(record) > limits.columns or left < 0:
                raise too_many(limits)
            sheet.lines.append(_line(number, record, limits))
    except csv.Error as error:
        raise ImportRefusedError(
            "broken_text", _("这个文本文件里有读不懂的内容。请用 Excel 或 WPS 打开，另存为 .xlsx 后再上传。")
        ) from error
    return Book([sheet], encoding)


def _line(number: int, record: list[str], limits: Limits) -> Line:
    line = Line(number, [])
    for index, value in enumerate(record):
        cell = _cell(value[: limits.cell_characters])
        line.texts.append(cell.text)
        if cell.origin is not Origin.TEXT:
            line.origins[index] = cell.origin
    return line


def _cell(value: str) -> Cell:
    stripped = value.strip()
    if quoted := _QUOTED.fullmatch(stripped):
        return Cell(quoted[1])
    if stripped.startswith("="):
        return Cell(stripped, Origin.FORMULA)
    if _SHORTENED.fullmatch(stripped):
        return Cell(stripped, Origin.LOST_DIGITS)
    return Cell(value)
