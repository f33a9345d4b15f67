"""Files in S3-compatible storage, held by a real server: whole or not at all, never written over, never public."""

import io
import time
import urllib.error
import urllib.request

import pytest
from cryptography.fernet import Fernet, InvalidToken
from django.core.exceptions import SuspiciousFileOperation
from django.core.files.base import ContentFile, File

from foundation import bucket
from foundation.bucket import BucketStorage
from foundation.crypto.bucket import EncryptedBucketStorage
from foundation.crypto.storage import EncryptedFileSystemStorage
from foundation.storage import StoreAwayError

PLAIN = b"\xff\xd8 a portrait"
pytestmark = pytest.mark.xdist_group("files_store")


@pytest.fixture
def shelf(files_store, request):
    return BucketStorage(**files_store.access, prefix=f"{request.node.name[-60:]}/")


@pytest.fixture
def private(files_store, request):
    return EncryptedBucketStorage(**files_store.access, prefix=f"{request.node.name[-60:]}/")


def test_what_was_saved_is_there_under_its_name_and_can_be_read_in_any_order(shelf):
    name = shelf.save("papers/2026/甲.pdf", ContentFile(b"0123456789"))
    assert (name, shelf.exists(name), shelf.size(name)) == ("papers/2026/甲.pdf", True, 10)
    with shelf.open(name) as file:
        assert (file.read(3), file.read()) == (b"012", b"3456789")
        file.seek(-4, io.SEEK_END)
        assert (file.read(2), file.tell(), file.read(9), file.read()) == (b"67", 8, b"89", b"")
    assert shelf.listdir("papers") == (["2026"], [])
    assert shelf.listdir("papers/2026") == ([], ["甲.pdf"])
    assert shelf.save("words.txt", ContentFile("文字")) == "words.txt"
    assert shelf.open("words.txt").read().decode() == "文字"


def test_what_is_not_there_is_not_found_and_removing_it_is_no_error(shelf):
    name = shelf.save("a.txt", ContentFile(b"a"))
    shelf.delete(name)
    shelf.delete(name)
    assert not shelf.exists(name)
    for ask in (shelf.open, shelf.size, shelf.read_bytes):
        with pytest.raises(FileNotFoundError):
            ask(name)


def test_another_file_of_the_name_is_never_written_over(shelf, monkeypatch):
    first = shelf.save("a.txt", ContentFile(b"first"))
    monkeypatch.setattr(shelf, "exists", lambda name: False)  # as seen by whoever comes at the same moment
    names = iter(["a.txt", "a_2.txt"])
    monkeypatch.setattr(shelf, "get_available_name", lambda name, max_length=None: next(names))
    second = shelf.save("a.txt", ContentFile(b"second"))
    assert (first, second) == ("a.txt", "a_2.txt")
    assert (shelf.read_bytes(first), shelf.read_bytes(second)) == (b"first", b"second")


class Torn(File):
    """A file whose reading breaks off behind its first part."""

    def read(self, size=-1):
        if self.tell() > 0:
            raise OSError("torn")
        return super().read(size)


def test_a_large_file_goes_in_parts_and_one_that_breaks_off_leaves_nothing(shelf, monkeypatch):
    monkeypatch.setattr(bucket, "LARGEST_PIECE", 5 * bucket.MIB)
    content = bytes(range(256)) * 4096 * 11  # 11 MiB: two whole parts and a rest
    with pytest.raises(OSError, match="torn"):
        shelf.save("film.mp4", Torn(io.BytesIO(content), name="film.mp4"))
    assert shelf.listdir("") == ([], [])
    name = shelf.save("film.mp4", File(io.BytesIO(content), name="film.mp4"))
    assert (name, shelf.read_bytes(name) == content) == ("film.mp4", True)
    monkeypatch.setattr(shelf, "exists", lambda name: name != "film_2.mp4")
    monkeypatch.setattr(shelf, "get_available_name", lambda name, max_length=None: "film_2.mp4")
    shelf._save("film.mp4", File(io.BytesIO(content[:-1]), name="film.mp4"))
    assert (shelf.size("film.mp4"), shelf.size("film_2.mp4")) == (len(content), len(content) - 1)


@pytest.mark.parametrize("name", ["../private/a.jpg", "/etc/passwd", "a/../../b", ""])
def test_a_name_that_leads_out_of_the_prefix_is_refused(shelf, name):
    with pytest.raises(SuspiciousFileOperation):
        shelf.open(name)


def test_nothing_is_public_and_a_signed_address_opens_one_file_for_a_moment(shelf, files_store, monkeypatch):
    name = shelf.save("video 1.mp4", ContentFile(b"0123456789"))
    other = shelf.save("other.mp4", ContentFile(b"x"))
    assert files_store.unsigned(f"{shelf.prefix}{other}") == 403
    with pytest.raises(ValueError, match="no web address"):
        shelf.url(name)

    def status(path):
        asked = urllib.request.Request(f"{files_store.endpoint}{path}", headers={"Range": "bytes=2-4"})
        try:
            with urllib.request.urlopen(asked, timeout=10) as answer:
                return answer.status, answer.headers["Content-Type"], answer.read()
        except urllib.error.HTTPError as refusal:
            return refusal.code

    path = shelf.signed_path(name, content_type="video/mp4")
    assert status(path) == (206, "video/mp4", b"234")
    assert status(path.replace("video%201", "other")) == 403
    monkeypatch.setattr(bucket, "SIGNED_SECONDS", 1)
    path = shelf.signed_path(name, content_type="video/mp4")
    time.sleep(2.1)
    assert status(path) == 403


@pytest.mark.parametrize("wrong", [{"secret": "another"}, {"key": "nobody"}, {"bucket": "not-there"}])
def test_a_store_that_does_not_let_us_in_is_away_and_its_files_are_not_lost(files_store, wrong):
    shelf = BucketStorage(**files_store.access | wrong, prefix="x/")
    for act in (lambda: shelf.save("a.txt", ContentFile(b"a")), lambda: shelf.read_bytes("a.txt")):
        with pytest.raises(StoreAwayError):
            act()


def test_a_store_that_is_away_says_so_at_once_and_keeps_what_it_confirmed(shelf, files_store):
    name = shelf.save("a.txt", ContentFile(b"confirmed"))
    files_store.stop()
    with pytest.raises(StoreAwayError, match="cannot be reached"):
        shelf.save("b.txt", ContentFile(b"b"))
    begun = time.monotonic()
    for act in (shelf.open, shelf.size, shelf.exists, shelf.delete, shelf.read_bytes, shelf.listdir):
        with pytest.raises(StoreAwayError, match="a moment ago"):
            act(name)
    assert time.monotonic() - begun < 0.1
    files_store.start()
    shelf._rests_until = 0
    assert (shelf.read_bytes(name), shelf.exists("b.txt")) == (b"confirmed", False)


def test_the_store_never_sees_the_plain_content(private, files_store):
    name = private.save("a.jpg", ContentFile(PLAIN))
    assert PLAIN not in private.read_bytes(name)
    assert (private.open(name).read(), private.size(name), private.exists(name)) == (PLAIN, len(PLAIN), True)
    assert files_store.unsigned(f"{private.prefix}{name}") == 403
    with pytest.raises(ValueError, match="no web address"):
        private.url(name)
    with pytest.raises(ValueError, match="replaced"):
        private.open(name, "ab")


def test_a_changed_object_is_refused_and_not_half_read(private):
    name = private.save("a.jpg", ContentFile(PLAIN))
    token = bytearray(private.read_bytes(name))
    token[40] ^= 1
    private.replace(name, bytes(token))
    with pytest.raises(InvalidToken):
        private.open(name)


def test_an_object_moves_to_a_new_key_under_its_name(private, settings):
    name = private.save("a.jpg", ContentFile(PLAIN))
    assert (private.is_stale(name), private.renew(name)) == (False, False)
    new = Fernet.generate_key().decode()
    settings.PRIVACY_KEYS = [new, *settings.PRIVACY_KEYS]
    assert (private.is_stale(name), private.renew(name), private.is_stale(name)) == (True, True, False)
    settings.PRIVACY_KEYS = [new]
    assert private.open(name).read() == PLAIN
    assert private.listdir("") == ([], [name])
    with pytest.raises(FileNotFoundError):
        private.renew("gone.jpg")


def test_files_of_a_folder_are_copied_into_the_bucket_as_they_are(private, tmp_path):
    folder = EncryptedFileSystemStorage(location=tmp_path)
    name = folder.save("photos/a.jpg", ContentFile(PLAIN))
    private.replace(name, (tmp_path / name).read_bytes())
    assert private.open(name).read() == PLAIN
