"""Finds the table in a sheet: its header, which column is which, where the data ends."""

import re
import unicodedata
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from foundation.imports.cells import Book, Line, Sheet
from foundation.imports.errors import ImportRefusedError
from foundation.imports.kinds import Column, Kind

SEARCHED_LINES = 30
# The running number of a row: schools always have it, nobody needs it.
SERIAL = "#"
_SERIAL_NAMES = frozenset({"序号", "编号", "行号", "no", "序"})
_BRACKETS = re.compile(r"[((\[【〔][^))\]】〕]*[))\]】〕]")
_CIRCLED = re.compile(r"^\s*[①-⑳]")
_NUMBERING = re.compile(r"^(?:\d{1,2}[.、::.]|[一二三四五六七八九十]{1,2}、)")
_NOISE = re.compile(r"[^0-9a-z\u3400-\u9fff]")
_FOOTER = re.compile(
    r"^(?:合计|总计|小计|共计|制表|填表|审核|复核|审批|负责人|经办|联系人|单位盖章|培训机构|盖章|签字|签名|日期|备注|说明|注[::]|附[::]|共\d+)"
)
SHORTEST_GUESS = 2
# What our own workbook of faults adds to the columns of the school.
OUR_COLUMNS = frozenset({"问题", "怎样改", "原文件行号"})

Score = tuple[int, int]


@dataclass(slots=True)
class Recognition:
    """What was found, as it is shown for confirmation. ``mapping``: column of the file (from 0) → code."""

    sheet: str
    header_line: int
    last_header_line: int
    headers: list[str]
    mapping: dict[int, str]
    guessed: list[int] = field(default_factory=list)
    notes: list[dict[str, Any]] = field(default_factory=list)

    def missing(self, kind: Kind) -> list[Column]:
        """Required columns that no column of the file was taken for."""
        found = set(self.mapping.values())
        return [column for column in kind.columns if column.required and column.code not in found]


def normalised(header: str) -> str:
    """What is left of a header when writing habits are taken away: ``1. 身份证号码（必填）*`` → ``身份证号码``."""
    text = unicodedata.normalize("NFKC", _CIRCLED.sub("", header)).lower().strip()
    text = _NUMBERING.sub("", text.lstrip("*★※ "))
    return _NOISE.sub("", _BRACKETS.sub("", text)) or _NOISE.sub("", text)


def _names(kind: Kind) -> dict[str, str]:
    names = dict.fromkeys(_SERIAL_NAMES, SERIAL)
    for column in kind.columns:
        for name in (str(column.title), *column.aliases):
            names[normalised(name)] = column.code
    return names


def mapped(headers: list[str], kind: Kind) -> tuple[dict[int, str], list[int]]:
    """Which column of the file is which, and which of that was guessed from a part of the name."""
    names = _names(kind)
    mapping: dict[int, str] = {}
    guessed: list[int] = []
    texts = [normalised(header) for header in headers]
    for index, header in enumerate(texts):
        code = names.get(header)
        if code and code not in mapping.values():
            mapping[index] = code
    for index, header in enumerate(texts):
        if index in mapping or len(header) < SHORTEST_GUESS or headers[index] in OUR_COLUMNS:
            continue
        close = {
            code: len(name)
            for name, code in names.items()
            if code != SERIAL
            and code not in mapping.values()
            and len(name) >= SHORTEST_GUESS
            and (name in header or header in name)
        }
        if close:
            mapping[index] = max(close, key=close.__getitem__)
            guessed.append(index)
    return mapping, guessed


def recognise(book: Book, kind: Kind, *, sheet_name: str | None = None, header_line: int | None = None) -> Recognition:
    """The sheet, header and columns that fit the kind best, or ``ImportRefusedError`` when nothing does.

    A sheet or a header row that the user chose is taken as given.
    """
    best: tuple[Score, Recognition] | None = None
    others: list[str] = []
    for sheet in book.sheets:
        if sheet.is_hidden or (sheet_name is not None and sheet.name != sheet_name):
            continue
        found = _best_header(sheet, kind, header_line)
        if found is None:
            continue
        if best is None or found[0] > best[0]:
            if best is not None:
                others.append(best[1].sheet)
            best = found
        else:
            others.append(sheet.name)
    if best is None:
        wanted = "、".join(str(column.title) for column in kind.columns if column.required)
        raise ImportRefusedError(
            "no_header",
            _("在前 %(lines)d 行里没有找到表头。表头应至少有这些列：%(wanted)s。")
            % {"lines": SEARCHED_LINES, "wanted": wanted},
        )
    recognition = best[1]
    recognition.notes += _notes(book, recognition, others)
    return recognition


def _best_header(sheet: Sheet, kind: Kind, header_line: int | None) -> tuple[Score, Recognition] | None:
    best: tuple[Score, Recognition] | None = None
    lines = [line for line in sheet.lines[:SEARCHED_LINES] if header_line is None or line.number == header_line]
    following = {line.number: after for line, after in zip(sheet.lines, sheet.lines[1:], strict=False)}
    for line in lines:
        spans = [[line], [line, following[line.number]]] if line.number in following else [[line]]
        for span in spans:
            headers = _joined(span)
            mapping, guessed = mapped(headers, kind)
            known = [code for code in mapping.values() if code != SERIAL]
            # A column that was guessed counts half; two header rows must know more than one of them alone.
            score = (2 * len(known) - len(guessed), -len(span))
            enough = len(known) >= min(2, len(kind.columns)) or (header_line is not None and known)
            if enough and (best is None or score > best[0]):
                best = (score, Recognition(sheet.name, line.number, span[-1].number, headers, mapping, guessed))
    return best


def _joined(span: list[Line]) -> list[str]:
    """Headers of one row, or of two: the lower where it has one, else the upper."""
    width = max(len(line.texts) for line in span)
    joined = []
    for index in range(width):
        parts = [line.texts[index].strip() for line in span if index < len(line.texts) and line.texts[index].strip()]
        joined.append(" ".join(parts[-1].split()) if parts else "")
    return joined


def _notes(book: Book, recognition: Recognition, others: list[str]) -> list[dict[str, Any]]:
    notes = []
    if book.encoding and book.encoding != "UTF-8":
        notes.append(_note("encoding", _("文件按 %(name)s 编码读取。") % {"name": book.encoding}))
    hidden = [sheet.name for sheet in book.sheets if sheet.is_hidden]
    if hidden:
        notes.append(_note("hidden_sheets", _("隐藏的工作表没有读取：%(names)s。") % {"names": "、".join(hidden)}))
    if others:
        sentence = _("还有 %(names)s 也像是名单，没有读取。需要时在下面改选工作表。")
        notes.append(_note("other_sheets", sentence % {"names": "、".join(others)}))
    unknown = [
        header
        for index, header in enumerate(recognition.headers)
        if header and index not in recognition.mapping and header not in OUR_COLUMNS
    ]
    if unknown:
        notes.append(_note("unknown_columns", _("这些列不需要，不导入：%(names)s。") % {"names": "、".join(unknown)}))
    return notes


def _note(code: str, sentence: str) -> dict[str, Any]:
    return {"code": code, "sentence": sentence}


def data_lines(sheet: Sheet, recognition: Recognition, kind: Kind) -> tuple[list[Line], list[dict[str, Any]]]:
    """The rows that hold data, and a note for every row below the header that was left out."""
    wanted = [index for index, code in recognition.mapping.items() if code != SERIAL]
    required = {column.code for column in kind.columns if column.required}
    needed = [index for index, code in recognition.mapping.items() if code in required]
    header = [normalised(text) for text in recognition.headers]
    kept: list[Line] = []
    notes: list[dict[str, Any]] = []
    for line in sheet.lines:
        if line.number <= recognition.last_header_line:
            continue
        reason = _left_out(line, wanted, needed, header)
        if reason:
            notes.append({"code": "left_out", "line": line.number, "sentence": reason})
        else:
            kept.append(line)
    return kept, notes


def _left_out(line: Line, wanted: list[int], needed: list[int], header: list[str]) -> str:
    filled = [index for index, text in enumerate(line.texts) if text.strip()]
    known = [index for index in filled if index in wanted]
    first = line.texts[filled[0]].strip()
    is_poor = len(known) <= max(1, len(wanted) // 2) or not set(needed) <= set(known)
    if is_poor and _FOOTER.match(unicodedata.normalize("NFKC", first)):
        return _("第 %(line)d 行是表尾说明，没有作为数据读取。") % {"line": line.number}
    if not known:
        return _("第 %(line)d 行没有要导入的内容，没有读取。") % {"line": line.number}
    if len(known) > 1 and all(normalised(line.texts[index]) == header[index] for index in known):
        return _("第 %(line)d 行是重复的表头，没有作为数据读取。") % {"line": line.number}
    # A long remark in one cell, or one that merged cells carry: never a person, never an organisation.
    if len(known) == 1 and len(filled) == 1 and len(wanted) > 2 and len(first) > 15:
        return _("第 %(line)d 行是说明文字，没有作为数据读取。") % {"line": line.number}
    return ""
