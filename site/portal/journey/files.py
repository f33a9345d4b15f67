"""A file of the school, taken in as its office does: uploaded, checked, applied; and what was refused."""

from collections import Counter

from django.utils import timezone

from foundation.imports.models import ImportBatch
from foundation.imports.services import batch_upload
from foundation.imports.states import RowState, Severity
from portal.journey.registers import batch_applied
from portal.journey.state import Journey

# Of one sort of fault.
MOST_TOLD = 20


def file_imported(journey: Journey, kind: str, data: bytes, name: str, *, target: str) -> ImportBatch:
    """The school's file after every sound row was applied; ``JourneyError`` when it cannot be read."""
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
    return batch_applied(batch, actor=cast.staff, clock=journey.clock)


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
