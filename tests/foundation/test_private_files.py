"""Files with personal data lie encrypted on the disk and move to new keys like the columns do."""

from io import StringIO
from pathlib import Path

import pytest
from cryptography.fernet import Fernet, InvalidToken
from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.core.management import call_command

from foundation.crypto.storage import EncryptedFileSystemStorage
from foundation.privacy.rotation import file_rotations
from tests.workers.builders import a_worker

PLAIN = b"\xff\xd8 a portrait"


@pytest.fixture
def shelf(tmp_path):
    return EncryptedFileSystemStorage(location=tmp_path)


def test_the_disk_never_holds_the_plain_content(shelf):
    name = shelf.save("a.jpg", ContentFile(PLAIN))
    assert PLAIN not in Path(shelf.path(name)).read_bytes()
    assert shelf.open(name).read() == PLAIN
    assert shelf.size(name) == len(PLAIN)


def test_a_changed_file_is_refused_and_not_half_read(shelf):
    name = shelf.save("a.jpg", ContentFile(PLAIN))
    path = Path(shelf.path(name))
    token = bytearray(path.read_bytes())
    token[40] ^= 1
    path.write_bytes(token)
    with pytest.raises(InvalidToken):
        shelf.open(name)


def test_private_files_have_no_web_address_and_cannot_be_written_into(shelf):
    name = shelf.save("a.jpg", ContentFile(PLAIN))
    with pytest.raises(ValueError, match="no web address"):
        shelf.url(name)
    with pytest.raises(ValueError, match="replaced"):
        shelf.open(name, "ab")


def test_every_private_file_field_lies_in_the_encrypted_storage(db):
    assert isinstance(storages["private"], EncryptedFileSystemStorage)
    assert {rotation.table for rotation in file_rotations()} == {
        "applications_applicationpaper.file",
        "awards_employermandate.paper",
        "certificates_priorcertificate.evidence",
        "certificates_priorcertificate.screenshot",
        "certificates_trainingcertificate.file",
        "certificates_trainingcertificate.photo",
        "claims_claimappeal.evidence",
        "claims_claimpaper.file",
        "claims_schoolaccount.proof",
        "imports_importbatch.file",
        "notices_objection.evidence",
        "payments_bankreturn.file",
        "payments_paymentjob.file",
        "school_claims_mandate.paper",
        "schools_applicationpaper.file",
        "workers_education.evidence",
        "workers_employment.evidence",
        "workers_worker.photo",
        "workers_workergroup.evidence",
    }


@pytest.fixture
def portrait(db):
    worker = a_worker()
    worker.photo.save("portrait.jpg", ContentFile(PLAIN))
    return worker


def rotate(**options):
    out = StringIO()
    call_command("privacy_rotate_keys", stdout=out, **options)
    return out.getvalue()


def test_after_a_rotation_the_old_key_can_go(portrait, settings):
    old, new = settings.PRIVACY_KEYS[0], Fernet.generate_key().decode()
    settings.PRIVACY_KEYS = [new, old]
    assert "workers_worker.photo：读 1 行，旧密钥 1 行。" in rotate(dry_run=True)
    assert "workers_worker.photo：读 1 行，更换 1 行。" in rotate()
    assert "workers_worker.photo：读 1 行，更换 0 行。" in rotate()
    settings.PRIVACY_KEYS = [new]
    assert portrait.photo.storage.open(portrait.photo.name).read() == PLAIN


def test_a_missing_file_is_named_and_the_rest_goes_on(portrait, settings, capsys):
    Path(portrait.photo.path).unlink()
    settings.PRIVACY_KEYS = [Fernet.generate_key().decode(), *settings.PRIVACY_KEYS]
    out = StringIO()
    with pytest.raises(SystemExit) as end:
        call_command("privacy_rotate_keys", stdout=out)
    assert end.value.code == 1
    assert f"workers_worker.photo 第 {portrait.pk} 行未能更换：文件不在存储里" in out.getvalue()
