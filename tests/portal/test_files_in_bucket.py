"""The site with its files in S3-compatible storage: everything that reads or writes a file does so in the bucket."""

import io
from datetime import timedelta
from io import StringIO
from pathlib import Path

import pytest
from cryptography.fernet import Fernet
from django.core.files.base import ContentFile
from django.core.files.images import ImageFile
from django.core.files.storage import default_storage, storages
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from PIL import Image
from wagtail.documents import get_document_model
from wagtail.images import get_image_model

from certifications.certificates.models import CertificateBatch
from certifications.certificates.services.batches import batch_request, batch_work
from certifications.certificates.services.files import certificate_file_bytes
from courses.content import media_shelf, media_work
from courses.content.media_links import media_url
from courses.content.media_states import MediaKind
from foundation.bucket import BucketStorage
from foundation.storage import StoreAwayError
from portal.operations.soundness import FilesCheck, file_fields
from tests.certifications.certificates.builders import (
    ISSUED_ON,
    a_class_of,
    a_graduate,
    a_holder,
    a_portrait,
    issued,
    staff_of,
)
from tests.courses.builders_media import AT, a_ready_video, a_school, a_video, film
from tests.portal.people import signed_in
from tests.workers.builders import NOW
from workers.services import photo_set

pytestmark = [pytest.mark.django_db, pytest.mark.xdist_group("files_store")]


@pytest.fixture(autouse=True)
def in_bucket(files_store, settings, monkeypatch, tmp_path, request):
    """Every file field and every storage as with FILES_S3_BUCKET; each test below prefixes of its own."""
    mark = f"{request.node.name[-60:]}"
    plain, encrypted = "foundation.bucket.BucketStorage", "foundation.crypto.bucket.EncryptedBucketStorage"

    def options(name, **more):
        return files_store.access | {"prefix": f"{mark}/{name}/"} | more

    settings.STORAGES = settings.STORAGES | {
        "default": {"BACKEND": plain, "OPTIONS": options("media", base_url=settings.MEDIA_URL)},
        "private": {"BACKEND": encrypted, "OPTIONS": options("private")},
        "lessons": {"BACKEND": plain, "OPTIONS": options("lessons")},
    }
    settings.LESSON_FILES_ROOT = tmp_path
    for field in file_fields():
        if callable(ask := getattr(field, "_storage_callable", None)):
            monkeypatch.setattr(field, "storage", ask())
    return mark


@pytest.fixture
def away(files_store):
    """A store that went away; it comes back after the test."""
    yield files_store.stop
    files_store.start()


def test_photos_papers_and_certificates_are_read_whole_and_are_not_public(files_store, in_bucket):
    certificate = issued(a_graduate())
    content = certificate_file_bytes(certificate)
    certificate.refresh_from_db()
    assert content.startswith(b"%PDF-1.7")
    assert certificate_file_bytes(certificate) == content
    assert files_store.unsigned(f"{in_bucket}/private/{certificate.file.name}") == 403
    assert b"%PDF" not in storages["private"].token(certificate.file.name)
    check = FilesCheck()
    assert (list(check.faults()), check.files, check.compared) == ([], 3, 1)


def test_her_photo_is_shown_to_her_and_the_one_before_is_gone(django_capture_on_commit_callbacks):
    woman = a_holder()
    before = woman.photo.name
    with django_capture_on_commit_callbacks(execute=True):
        photo_set(worker_id=woman.pk, upload=a_portrait(90), actor=woman.user, at=NOW)
    woman.refresh_from_db()
    answer = signed_in(woman.user).get(reverse("my_photo_file"))
    assert b"".join(answer.streaming_content).startswith(b"\xff\xd8")
    assert not woman.photo.storage.exists(before)


def test_a_missing_object_is_named_and_keys_are_changed_in_the_bucket(settings):
    gone, kept = a_holder(), a_holder()
    gone.photo.storage.delete(gone.photo.name)
    assert [(fault.place, fault.key, fault.code) for fault in FilesCheck().faults()] == [
        ("workers.worker.photo", gone.pk, "missing")
    ]
    plain = kept.photo.open().read()
    new = Fernet.generate_key().decode()
    settings.PRIVACY_KEYS = [new, *settings.PRIVACY_KEYS]
    with pytest.raises(SystemExit):
        call_command("privacy_rotate_keys", stdout=(said := StringIO()))
    assert f"workers_worker.photo 第 {gone.pk} 行未能更换：文件不在存储里" in said.getvalue()
    settings.PRIVACY_KEYS = [new]
    assert kept.photo.storage.open(kept.photo.name).read() == plain


def test_while_the_store_is_away_nothing_is_said_to_be_lost(away, settings):
    a_holder()
    away()
    with pytest.raises(CommandError, match="没有回应，其余的没有核对"):
        call_command("files_verify", stdout=StringIO(), stderr=StringIO())
    settings.PRIVACY_KEYS = [Fernet.generate_key().decode(), *settings.PRIVACY_KEYS]
    with pytest.raises(CommandError, match="没有回应，停在"):
        call_command("privacy_rotate_keys", stdout=StringIO())


def test_an_upload_that_the_store_does_not_take_is_told_in_a_sentence_and_names_no_file(away):
    woman = a_holder()
    before, client = woman.photo.name, signed_in(woman.user)
    client.raise_request_exception = False
    away()
    answer = client.post(reverse("my_photo"), {"camera": a_portrait(90)})
    assert (answer.status_code, answer["Retry-After"]) == (503, "15")
    assert "文件暂时打不开，也保存不了" in answer.content.decode()
    woman.refresh_from_db()
    assert woman.photo.name == before
    assert client.get(reverse("my_photo_file")).status_code == 503  # not 404: it is not lost


def test_a_batch_of_certificates_goes_on_when_the_store_is_back(away, files_store):
    run, _everybody = a_class_of(2)
    batch = batch_request(class_run_id=run.pk, issued_on=ISSUED_ON, actor=staff_of(run), at=NOW)
    away()
    with pytest.raises(StoreAwayError):
        batch_work(batch_id=batch.pk, at=NOW)
    batch = CertificateBatch.objects.get(pk=batch.pk)
    assert (batch.state, batch.items.filter(state="waiting").count()) == ("running", 2)
    files_store.start()
    storages["private"]._rests_until = 0
    assert batch_work(batch_id=batch.pk, at=NOW).state == "done"
    assert all(item.certificate.file for item in batch.items.all())
    assert list(FilesCheck().faults()) == []


def body(answer):
    return b"".join(answer.streaming_content) if answer.streaming else answer.content


def test_a_video_is_made_and_shown_from_the_bucket_in_parts_and_whole(tmp_path, files_store, in_bucket):
    video = a_ready_video(a_school(), data=film(size="1280x720"))
    plain = video.rendition.open().read()
    url = media_url(video, MediaKind.VIDEO, viewer=None, at=timezone.now())
    part = Client().get(url, headers={"Range": "bytes=100-199"})
    assert (part.status_code, part["Content-Range"]) == (206, f"bytes 100-199/{len(plain)}")
    assert body(part) == plain[100:200]
    whole = Client().get(url)
    assert (whole.status_code, int(whole["Content-Length"]), body(whole)) == (200, len(plain), plain)
    head = Client().head(url)
    assert (int(head["Content-Length"]), body(head)) == (len(plain), b"")
    poster = Client().get(media_url(video, MediaKind.POSTER, viewer=None, at=timezone.now()))
    assert body(poster).startswith(b"\xff\xd8")
    assert video.rendition_bytes == len(plain)
    assert files_store.unsigned(f"{in_bucket}/lessons/{video.rendition.name}") == 403
    assert not any(path.is_file() for path in tmp_path.rglob("*"))  # nothing is left on the machine that made it


def test_what_a_run_that_was_killed_left_in_the_bucket_is_removed_by_the_next(monkeypatch):
    video = a_video(a_school())
    storage = storages["lessons"]
    left = storage.save(f"renditions/{video.pk}/killed/video.mp4", ContentFile(b"half"))
    monkeypatch.setattr(media_work, "video_finish", lambda **_about: False)
    assert not media_work.video_process(video_id=video.pk, clock=lambda: AT)
    assert not storage.exists(left)
    runs = storage.listdir(f"renditions/{video.pk}")[0]  # this server shows folders a while after their last file
    assert [storage.listdir(f"renditions/{video.pk}/{run}")[1] for run in runs] == [[] for _run in runs]


def test_a_video_that_the_store_does_not_take_waits_and_is_no_fault_of_the_school(away, files_store, monkeypatch):
    video = a_video(a_school())
    keep = media_shelf.Shelf.keep

    def gone(shelf, path):
        away()
        return keep(shelf, path)

    monkeypatch.setattr(media_shelf.Shelf, "keep", gone)
    with pytest.raises(StoreAwayError):
        media_work.video_process(video_id=video.pk, clock=lambda: AT)
    video.refresh_from_db()
    assert (video.state, video.failure, video.rendition.name) == ("processing", "", "")
    monkeypatch.setattr(media_shelf.Shelf, "keep", keep)
    files_store.start()
    storages["lessons"]._rests_until = 0
    assert media_work.video_process(video_id=video.pk, clock=lambda: AT + timedelta(minutes=3))
    video.refresh_from_db()
    assert (video.state, video.rendition.size) == ("ready", video.rendition_bytes)


def test_nginx_gets_an_address_in_the_bucket_that_is_good_for_a_minute(settings, in_bucket):
    video = a_ready_video(a_school())
    settings.LESSON_FILES_ACCEL = "/lesson-files/"
    answer = Client().get(media_url(video, MediaKind.VIDEO, viewer=None, at=timezone.now()))
    place, _mark, query = answer["X-Accel-Redirect"].partition("?")
    assert (answer.status_code, answer.content) == (200, b"")
    assert place.startswith("/lesson-files/qiaoshou-files/")
    assert place.endswith(f"/lessons/renditions/{video.pk}/{video.run}/video.mp4")
    assert "X-Amz-Expires=60" in query


def a_picture():
    data = io.BytesIO()
    Image.new("RGB", (800, 400), (200, 30, 30)).save(data, "JPEG")
    return ImageFile(io.BytesIO(data.getvalue()), name="street.jpg")


def test_a_picture_of_a_page_comes_from_the_site_and_a_document_only_by_its_own_address():
    picture = get_image_model().objects.create(title="街景", file=a_picture())
    small = picture.get_rendition("width-300")
    assert isinstance(default_storage._wrapped, BucketStorage)
    assert small.url.startswith("/media/images/")
    answer = Client().get(small.url)
    assert (answer.status_code, answer["Content-Type"]) == (200, "image/jpeg")
    assert answer["Cache-Control"] == "public, max-age=3600"
    assert Image.open(io.BytesIO(body(answer))).size == (300, 150)
    paper = get_document_model().objects.create(title="通知", file=ContentFile(b"%PDF-1.4 x", name="notice.pdf"))
    assert body(Client().get(paper.url)) == b"%PDF-1.4 x"
    wrong = ("images/none.jpg", "images", "../private/a.jpg", "%2e%2e/private/a.jpg", "a%00.jpg", "文" * 150)
    for address in (f"/media/{paper.file.name}", *(f"/media/{name}" for name in wrong)):
        assert Client().get(address).status_code == 404


def test_with_folders_pictures_are_sent_the_same_way(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    settings.STORAGES = settings.STORAGES | {"default": {"BACKEND": "foundation.storage.WholeFileSystemStorage"}}
    name = default_storage.save("images/a.jpg", ContentFile(b"\xff\xd8 x"))
    assert Path(tmp_path, name).is_file()
    assert body(Client().get(f"/media/{name}")) == b"\xff\xd8 x"
    for address in ("/media/images/", f"/media/{name}/b", f"/media/{'a' * 300}", "/media/a%00.jpg", "/media/%2e%2e/a"):
        assert Client().get(address).status_code == 404
