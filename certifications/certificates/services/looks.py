"""Handing files over: who may have them is decided, and the look recorded for good, before a byte leaves."""

import zipfile
from collections.abc import Iterator, Sequence
from datetime import date
from io import BytesIO

import structlog
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _
from openpyxl import Workbook

from certifications.certificates.errors import CertificateError
from certifications.certificates.models import TrainingCertificate
from certifications.certificates.services.files import certificate_file_bytes
from courses.classes.models import ClassRun
from foundation.accounts.models import User
from foundation.accounts.selectors import roles_of
from foundation.audit.services import audit_record
from foundation.crypto.masking import mask_text
from foundation.desk import harmless
from foundation.privacy.models import AccessRecord
from foundation.privacy.registry import may_see
from foundation.privacy.states import Purpose
from workers.models import Worker

log = structlog.get_logger(__name__)

# What a certificate shows of a person, as her own page of looks names it.
SHOWN = ["name", "id_number"]


def looks_record(
    *, viewer: User, certificates: Sequence[TrainingCertificate], purpose: Purpose, note: str, on: date
) -> None:
    """Record a look at each holder's name and number, where she reads it herself.

    Raises ``PermissionDenied`` when the viewer may not have one of them; then the refusals are recorded. Must not run
    inside another transaction, which could take the record back after the file was seen.
    """
    roles = roles_of(viewer, on=on)
    refused = [one for one in certificates if not may_see(viewer, roles, one, "file", on=on)]
    request_id = str(structlog.contextvars.get_contextvars().get("request_id", ""))[:64]
    with transaction.atomic(durable=True):
        AccessRecord.objects.bulk_create(
            AccessRecord(
                viewer=viewer,
                subject_type=Worker._meta.label_lower,
                subject_id=str(one.worker_id),
                fields=SHOWN,
                purpose=Purpose(purpose),
                note=mask_text(f"{_('培训合格证书')} {one.number} {note}".strip()),
                is_granted=not refused,
                request_id=request_id,
            )
            for one in (refused or certificates)
        )
    if refused:
        raise PermissionDenied(_("您不能下载这张证书，本次查看已记录。"))


def file_take(*, viewer: User, certificate: TrainingCertificate, purpose: Purpose, note: str, on: date) -> bytes:
    """The file of a certificate for somebody who may have it, after the look has been recorded."""
    looks_record(viewer=viewer, certificates=[certificate], purpose=purpose, note=note, on=on)
    return certificate_file_bytes(certificate)


def class_files_take(
    *, viewer: User, run: ClassRun, certificates: Sequence[TrainingCertificate], note: str, on: date
) -> Iterator[bytes]:
    """The files of a class as a ZIP, piece by piece, after each look and the taking have been recorded."""
    looks_record(viewer=viewer, certificates=certificates, purpose=Purpose.CASE_HANDLING, note=note, on=on)
    with transaction.atomic():
        data = {"files": len(certificates), "numbers": [one.number for one in certificates]}
        audit_record("certificates.class_files.taken", run, actor=viewer, reason=note, data=data)
    return _zip(certificates)


class _Pipe:
    """Where the archive is written: what was written is taken out again at once."""

    def __init__(self) -> None:
        self.pieces: list[bytes] = []

    def write(self, piece: bytes, /) -> int:
        self.pieces.append(bytes(piece))
        return len(piece)

    def flush(self) -> None:
        """Nothing is held back."""

    def close(self) -> None:
        """Nothing is left open."""

    def taken(self) -> bytes:
        piece = b"".join(self.pieces)
        self.pieces.clear()
        return piece


def _zip(certificates: Sequence[TrainingCertificate]) -> Iterator[bytes]:
    pipe = _Pipe()
    missing: dict[int, str] = {}
    with zipfile.ZipFile(pipe, "w", zipfile.ZIP_STORED) as archive:
        for one in certificates:
            try:
                archive.writestr(f"{one.number}.pdf", certificate_file_bytes(one))
            except CertificateError as refusal:
                log.error("certificates.file_not_made", certificate=one.pk, code=refusal.code)
                missing[one.pk] = refusal.message
            yield pipe.taken()
        archive.writestr("目录.xlsx", _index(certificates, missing))
        yield pipe.taken()
    yield pipe.taken()


def _index(certificates: Sequence[TrainingCertificate], missing: dict[int, str]) -> bytes:
    """The list of what is in the archive; of people only what is masked."""
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = _("目录")
    sheet.append([_("证书编号"), _("姓名"), _("证件号码"), _("发证日期"), _("文件"), _("说明")])
    for one in certificates:
        row = [
            one.number,
            one.worker.masked_name,
            one.worker.masked_id_number,
            one.issued_on.isoformat(),
            "" if one.pk in missing else f"{one.number}.pdf",
            missing.get(one.pk, ""),
        ]
        sheet.append([harmless(text) for text in row])
    for letter, width in zip("ABCDEF", (28, 10, 24, 14, 32, 40), strict=True):
        sheet.column_dimensions[letter].width = width
    out = BytesIO()
    book.save(out)
    return out.getvalue()
