"""A file of the school, taken in as its office does: uploaded, checked, applied."""

from pathlib import Path

from django.utils import timezone

from foundation.imports.headers import data_lines, recognise
from foundation.imports.models import ImportBatch
from foundation.imports.readers import book_read
from foundation.imports.registry import kind_named
from foundation.imports.services import batch_upload
from portal.journey.registers import batch_applied, batch_checked
from portal.journey.state import Journey

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


def lines_shown(lines: list[int]) -> str:
    """Lines in words, the first of them named."""
    named = "、".join(map(str, sorted(lines)[:MOST_LINES]))
    return f"第 {named} 行" if len(lines) <= MOST_LINES else f"第 {named} 等 {len(lines)} 行"
