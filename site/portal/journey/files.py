"""A file of the school, taken in as its office does: uploaded, checked, applied; and what was refused."""

from collections import Counter

from django.utils import timezone

from foundation.imports import running
from foundation.imports.models import ImportBatch
from foundation.imports.services import batch_apply_start, batch_check_start, batch_upload
from foundation.imports.states import BatchState, RowState, Severity
from portal.journey.state import Journey, JourneyError

# Of one sort of fault.
MOST_TOLD = 20


def file_imported(journey: Journey, kind: str, data: bytes, name: str, *, target: str) -> ImportBatch:
    """The batch after every sound row was applied; ``JourneyError`` when the file cannot be read."""
    cast, at = journey.cast, journey.clock.at
    on = timezone.localdate(at)
    batch, _is_new = batch_upload(
        kind_code=kind,
        data=data,
        file_name=name,
        actor=cast.staff,
        at=at,
        on=on,
        organisation=cast.school.organisation,
        target=target,
    )
    batch_check_start(batch_id=batch.pk, actor=cast.staff, at=at, on=on)
    batch = running.batch_check(batch_id=batch.pk, at=at, on=on)
    if batch.state != BatchState.CHECKED:
        raise JourneyError(f"文件 {name} 没有检查完：{batch.failure}")
    if batch.rows_ready:
        batch_apply_start(batch_id=batch.pk, actor=cast.staff, at=at, on=on)
        running.batch_apply(batch_id=batch.pk, at=at, on=on)
    return ImportBatch.objects.get(pk=batch.pk)


def refusals_told(journey: Journey, batch: ImportBatch, fact: str) -> None:
    """Why which rows were refused, by the line of the file; no cell of it is told."""
    by_code: Counter[str] = Counter()
    for row in batch.rows.filter(state=RowState.FAULTY).order_by("line"):
        for issue in row.issues:
            if issue["severity"] == Severity.ERROR:
                by_code[issue["code"]] += 1
                if by_code[issue["code"]] <= MOST_TOLD:
                    journey.note(f"第 {row.line} 行：{issue['sentence']}{issue['fix']}")
    journey.facts[fact] = dict(sorted(by_code.items()))
