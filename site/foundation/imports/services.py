"""Bringing a file, confirming its columns, and setting it to work. The work itself is in ``running``."""

import hashlib
from collections.abc import Mapping
from datetime import date, datetime
from functools import partial
from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.files.base import ContentFile
from django.db import transaction
from django.utils.translation import gettext as _

from foundation.accounts.models import Membership, Organisation, User
from foundation.accounts.selectors import roles_of
from foundation.audit.services import audit_record
from foundation.crypto.masking import mask_text
from foundation.database import in_force
from foundation.imports.cells import Book, Line
from foundation.imports.errors import ImportRefusedError
from foundation.imports.headers import Recognition, recognise
from foundation.imports.kinds import Kind
from foundation.imports.models import ImportBatch, raw_of
from foundation.imports.readers import book_read
from foundation.imports.registry import kind_named
from foundation.imports.states import CAN_APPLY, CAN_CHECK, CAN_DISCARD, RUNNING, BatchState
from foundation.outbox.wake import task_wake

CHECK_TASK = "foundation.imports.tasks.batch_check"
APPLY_TASK = "foundation.imports.tasks.batch_apply"


def batch_upload(
    *,
    kind_code: str,
    data: bytes,
    file_name: str,
    actor: User,
    at: datetime,
    on: date,
    organisation: Organisation | None = None,
    target: str = "",
) -> tuple[ImportBatch, bool]:
    """Read a file and keep it as a batch; the batch that is there when the same file came before.

    Gives the batch and whether it is new. Raises ``ImportRefusedError`` for a file that cannot be read or a
    target that takes none, and ``PermissionDenied`` when the actor may not bring files of this kind or for this
    organisation.
    """
    kind = kind_named(kind_code)
    scope = _scope(kind, actor, organisation, on)
    kind.admit(organisation=scope, target=target)
    sha256 = hashlib.sha256(data).hexdigest()
    book = book_read(data)
    as_sent = {
        "file": ContentFile(data, name=f"{sha256[:32]}.bin"),
        "file_name": mask_text(file_name)[:200],
        "uploaded_by": actor,
        "uploaded_at": at,
        "sheets": [sheet.name for sheet in book.sheets if not sheet.is_hidden],
        "encoding": book.encoding,
    }
    with transaction.atomic():
        batch, is_new = ImportBatch.objects.get_or_create(
            kind=kind.code, organisation=scope, target=target, sha256=sha256, defaults=as_sent
        )
        batch = ImportBatch.objects.select_for_update(of=("self",)).get(pk=batch.pk)
        if is_new or batch.state == BatchState.DISCARDED:
            _recognise_into(batch, book, kind)
            batch.save()
            audit_record("imports.batch.uploaded", batch, actor=actor, data={"kind": kind.code, "sha256": sha256})
    return batch, is_new


def _scope(kind: Kind, actor: User, organisation: Organisation | None, on: date) -> Organisation | None:
    """The organisation the batch belongs to, if any; refuses whoever may not bring such a file."""
    _refuse_strangers(kind, actor, on)
    if not kind.belongs_to_organisation:
        return None
    member = Membership.objects.filter(in_force(on), user=actor, role__in=kind.roles, organisation=organisation)
    if organisation is None or not member.exists():
        raise PermissionDenied(_("您只能为自己所在的单位导入。"))
    return organisation


def _refuse_strangers(kind: Kind, actor: User, on: date) -> None:
    if not kind.roles & roles_of(actor, on=on):
        raise PermissionDenied(_("您的角色不能导入“%(kind)s”。") % {"kind": kind.title})


def _recognise_into(
    batch: ImportBatch, book: Book, kind: Kind, *, sheet: str | None = None, header_line: int | None = None
) -> None:
    """Fill in what was recognised; a sheet without a header leaves the batch waiting for the user's choice."""
    try:
        found = recognise(book, kind, sheet_name=sheet, header_line=header_line)
    except ImportRefusedError as error:
        found = Recognition(sheet or "", header_line or 0, header_line or 0, [], {})
        batch.state, batch.failure = BatchState.UPLOADED, error.message
    else:
        batch.state, batch.failure = BatchState.RECOGNISED, ""
    batch.sheet = found.sheet
    batch.header_line, batch.last_header_line = found.header_line, found.last_header_line
    batch.headers, batch.guessed, batch.notes = found.headers, found.guessed, found.notes
    batch.mapping = {str(index): code for index, code in found.mapping.items()}


def _locked(batch_id: int, actor: User, on: date) -> tuple[ImportBatch, Kind]:
    """The batch under lock, for whoever may work on it."""
    batch = ImportBatch.objects.select_for_update(of=("self",)).get(pk=batch_id)
    kind = kind_named(batch.kind)
    _scope(kind, actor, batch.organisation, on)
    return batch, kind


def _require(batch: ImportBatch, allowed: frozenset[BatchState]) -> None:
    if batch.state not in allowed:
        raise ImportRefusedError(
            "wrong_state",
            _("这一批现在是“%(state)s”，不能做这一步。请刷新页面再看。") % {"state": batch.get_state_display()},
        )


def _refuse_if_applied(batch: ImportBatch) -> None:
    if batch.rows_applied:
        raise ImportRefusedError(
            "already_applied", _("这一批已有数据导入，不能再改列、改工作表或作废。需要时请另存文件后重新上传。")
        )


@transaction.atomic
def batch_reread(*, batch_id: int, sheet: str, header_line: int | None, actor: User, on: date) -> ImportBatch:
    """Look for the columns again, in the sheet and under the header row the user chose."""
    batch, kind = _locked(batch_id, actor, on)
    _require(batch, CAN_CHECK | {BatchState.UPLOADED})
    _refuse_if_applied(batch)
    if sheet not in batch.sheets:
        raise ImportRefusedError("no_sheet", _("文件里没有这个工作表。请重新选择。"))
    batch.rows.all().delete()
    _recognise_into(batch, book_read(batch_bytes(batch)), kind, sheet=sheet, header_line=header_line)
    batch.save()
    return batch


@transaction.atomic
def batch_check_start(
    *, batch_id: int, actor: User, at: datetime, on: date, mapping: Mapping[int, str] | None = None
) -> ImportBatch:
    """Confirm the columns, corrected where ``mapping`` is given, and have every row checked in the background."""
    batch, kind = _locked(batch_id, actor, on)
    _require(batch, CAN_CHECK)
    if mapping is not None and batch.columns != mapping:
        _refuse_if_applied(batch)
        batch.mapping = {str(index): code for index, code in mapping.items()}
        batch.guessed = []
    _refuse_bad_mapping(batch, kind)
    batch.state, batch.progress, batch.heartbeat_at, batch.failure = BatchState.CHECKING, 0, at, ""
    batch.save()
    _run_on_commit(CHECK_TASK, batch)
    return batch


def _refuse_bad_mapping(batch: ImportBatch, kind: Kind) -> None:
    codes = list(batch.columns.values())
    known = {column.code: column for column in kind.columns}
    twice = [str(known[code].title) for code in known if codes.count(code) > 1]
    if twice:
        names = "、".join(twice)
        raise ImportRefusedError("mapped_twice", _("%(names)s 对应了不止一列，请只选一列。") % {"names": names})
    missing = [str(column.title) for column in kind.columns if column.required and column.code not in codes]
    if missing:
        raise ImportRefusedError("not_mapped", _("请指出哪一列是：%(names)s。") % {"names": "、".join(missing)})


@transaction.atomic
def batch_apply_start(*, batch_id: int, actor: User, at: datetime, on: date) -> ImportBatch:
    """Have every sound row applied in the background, or say why not."""
    batch, _kind = _locked(batch_id, actor, on)
    _require(batch, CAN_APPLY)
    if not batch.rows_ready:
        raise ImportRefusedError("nothing_ready", _("没有可以导入的行。请先按提示修改文件，再上传。"))
    batch.state, batch.progress, batch.heartbeat_at, batch.applied_by = BatchState.APPLYING, 0, at, actor
    batch.save()
    audit_record("imports.batch.confirmed", batch, actor=actor, data={"rows": batch.rows_ready})
    _run_on_commit(APPLY_TASK, batch)
    return batch


@transaction.atomic
def batch_discard(*, batch_id: int, actor: User, on: date) -> ImportBatch:
    """Put a batch aside: its rows go, what was applied stays, and the file may be brought again."""
    batch, _kind = _locked(batch_id, actor, on)
    _require(batch, CAN_DISCARD)
    _refuse_if_applied(batch)
    batch.rows.all().delete()
    batch.state = BatchState.DISCARDED
    batch.rows_total = batch.rows_good = batch.rows_repaired = batch.rows_warned = 0
    batch.rows_faulty = batch.rows_known = 0
    batch.save()
    audit_record("imports.batch.discarded", batch, actor=actor)
    return batch


@transaction.atomic
def batch_export_faults(*, batch_id: int, actor: User, on: date) -> ImportBatch:
    """Record that somebody takes the workbook of faults away, which holds what the school wrote."""
    batch, _kind = _locked(batch_id, actor, on)
    audit_record("imports.batch.faults_exported", batch, actor=actor, data={"rows": batch.rows_faulty})
    return batch


@transaction.atomic
def batch_resume(*, batch_id: int, at: datetime) -> bool:
    """Set a batch to work again whose process died; false when it is not waiting for one."""
    batch = ImportBatch.objects.select_for_update().get(pk=batch_id)
    if batch.state not in RUNNING:
        return False
    batch.heartbeat_at = at
    batch.save(update_fields=["heartbeat_at"])
    _run_on_commit(CHECK_TASK if batch.state == BatchState.CHECKING else APPLY_TASK, batch)
    return True


@transaction.atomic
def batch_fail(*, batch_id: int, sentence: str) -> None:
    """Stop a running batch with a sentence for its owner. What was applied stays applied."""
    batch = ImportBatch.objects.select_for_update().get(pk=batch_id)
    if batch.state in RUNNING:
        batch.state, batch.failure = BatchState.FAILED, sentence[:500]
        batch.save(update_fields=["state", "failure"])
        audit_record("imports.batch.failed", batch, actor=None, reason=sentence)


@transaction.atomic
def batch_contents_forget(*, batch_id: int) -> None:
    """Forget what the file held: its rows are blanked and the file is removed. What was made of it and the counts stay.

    For kinds that keep less of a person than the file told.
    """
    batch = ImportBatch.objects.select_for_update(of=("self",)).get(pk=batch_id)
    blank = raw_of(Line(0, [""] * len(batch.headers), {}))
    batch.rows.update(raw=blank)
    name, storage = batch.file.name, batch.file.storage
    if name:
        ImportBatch.objects.filter(pk=batch.pk).update(file="")
        transaction.on_commit(partial(storage.delete, name), robust=True)


def batch_bytes(batch: ImportBatch) -> bytes:
    """The file as it was sent."""
    with batch.file.open("rb") as file:
        data: Any = file.read()
    return bytes(data)


def _run_on_commit(task: str, batch: ImportBatch) -> None:
    # By name: the task stands above the services. What a broker that is away loses, the periodic run finds again.
    transaction.on_commit(partial(task_wake, task, batch.pk), robust=True)
