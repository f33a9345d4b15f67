"""The portrait as it is printed: kept with the certificate, so that a later photo in the file changes nothing."""

from cryptography.fernet import InvalidToken
from django.core.files.base import ContentFile
from django.core.files.storage import Storage
from django.utils.translation import gettext as _

from certifications.certificates.errors import CertificateError
from certifications.certificates.models.training import private_files
from certifications.papers.sheets import Photo
from workers.models import Worker

UNREADABLE = (OSError, ValueError, InvalidToken)


def photo_read(worker: Worker) -> bytes:
    """The photo in her file; ``CertificateError`` when the file is gone or cannot be opened."""
    try:
        with worker.photo.storage.open(worker.photo.name) as file:
            content: bytes = file.read()
    except UNREADABLE as error:
        raise CertificateError(
            "photo_unreadable", _("档案里的照片打不开。请本人重新上传一张证件照，再发证。")
        ) from error
    return content


def photo_keep(photo: Photo) -> str:
    """Where the portrait lies. The name comes from its content: kept once, whoever tries again or dies between."""
    storage = private_files()
    name = f"certificates/photos/{photo.digest[:2]}/{photo.digest}.jpg"
    if storage.exists(name):
        if _is_whole(storage, name, photo.jpeg):
            return name
        storage.delete(name)  # somebody was killed while writing it
    return str(storage.save(name, ContentFile(photo.jpeg)))


def _is_whole(storage: Storage, name: str, content: bytes) -> bool:
    try:
        with storage.open(name) as file:
            return bool(file.read() == content)
    except UNREADABLE:
        return False
