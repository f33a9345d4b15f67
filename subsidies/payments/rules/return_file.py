"""回盘文件: what the bank answered, held against what was sent, character by character.

Any problem stops the whole file. Every problem of every line is told, in words without names and accounts.

A file may answer part of a batch; a later one brings the rest. That is safe because a line is answered once: a line
that an earlier file has answered stops the next file. What is still waited for stands on the page of the batch and in
the reconciliation, so a file that was cut off on its way is seen there.
"""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from subsidies.payments.rules.bank_file import (
    ENCODING,
    RETURN_COLUMNS,
    RETURN_HEADER,
    SEPARATOR,
    BankLine,
    amount_text,
)

PAID, FAILED = "成功", "失败"
MOST_BYTES = 16 * 1024 * 1024
MOST_LINES = 100_000
LONGEST_REASON = 100
MARKS = {
    b"\xef\xbb\xbf": "UTF-8",
    b"\xff\xfe": "UTF-16",
    b"\xfe\xff": "UTF-16",
    b"PK\x03\x04": "Excel",
    b"\xd0\xcf\x11\xe0": "Excel",
}


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with a line; line 0 is the file as a whole."""

    line: int
    code: str
    text: str

    def as_data(self) -> dict[str, Any]:
        return {"line": self.line, "code": self.code, "text": self.text}


@dataclass(frozen=True, slots=True)
class ReturnRow:
    """One line of a file, with its place in it, as it came."""

    line: int
    number: str
    serial: str
    name: str
    account: str
    amount: str
    outcome: str
    reason: str

    @property
    def is_paid(self) -> bool:
        return self.outcome == PAID


def return_parse(content: bytes) -> tuple[list[ReturnRow], list[Problem]]:
    """The lines of a file, and what keeps it from being read as one. Nothing is repaired or guessed."""
    if problem := _whole(content):
        return [], [problem]
    pieces = content.split(b"\n")
    if pieces[-1] == b"":
        pieces.pop()
    if len(pieces) > MOST_LINES:
        return [], [Problem(0, "too_large", _("文件超过 %(count)d 行。") % {"count": MOST_LINES})]
    rows: list[ReturnRow] = []
    problems: list[Problem] = []
    for line, piece in enumerate(pieces, start=1):
        # The end of a line is never part of a character in GB18030; the separator may be, so it is looked for in text.
        try:
            text = piece.removesuffix(b"\r").decode(ENCODING)
        except UnicodeDecodeError:
            problems.append(Problem(line, "encoding", _("有不是 GB18030 编码的字节。请用银行原文件，不要转存。")))
            continue
        if line == 1:
            problems += _header(text, content)
        elif row := _row(line, text, problems):
            rows.append(row)
    if any(problem.code == "header" for problem in problems):
        return [], [problem for problem in problems if problem.code == "header"]
    if not rows and not problems:
        problems.append(Problem(0, "no_lines", _("文件只有表头，没有明细。请向银行索取完整的文件。")))
    return rows, problems


def _whole(content: bytes) -> Problem | None:
    if not content.strip():
        return Problem(0, "empty", _("文件是空的。请重新下载银行的回盘文件。"))
    if len(content) > MOST_BYTES:
        return Problem(0, "too_large", _("文件超过 %(size)d MB。") % {"size": MOST_BYTES // 1024 // 1024})
    for mark, kind in MARKS.items():
        if content.startswith(mark):
            sentence = _("这是 %(kind)s 文件，回盘文件应是 GB18030 编码的文本。请上传银行给的原文件，不要打开后另存。")
            return Problem(0, "kind", sentence % {"kind": kind})
    return None


def _header(text: str, content: bytes) -> list[Problem]:
    if text == RETURN_HEADER:
        return []
    try:
        is_utf8 = content.decode("utf-8").startswith(RETURN_HEADER)
    except UnicodeDecodeError:
        is_utf8 = False
    if is_utf8:
        return [Problem(1, "header", _("这是 UTF-8 编码的文件，可能另存过。请上传银行给的 GB18030 原文件。"))]
    return [Problem(1, "header", _("第一行应是表头“%(header)s”。请核对是不是回盘文件。") % {"header": RETURN_HEADER})]


def _row(line: int, text: str, problems: list[Problem]) -> ReturnRow | None:
    fields = text.split(SEPARATOR)
    if len(fields) != len(RETURN_COLUMNS):
        sentence = _("应有 %(wanted)d 列，这一行有 %(found)d 列。")
        problems.append(Problem(line, "columns", sentence % {"wanted": len(RETURN_COLUMNS), "found": len(fields)}))
        return None
    return ReturnRow(line, *fields)


def return_check(
    rows: Sequence[ReturnRow],
    *,
    number: str,
    sent: Mapping[int, BankLine],
    answered: Collection[int],
) -> list[Problem]:
    """What does not agree with the lines of the batch. ``answered`` are the serials an earlier file has answered."""
    times = Counter(row.serial for row in rows)
    lines = {str(line.serial): line for line in sent.values()}
    before = {str(serial) for serial in answered}
    problems: list[Problem] = []
    for row in rows:
        found = _answer(row)
        if row.number != number:
            found += [("batch_other", _("批次号与第一行不同。一个回盘文件只能是一个批次的。"))]
        line = lines.get(row.serial)
        if line is None:
            found += [("serial_unknown", _("本批次没有这个序号的明细。"))]
        else:
            found += _differences(row, line)
        if times[row.serial] > 1:
            found += [("serial_twice", _("同一序号在文件里出现了 %(times)d 次。") % {"times": times[row.serial]})]
        if row.serial in before:
            found += [("serial_answered", _("这一笔在以前的回盘文件里已经有结果。"))]
        problems += [Problem(row.line, code, text) for code, text in found]
    return problems


def _differences(row: ReturnRow, line: BankLine) -> Iterator[tuple[str, str]]:
    if row.name != line.name:
        yield "name_differs", _("户名与送盘文件不同。")
    if row.account != line.account:
        yield "account_differs", _("账号与送盘文件不同。")
    if row.amount != amount_text(line.amount_fen):
        yield "amount_differs", _("金额与送盘文件不同，送盘是 %(sent)s 元。") % {"sent": amount_text(line.amount_fen)}


def _answer(row: ReturnRow) -> list[tuple[str, str]]:
    if row.outcome not in {PAID, FAILED}:
        return [("outcome_unknown", _("结果只能是“成功”或“失败”。"))]
    if row.outcome == FAILED and not row.reason.strip():
        return [("reason_missing", _("失败的没有写原因。"))]
    if row.outcome == PAID and row.reason:
        return [("reason_on_success", _("成功的却写了原因，请与银行核实是否到账。"))]
    if len(row.reason) > LONGEST_REASON or not row.reason.isprintable():
        return [("reason_long", _("原因超过 %(count)d 个字，或有不能显示的字符。") % {"count": LONGEST_REASON})]
    return []
