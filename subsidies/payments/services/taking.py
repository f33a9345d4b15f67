"""Handing the bank's files over: they show account numbers, so each look is recorded for good before a byte leaves."""

from collections.abc import Sequence
from datetime import date
from hashlib import sha256

import structlog
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from foundation.accounts.models import User
from foundation.accounts.selectors import roles_of
from foundation.audit.services import audit_record
from foundation.crypto.masking import mask_text
from foundation.privacy.models import AccessRecord
from foundation.privacy.states import Purpose
from subsidies.payments.errors import PaymentError
from subsidies.payments.models import PaymentBatch
from subsidies.payments.selectors.files import bank_text, bank_workbook, lines_of
from subsidies.payments.states import FINANCE, BatchState
from subsidies.schemes.states import Payee
from workers.models import Worker

log = structlog.get_logger(__name__)
# What the file shows of a person, as her own page of looks names it.
SHOWN = ["name", "social_security_card"]
ROWS = 1000


def batch_file_take(*, batch: PaymentBatch, kind: str, viewer: User, note: str, on: date) -> bytes:
    """The text (``txt``) or the workbook (``xlsx``) of a batch that was sent.

    Raises ``PermissionDenied`` for whoever does not pay out, which is recorded too, and ``PaymentError`` when the file
    is not the one whose digest was kept. Must not run inside another transaction, which could take the record back.
    """
    is_granted = bool(FINANCE & roles_of(viewer, on=on))
    if is_granted:
        content = _content(batch, kind)
    workers = lines_of(batch).filter(claim__payee=Payee.WORKER).values_list("claim__worker", flat=True)
    _looks_record(viewer, list(workers), batch, note=note, is_granted=is_granted)
    if not is_granted:
        raise PermissionDenied(_("银行文件有收款账号，只有资金拨付人员可以下载。本次查看已记录。"))
    with transaction.atomic():
        data = {"kind": kind, "lines": batch.lines_count}
        audit_record("payments.batch.file_taken", batch, actor=viewer, reason=note, data=data)
    return content


def _content(batch: PaymentBatch, kind: str) -> bytes:
    if batch.state not in {BatchState.SENT, BatchState.SETTLED}:
        raise PaymentError("not_sent", _("这个批次还没有生成送银行的文件。签批以后先生成文件，再下载。"))
    text = bank_text(batch)
    if sha256(text).hexdigest() != batch.file_digest:
        log.error("payments.file_differs", batch=batch.pk)
        raise PaymentError(
            "file_differs", _("现在的明细与送银行时的文件不一致，不能下载。请立即联系平台管理员核查，不要重新送盘。")
        )
    return bank_workbook(batch) if kind == "xlsx" else text


def _looks_record(viewer: User, workers: Sequence[int], batch: PaymentBatch, *, note: str, is_granted: bool) -> None:
    request_id = str(structlog.contextvars.get_contextvars().get("request_id", ""))[:64]
    words = mask_text(f"{_('拨付批次')} {batch.number} {note}".strip())
    with transaction.atomic(durable=True):
        AccessRecord.objects.bulk_create(
            [
                AccessRecord(
                    viewer=viewer,
                    subject_type=Worker._meta.label_lower,
                    subject_id=str(worker),
                    fields=SHOWN,
                    purpose=Purpose.CASE_HANDLING,
                    note=words,
                    is_granted=is_granted,
                    request_id=request_id,
                )
                for worker in workers
            ],
            batch_size=ROWS,
        )
