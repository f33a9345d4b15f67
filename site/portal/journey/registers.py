"""The lists of other offices for invented people, brought as files like any other."""

import io
from collections.abc import Sequence
from datetime import date, timedelta

import openpyxl
from django.utils import timezone

from foundation.accounts.models import User
from foundation.imports import running
from foundation.imports.models import ImportBatch
from foundation.imports.services import batch_apply_start, batch_check_start
from foundation.imports.states import BatchState
from portal.journey.clock import Clock
from portal.journey.people import id_number_of
from portal.journey.state import JourneyError
from subsidies.registers.services import register_file_bring, register_open
from subsidies.registers.states import RegisterKind

# Who stands on the lists that speak against a claim: somebody invented who is in no class.
STRANGER = 931
HEADERS = ["身份证号码", "姓名", "起", "止", "单位统一社会信用代码"]


def registers_bring(numbers: Sequence[str], *, source: str, officer: User, clock: Clock, since: date) -> int:
    """Everybody on the list of the registered, a stranger on each of the others; how many rows were taken in."""
    rows = 0
    for kind in RegisterKind:
        listed = sorted(set(numbers)) if kind == RegisterKind.REGISTRATION else [id_number_of(STRANGER)]
        data = _workbook([[number, "", since.isoformat(), "", ""] for number in listed])
        at = clock.forward(60)
        on = timezone.localdate(at)
        register = register_open(kind=kind, as_of=on - timedelta(days=1), source=source, actor=officer, at=at, on=on)
        batch, _is_new = register_file_bring(
            register_id=register.pk, data=data, file_name=f"{kind}.xlsx", actor=officer, at=at, on=on
        )
        batch = batch_checked(batch, actor=officer, clock=clock)
        rows += batch_applied(batch, actor=officer, clock=clock).rows_applied
    return rows


def batch_checked(batch: ImportBatch, *, actor: User, clock: Clock) -> ImportBatch:
    """Every row of a file that was brought, checked; ``JourneyError`` when it cannot be read."""
    at = clock.at
    on = timezone.localdate(at)
    batch_check_start(batch_id=batch.pk, actor=actor, at=at, on=on)
    batch = running.batch_check(batch_id=batch.pk, at=at, on=on)
    if batch.state != BatchState.CHECKED:
        raise JourneyError(f"文件 {batch.file_name} 没有检查完：{batch.failure}")
    return batch


def batch_applied(batch: ImportBatch, *, actor: User, clock: Clock) -> ImportBatch:
    """Every sound row of a file that was checked, applied."""
    at = clock.at
    on = timezone.localdate(at)
    if batch.rows_ready:
        batch_apply_start(batch_id=batch.pk, actor=actor, at=at, on=on)
        running.batch_apply(batch_id=batch.pk, at=at, on=on)
    return ImportBatch.objects.get(pk=batch.pk)


def _workbook(rows: list[list[str]]) -> bytes:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row in [HEADERS, *rows]:
        sheet.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()
