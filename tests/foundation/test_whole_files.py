"""A file is there wholly or not at all."""

import errno
import os

import pytest
from django.core.files.base import ContentFile

from foundation.storage import DiskFullError, WholeFileSystemStorage


@pytest.fixture
def storage(tmp_path):
    return WholeFileSystemStorage(location=tmp_path, file_permissions_mode=0o640)


def everything(storage):
    return sorted(name for _folder, _folders, names in os.walk(storage.location) for name in names)


def test_what_was_saved_is_there_under_its_name_with_its_rights(storage):
    name = storage.save("papers/2026/a.pdf", ContentFile(b"whole"))
    assert (name, storage.open(name).read()) == ("papers/2026/a.pdf", b"whole")
    assert os.stat(storage.path(name)).st_mode & 0o777 == 0o640
    assert everything(storage) == ["a.pdf"]


def test_another_file_of_the_name_is_never_written_over(storage, monkeypatch):
    first = storage.save("a.txt", ContentFile(b"first"))
    monkeypatch.setattr(storage, "exists", lambda name: False)  # as seen by whoever comes at the same moment
    names = iter(["a.txt", "a_2.txt"])
    monkeypatch.setattr(storage, "get_available_name", lambda name, max_length=None: next(names))
    second = storage.save("a.txt", ContentFile(b"second"))
    assert (first, second) == ("a.txt", "a_2.txt")
    assert (storage.open(first).read(), storage.open(second).read()) == (b"first", b"second")


def test_a_disk_that_is_full_leaves_nothing_under_the_name(storage, monkeypatch):
    def full(_handle):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(DiskFullError, match="No space left"):
        storage.save("a.txt", ContentFile(b"x" * 100_000))
    assert everything(storage) == []
