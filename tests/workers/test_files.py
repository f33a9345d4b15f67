"""Files are judged by their content and lose what they carry along."""

import io
import struct
import zlib

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from tests.workers.builders import NOW, a_worker, an_account
from workers.errors import WorkerError
from workers.files import evidence_checked, photo_checked
from workers.services import photo_set

GPS = 0x8825


def a_picture(*, size=(600, 800), kind="JPEG", exif=None, mode="RGB"):
    out = io.BytesIO()
    Image.new(mode, size, "teal" if mode == "RGB" else None).save(out, kind, **({"exif": exif} if exif else {}))
    return out.getvalue()


def an_upload(data, name="photo.jpg"):
    return SimpleUploadedFile(name, data)


def a_located_picture():
    exif = Image.Exif()
    exif[0x0112] = 6  # turned by a quarter
    exif[0x010F] = "SomePhone"
    exif.get_ifd(GPS)[1] = "N"
    exif.get_ifd(GPS)[2] = (24.0, 28.0, 47.0)
    return a_picture(size=(800, 600), exif=exif.tobytes())


def a_png_bomb():
    """A small file that says it is 30,000 points wide and high."""

    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", 30_000, 30_000, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", head)
        + chunk(b"IDAT", zlib.compress(b"\0" * 1_000_000))
        + chunk(b"IEND", b"")
    )


def test_the_place_of_a_photo_does_not_survive_and_it_stands_upright():
    data = a_located_picture()
    assert Image.open(io.BytesIO(data)).getexif().get_ifd(GPS)
    clean = photo_checked(an_upload(data))
    image = Image.open(io.BytesIO(clean.read()))
    assert (image.format, image.size, dict(image.getexif()), image.info.get("exif")) == ("JPEG", (600, 800), {}, None)
    clean.seek(0)
    assert b"SomePhone" not in clean.read()


def test_a_photo_is_stored_under_a_random_name():
    first, second = (photo_checked(an_upload(a_picture(), "李梅身份证.jpg")) for _n in range(2))
    assert first.name != second.name
    assert "李梅" not in first.name
    assert first.name.startswith("workers/photo/")


@pytest.mark.parametrize("kind", ["JPEG", "PNG"])
def test_both_kinds_are_taken(kind):
    assert photo_checked(an_upload(a_picture(kind=kind), "x.bin")).size > 0


def test_a_see_through_picture_stands_on_white():
    image = Image.open(io.BytesIO(photo_checked(an_upload(a_picture(kind="PNG", mode="RGBA"))).read()))
    assert image.getpixel((5, 5)) == (255, 255, 255)


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "file_empty"),
        (a_picture(size=(294, 413)), "photo_small"),
        (a_picture(size=(600, 800), kind="GIF"), "file_kind"),
        (b"\xff\xd8\xff\xe0 no picture", "file_kind"),
        (a_picture()[:400], "file_kind"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "file_kind"),
        (b"MZ" + b"\0" * 3000, "file_kind"),
        (a_picture() + b"\0" * (5 * 1024 * 1024), "file_large"),
        (a_png_bomb(), "photo_huge"),
    ],
)
def test_what_is_no_usable_photo_is_refused(data, code):
    with pytest.raises(WorkerError) as refusal:
        photo_checked(an_upload(data))
    assert refusal.value.code == code


A_PDF = b"%PDF-1.7\n1 0 obj<</Type/Catalog>>endobj\nxref\ntrailer<<>>\nstartxref\n9\n%%EOF\n"


def test_a_paper_is_a_pdf_or_a_picture():
    assert evidence_checked(an_upload(A_PDF, "x.exe")).name.endswith(".pdf")
    assert evidence_checked(an_upload(a_picture(size=(60, 60)), "x.pdf")).name.endswith(".jpg")


def test_evidence_lies_in_the_folder_of_whatever_it_belongs_to():
    assert evidence_checked(an_upload(A_PDF)).name.startswith("workers/evidence/")
    for content in (A_PDF, a_picture(size=(60, 60))):
        assert evidence_checked(an_upload(content), folder="claims/papers").name.startswith("claims/papers/")


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"just words, named .pdf", "file_kind"),
        (b"%PDF-1.7\nand nothing more", "file_broken"),
        (A_PDF.replace(b"Catalog", b"Catalog/OpenAction<</S/JavaScript>>"), "file_unsafe"),
        (A_PDF.replace(b"trailer<<>>", b"trailer<</Encrypt 5 0 R>>"), "file_unsafe"),
        (b"PK\x03\x04" + b"\0" * 100, "file_kind"),
    ],
)
def test_a_false_paper_is_refused(data, code):
    with pytest.raises(WorkerError) as refusal:
        evidence_checked(an_upload(data, "evidence.pdf"))
    assert refusal.value.code == code


@pytest.mark.django_db
def test_a_refused_photo_leaves_the_old_one(django_capture_on_commit_callbacks):
    worker = a_worker(verified=True)
    photo_set(worker_id=worker.pk, upload=an_upload(a_picture()), actor=worker.user, at=NOW)
    worker.refresh_from_db()
    before = worker.photo.name
    with pytest.raises(WorkerError):
        photo_set(worker_id=worker.pk, upload=an_upload(b"nothing"), actor=worker.user, at=NOW)
    worker.refresh_from_db()
    assert worker.photo.name == before
    with django_capture_on_commit_callbacks(execute=True):
        photo_set(worker_id=worker.pk, upload=an_upload(a_picture()), actor=worker.user, at=NOW)
    worker.refresh_from_db()
    assert worker.photo.name != before
    assert worker.photo.storage.exists(before) is False
    assert an_account().pk != worker.user_id
