"""Tries every row and gathers everything that is wrong with each; changes nothing."""

from collections.abc import Callable, Iterable
from datetime import date
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from foundation.imports.cells import Line
from foundation.imports.headers import SERIAL
from foundation.imports.kinds import Column, ImportedRow, Issue, Kind
from foundation.imports.states import Severity

if TYPE_CHECKING:
    from foundation.imports.models import ImportBatch

TOLD_EVERY = 1000


def rows_check(
    batch: "ImportBatch",
    kind: Kind,
    lines: Iterable[Line],
    *,
    on: date,
    tell: Callable[[int], None] = lambda _done: None,
) -> list[ImportedRow]:
    """Every row parsed, looked up and compared with the others. ``tell`` hears how many rows are done."""
    columns = [
        (index, column)
        for index, code in sorted(batch.columns.items())
        if code != SERIAL and (column := kind.column(code)) is not None
    ]
    rows = [row_parse(line, columns) for line in lines]
    context: Any = kind.prepare(batch, rows, on=on)
    for done, row in enumerate(rows, start=1):
        kind.check_row(row, context)
        if done % TOLD_EVERY == 0:
            tell(done)
    kind.check_all(rows, context)
    return rows


def row_parse(line: Line, columns: list[tuple[int, Column]]) -> ImportedRow:
    """The values of one row, with an issue for every cell that has one."""
    row = ImportedRow(line.number, {})
    for index, column in columns:
        cell = line.cell(index)
        if not cell.text.strip():
            if column.required:
                row.error(
                    column.code,
                    "missing",
                    _("没有填写%(title)s。") % {"title": column.title},
                    _("请补上%(title)s。") % {"title": column.title},
                )
            continue
        value, findings = column.parse(cell)
        for finding in findings:
            row.issues.append(Issue(column.code, *finding))
        if not any(finding.severity is Severity.ERROR for finding in findings):
            if value not in (None, ""):
                row.values[column.code] = value
            elif column.required:
                row.error(column.code, "missing", _("没有填写%(title)s。") % {"title": column.title})
    return row


def duplicates(rows: Iterable[ImportedRow], *codes: str) -> list[tuple[ImportedRow, ImportedRow]]:
    """Pairs of a row and the earlier row that has the same values in these columns."""
    first: dict[tuple[Any, ...], ImportedRow] = {}
    found = []
    for row in rows:
        key = tuple(row.values.get(code) for code in codes)
        if None in key:
            continue
        earlier = first.setdefault(key, row)
        if earlier is not row:
            found.append((row, earlier))
    return found


def issues_stored(row: ImportedRow) -> list[dict[str, str]]:
    """The issues as the database keeps them."""
    return [
        {
            "column": issue.column,
            "severity": issue.severity.value,
            "code": issue.code,
            "sentence": issue.sentence,
            "fix": issue.fix,
        }
        for issue in row.issues
    ]
