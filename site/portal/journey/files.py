"""A file of the school, taken in as its office does: uploaded, checked, applied; and what was found in its rows."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from django.utils import timezone

from foundation.imports.headers import data_lines, recognise
from foundation.imports.models import ImportBatch
from foundation.imports.readers import book_read
from foundation.imports.registry import kind_named
from foundation.imports.services import batch_upload
from foundation.imports.states import RowState, Severity
from foundation.imports.workbook import column_title
from portal.journey.registers import batch_applied, batch_checked
from portal.journey.state import Journey

if TYPE_CHECKING:
    from portal.journey.rosters import Part

# Of one sort of fault.
MOST_TOLD = 20
# Lines of one sort that are named.
MOST_LINES = 30


def rows_in(path: Path, kind_code: str) -> int:
    """How many rows of data a file has, read apart from any import."""
    kind, book = kind_named(kind_code), book_read(path.read_bytes())
    found = recognise(book, kind)
    sheet = next(sheet for sheet in book.sheets if sheet.name == found.sheet)
    return len(data_lines(sheet, found, kind)[0])


def file_brought(journey: Journey, kind: str, data: bytes, name: str, *, target: str) -> ImportBatch:
    """The school's file, uploaded; ``ImportRefusedError`` when it cannot be read."""
    cast, at = journey.cast, journey.clock.at
    batch, _is_new = batch_upload(
        kind_code=kind,
        data=data,
        file_name=name,
        actor=cast.staff,
        at=at,
        on=timezone.localdate(at),
        organisation=cast.school.organisation,
        target=target,
    )
    return batch


def file_imported(journey: Journey, kind: str, data: bytes, name: str, *, target: str) -> ImportBatch:
    """The school's file after every sound row was applied."""
    batch = file_brought(journey, kind, data, name, target=target)
    batch = batch_checked(batch, actor=journey.cast.staff, clock=journey.clock)
    return batch_applied(batch, actor=journey.cast.staff, clock=journey.clock)


def rows_told(journey: Journey, parts: Iterable["Part"], fact: str) -> None:
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


def lines_shown(lines: list[int]) -> str:
    """Lines in words, the first of them named."""
    named = "、".join(map(str, sorted(lines)[:MOST_LINES]))
    return f"第 {named} 行" if len(lines) <= MOST_LINES else f"第 {named} 等 {len(lines)} 行"
