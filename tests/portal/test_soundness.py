"""Every file that a row names is read, and held against its digest where one is on record."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from certifications.certificates.services.files import certificate_file_make
from portal.operations.soundness import FilesCheck, KeysCheck
from tests.certifications.certificates.builders import a_graduate, a_holder, issued

pytestmark = pytest.mark.django_db


def faults():
    return [(fault.place, fault.code) for fault in FilesCheck().faults()]


def test_what_is_whole_is_counted_and_compared():
    certificate = issued(a_graduate())
    certificate_file_make(certificate)
    check = FilesCheck()
    assert list(check.faults()) == []
    assert (check.files, check.compared) == (3, 1)
    said = StringIO()
    call_command("files_verify", stdout=said)
    assert "读出 3 个，其中 1 个" in said.getvalue()


def test_a_file_that_is_gone_damaged_or_another_is_named_and_the_command_fails():
    gone, damaged = a_holder(), a_holder()
    certificate = issued(a_graduate())
    certificate_file_make(certificate)
    certificate.refresh_from_db()
    gone.photo.storage.delete(gone.photo.name)
    with open(damaged.photo.storage.path(damaged.photo.name), "wb") as file:
        file.write(b"x")
    type(certificate).objects.filter(pk=certificate.pk).update(file_digest="0" * 64)
    assert sorted(faults()) == [
        ("certificates.trainingcertificate.file", "other_content"),
        ("workers.worker.photo", "missing"),
        ("workers.worker.photo", "unreadable"),
    ]
    said = StringIO()
    with pytest.raises(CommandError, match="有 3 个不能用"):
        call_command("files_verify", stderr=said)
    assert f"workers.worker.photo #{gone.pk}: 文件不在" in said.getvalue()


def test_what_no_key_opens_is_named(settings):
    a_holder()
    check = KeysCheck()
    check.run()
    assert (check.rows > 0, check.faults) == (True, [])
    settings.PRIVACY_KEYS = ["AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="]
    check = KeysCheck()
    check.run()
    assert "workers_worker" in {fault.place for fault in check.faults}
