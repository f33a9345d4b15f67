"""The portrait as it is printed: kept with the certificate, so that a later photo in the file changes nothing."""

from hashlib import sha256

from cryptography.fernet import InvalidToken
from django.core.files.base import ContentFile
from django.core.files.storage import Storage
from django.utils.translation import gettext as _

from certifications.certificates.errors import CertificateError
from certifications.certificates.models import TrainingCertificate
from certifications.certificates.models.training import private_files
from certifications.papers.photos import HEIGHT, WIDTH
from certifications.papers.sheets import Photo
from workers.models import Worker

UNREADABLE = (OSError, ValueError, InvalidToken)


def photo_read(worker: Worker) -> bytes:
    """The photo in her file; ``CertificateError`` when the file is gone or cannot be opened."""
    try:
        with worker.photo.storage.open(str(worker.photo.name)) as file:
            content: bytes = file.read()
    except UNREADABLE as error:
        raise CertificateError(
            "photo_unreadable", _("档案里的照片打不开。请本人重新上传一张证件照，再发证。")
        ) from error
    return content


def photo_of(certificate: TrainingCertificate) -> Photo:
    """The portrait a certificate was issued with, as it was made ready for print."""
    try:
        with certificate.photo.storage.open(str(certificate.photo.name)) as file:
            content: bytes = file.read()
    except UNREADABLE as error:
        raise CertificateError(
            "photo_unreadable",
            _("这张证书存档的照片打不开，证书文件暂时做不出来。证书本身有效；请联系平台管理员从备份中恢复。"),
        ) from error
    return Photo(content, WIDTH, HEIGHT, sha256(content).hexdigest())


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
