"""The work on a batch: checking every row, applying the sound ones. Safe to run any number of times, and at once."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from typing import Any

import structlog
from django.core.exceptions import ValidationError
from django.db import DataError, IntegrityError, connection, transaction
from django.db.models import Count
from django.utils.translation import gettext as _

from foundation.accounts.models import User
from foundation.audit.services import audit_record
from foundation.bulk import rows_copy
from foundation.crypto.masking import mask_text
from foundation.errors import DomainError
from foundation.imports.cells import LIMITS, Line
from foundation.imports.checking import issues_stored, rows_check
from foundation.imports.errors import ImportRefusedError
from foundation.imports.headers import Recognition, data_lines
from foundation.imports.kinds import ImportedRow, Kind
from foundation.imports.models import ImportBatch, ImportRow, raw_of
from foundation.imports.readers import book_read
from foundation.imports.registry import kind_named
from foundation.imports.services import batch_bytes
from foundation.imports.states import BatchState, RowState, Severity

log = structlog.get_logger(__name__)

CHUNK = 500
# What a service or the database may say about one row. Anything else is a fault of the program and stops the batch.
ROW_REFUSALS = (DomainError, ValidationError, IntegrityError, DataError)

_MARK_APPLIED = """
UPDATE imports_importrow AS r SET state = 'applied', applied_at = %s, reference = v.reference
  FROM unnest(%s::bigint[], %s::text[]) AS v (id, reference) WHERE r.id = v.id
"""


def batch_check(*, batch_id: int, at: datetime, on: date) -> ImportBatch:
    """Read the rows of a batch, try every one and store what was found. Rows already applied stay as they are."""
    batch = ImportBatch.objects.get(pk=batch_id)
    if batch.state != BatchState.CHECKING:
        return batch
    kind = kind_named(batch.kind)
    lines, notes = _lines(batch, kind)
    if len(lines) > LIMITS.rows:
        raise ImportRefusedError(
            "too_many_rows", _("一次最多导入 %(rows)d 行。请分成几个文件上传。") % {"rows": LIMITS.rows}
        )

    def tell(done: int) -> None:
        ImportBatch.objects.filter(pk=batch_id).update(progress=done)

    ImportBatch.objects.filter(pk=batch_id).update(rows_total=len(lines), heartbeat_at=at)
    checked = rows_check(batch, kind, lines, on=on, tell=tell)
    return _store_check(batch_id, lines, checked, notes, at)


def _lines(batch: ImportBatch, kind: Kind) -> tuple[list[Line], list[dict[str, Any]] | None]:
    """The rows as they were written: from the database once they are there, else from the file."""
    stored = [row.content for row in batch.rows.order_by("line").only("line", "raw", "batch")]
    if stored:
        return stored, None
    sheet = next(sheet for sheet in book_read(batch_bytes(batch)).sheets if sheet.name == batch.sheet)
    found = Recognition(
        batch.sheet, batch.header_line, batch.last_header_line, batch.headers, batch.columns, notes=batch.notes
    )
    return data_lines(sheet, found, kind)


@transaction.atomic
def _store_check(
    batch_id: int,
    lines: Sequence[Line],
    checked: Sequence[ImportedRow],
    notes: list[dict[str, Any]] | None,
    at: datetime,
) -> ImportBatch:
    batch = ImportBatch.objects.select_for_update().get(pk=batch_id)
    if batch.state != BatchState.CHECKING:
        return batch
    batch.rows.exclude(state=RowState.APPLIED).delete()
    applied = set(batch.rows.values_list("line", flat=True))
    rows_copy(
        ImportRow,
        [
            {
                "batch_id": batch.pk,
                "line": line.number,
                "raw": raw_of(line),
                "state": _state(row).value,
                "worst": row.worst.value,
                "issues": issues_stored(row),
                "applied_at": None,
                "reference": row.known_as or "",
            }
            for line, row in zip(lines, checked, strict=True)
            if line.number not in applied
        ],
    )
    if notes is not None:
        batch.notes = [note for note in batch.notes if note["code"] != "left_out"] + notes[:200]
    batch.state, batch.checked_at, batch.progress = BatchState.CHECKED, at, len(lines)
    _count(batch)
    batch.save()
    return batch


def _state(row: ImportedRow) -> RowState:
    if not row.is_sound:
        return RowState.FAULTY
    return RowState.KNOWN if row.known_as is not None else RowState.READY


def _count(batch: ImportBatch) -> None:
    """Count the rows anew; numbers kept by adding would drift when a process dies."""
    counts: dict[tuple[str, str], int] = {
        (entry["state"], entry["worst"]): entry["n"]
        for entry in batch.rows.order_by().values("state", "worst").annotate(n=Count("pk"))
    }

    def of(state: RowState, worst: Severity | None = None) -> int:
        return sum(n for (s, w), n in counts.items() if s == state and worst in (None, w))

    batch.rows_total = sum(counts.values())
    batch.rows_good = of(RowState.READY, Severity.NONE)
    batch.rows_repaired = of(RowState.READY, Severity.REPAIRED)
    batch.rows_warned = of(RowState.READY, Severity.WARNING)
    batch.rows_faulty = of(RowState.FAULTY)
    batch.rows_known = of(RowState.KNOWN)
    batch.rows_applied = of(RowState.APPLIED)


def batch_apply(*, batch_id: int, at: datetime, on: date) -> ImportBatch:
    """Apply every row that is sound, chunk by chunk; goes on where a process that died left off.

    All rows are checked again first, so that nothing is applied on yesterday's look-ups.
    """
    batch = ImportBatch.objects.select_related("applied_by").get(pk=batch_id)
    if batch.state != BatchState.APPLYING or batch.applied_by is None:
        return batch
    kind = kind_named(batch.kind)
    stored = list(batch.rows.order_by("line").only("pk", "line", "raw", "state", "batch"))
    checked = rows_check(batch, kind, (row.content for row in stored), on=on)
    ids: dict[int, int] = {}
    for row, now in zip(stored, checked, strict=True):
        if row.state != RowState.READY:
            continue
        if _state(now) is RowState.READY:
            ids[row.line] = row.pk
        else:
            _store_finding(row.pk, now)
    sound = [row for row in checked if row.line in ids]
    for chunk in _chunks(sound):
        _chunk_apply(batch, kind, chunk, ids, actor=batch.applied_by, at=at, on=on)
        _beat(batch_id)
    return _finish(batch_id, batch.applied_by, at)


def _chunks(rows: Sequence[ImportedRow]) -> Iterator[Sequence[ImportedRow]]:
    for start in range(0, len(rows), CHUNK):
        yield rows[start : start + CHUNK]


def _beat(batch_id: int) -> None:
    """Say how far we are; whoever sees an old beat takes the batch up again."""
    applied = ImportRow.objects.filter(batch_id=batch_id, state=RowState.APPLIED).count()
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE imports_importbatch SET progress = %s, rows_applied = %s, heartbeat_at = now() WHERE id = %s",
            [applied, applied, batch_id],
        )


def _chunk_apply(
    batch: ImportBatch,
    kind: Kind,
    chunk: Sequence[ImportedRow],
    ids: dict[int, int],
    *,
    actor: User,
    at: datetime,
    on: date,
) -> None:
    """One chunk in one transaction; when it is refused, each of its rows in one of its own."""
    try:
        _apply(batch, kind, chunk, ids, actor=actor, at=at, on=on)
    except ROW_REFUSALS as error:
        log.info("imports.chunk_refused", batch_id=batch.pk, rows=len(chunk), error=type(error).__name__)
        for row in chunk:
            try:
                _apply(batch, kind, [row], ids, actor=actor, at=at, on=on)
            except ROW_REFUSALS as refusal:
                _refuse(row, refusal)
                _store_finding(ids[row.line], row)


@transaction.atomic
def _apply(
    batch: ImportBatch,
    kind: Kind,
    rows: Sequence[ImportedRow],
    ids: dict[int, int],
    *,
    actor: User,
    at: datetime,
    on: date,
) -> None:
    # Rows another process holds are its own; rows it has finished are no longer ready.
    free = set(
        ImportRow.objects.select_for_update(skip_locked=True)
        .filter(pk__in=[ids[row.line] for row in rows], state=RowState.READY)
        .values_list("pk", flat=True)
    )
    mine = [row for row in rows if ids[row.line] in free]
    if not mine:
        return
    references = [str(reference) for reference in kind.apply_chunk(batch, mine, actor=actor, on=on)]
    if len(references) != len(mine):
        raise RuntimeError(f"{batch.kind} answered {len(references)} references for {len(mine)} rows.")
    with connection.cursor() as cursor:
        cursor.execute(_MARK_APPLIED, [at, [ids[row.line] for row in mine], references])


def _refuse(row: ImportedRow, refusal: Exception) -> None:
    if isinstance(refusal, DomainError):
        row.error("", refusal.code, mask_text(refusal.message))
    else:
        # What the database says may hold values; it goes nowhere but here.
        log.warning("imports.row_refused", line=row.line, error=type(refusal).__name__)
        row.error(
            "", "not_accepted", _("这一行与已有的记录冲突，没有导入。"), _("请核对编号是否已被使用，改好后再上传。")
        )


def _store_finding(row_id: int, row: ImportedRow) -> None:
    ImportRow.objects.filter(pk=row_id, state=RowState.READY).update(
        state=_state(row), worst=row.worst, issues=issues_stored(row), reference=row.known_as or ""
    )


@transaction.atomic
def _finish(batch_id: int, actor: User, at: datetime) -> ImportBatch:
    """Close the batch when no row is left; whoever still holds some closes it instead."""
    batch = ImportBatch.objects.select_for_update().get(pk=batch_id)
    _count(batch)
    if batch.state == BatchState.APPLYING and not batch.rows_ready:
        batch.state, batch.applied_at, batch.progress = BatchState.APPLIED, at, batch.rows_applied
        audit_record(
            "imports.batch.applied",
            batch,
            actor=actor,
            data={"applied": batch.rows_applied, "faulty": batch.rows_faulty, "known": batch.rows_known},
        )
        batch.save()
        kind_named(batch.kind).finish(batch, actor=actor, at=at)
        return batch
    batch.save()
    return batch
