"""The signed files: derived from what was frozen, made after the numbers are safe, and made again when lost."""

from collections.abc import Iterable
from hashlib import sha256

import structlog
from django.core.files.base import ContentFile
from django.db import transaction

from certifications.certificates.errors import CertificateError
from certifications.certificates.models import TrainingCertificate
from certifications.certificates.printing import content_read, file_made, sheet_of
from certifications.certificates.services.photos import UNREADABLE, photo_of
from certifications.papers.errors import PaperError
from certifications.papers.keys import signing_key

log = structlog.get_logger(__name__)


def certificate_file_bytes(certificate: TrainingCertificate) -> bytes:
    """The signed file: as stored, or made again from what was frozen when it is not there or not whole.

    The same key makes the same bytes; under a newer one the content is the same and the signature another.
    """
    return _stored(certificate) or certificate_file_make(certificate)


def certificate_file_make(certificate: TrainingCertificate) -> bytes:
    """Make the file and keep it. Raises ``CertificateError`` when it cannot be made now, with what to do."""
    content = _made(certificate)
    _keep([(certificate.pk, content)])
    return content


def certificate_files_make(certificates: Iterable[TrainingCertificate]) -> list[int]:
    """Make and keep the files of many; the ones that could not be made, by their key."""
    made: list[tuple[int, bytes]] = []
    failed: list[int] = []
    for certificate in certificates:
        try:
            made.append((certificate.pk, _made(certificate)))
        except CertificateError as refusal:
            log.error("certificates.file_not_made", certificate=certificate.pk, code=refusal.code)
            failed.append(certificate.pk)
    _keep(made)
    return failed


def _made(certificate: TrainingCertificate) -> bytes:
    content, photo = content_read(certificate), photo_of(certificate)
    try:
        sheet = sheet_of(content, template_name=certificate.template, issued_at=certificate.issued_at)
        return file_made(sheet, photo, signer=signing_key())
    except PaperError as refusal:
        raise CertificateError(refusal.code, refusal.message) from refusal


def _stored(certificate: TrainingCertificate) -> bytes | None:
    """The stored file if it is there and whole."""
    name = certificate.file.name
    if not name:
        return None
    try:
        with certificate.file.storage.open(name) as file:
            content: bytes = file.read()
    except UNREADABLE:
        log.warning("certificates.file_lost", certificate=certificate.pk)
        return None
    return content if sha256(content).hexdigest() == certificate.file_digest else None


@transaction.atomic
def _keep(made: Iterable[tuple[int, bytes]]) -> None:
    """Store files under the lock of their rows: whoever was killed while writing one leaves nothing behind for good."""
    contents = dict(made)
    rows = TrainingCertificate.objects.select_for_update(no_key=True).filter(pk__in=contents).order_by("pk")
    for row in rows.only("pk", "number", "file", "file_digest", "issued_on"):
        content, storage = contents[row.pk], row.file.storage
        name = f"certificates/files/{row.issued_on.year}/{row.number}.pdf"
        storage.delete(name)
        row.file.name = storage.save(name, ContentFile(content))
        row.file_digest = sha256(content).hexdigest()
        row.save(update_fields=["file", "file_digest"])
