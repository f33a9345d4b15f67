"""A file from anywhere: each forgery is told as what it is, and no file breaks the page or tells what it must not."""

import io
import zlib
from dataclasses import replace

import pikepdf
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from certifications.certificates.numbers import training_number
from certifications.certificates.printing import check_address
from certifications.papers.keys import signing_key, signing_key_from, trusted_certificates
from certifications.papers.reading import PaperRead, SignatureState, paper_read
from certifications.verification import limits, uploads, views
from certifications.verification.comparison import compared
from certifications.verification.states import Verdict
from tests.certifications.verification.builders import (
    ID_NUMBER,
    NAME,
    a_file,
    a_photo,
    a_training_certificate,
    an_event,
    content_of_training,
)
from tests.certifications.verification.test_check import words

pytestmark = pytest.mark.django_db


def upload(client, content: bytes, name: str = "证书.pdf"):
    return client.post("/verify/file/", {"file": SimpleUploadedFile(name, content, "application/pdf")})


def a_reading(of: str, /, **fields) -> PaperRead:
    """What is read in an untouched file of a certificate."""
    content = content_of_training(of)
    return replace(
        PaperRead(
            signature=SignatureState.VALID, is_whole_file_covered=True, data=content, data_signature_valid=True,
            printed=content["values"], visible=content["values"], photo_matches=True, qr=content["qr"],
            template="training-certificate/1", number=of,
        ),
        **fields,
    )  # fmt: skip


def differing(read: PaperRead) -> list[str]:
    return [str(line.label) for line in compared(read).differing]


# --- the verdict, from what was read --------------------------------------------------------------------------


def test_an_untouched_file_is_the_original():
    certificate = a_training_certificate()
    found = compared(a_reading(certificate.number))
    assert found.verdict == Verdict.ORIGINAL
    assert found.differing == []


@pytest.mark.parametrize(("place", "text", "label"), [
    ("name", "王芳", "姓名"), ("document_number", "350201198001010020", "证件号码"), ("school", "别的学校", "培训机构"),
    ("level", "三级/高级工", "等级或培训项目"), ("issued_on", "2025年11月23日", "发证日期"),
    ("hours_practice", "800", "实操学时"),
])  # fmt: skip
def test_an_edited_place_is_named_with_what_stood_there(place, text, label):
    certificate = a_training_certificate()
    read = a_reading(certificate.number, signature=SignatureState.INVALID, differing=(place,))
    found = compared(replace(read, visible=dict(read.visible) | {place: text}))
    assert found.verdict == Verdict.CHANGED
    assert [str(line.label) for line in found.differing] == [label]
    assert label in found.sentence
    assert found.lines[0].in_file == text
    shown = (found.lines[0].signed, found.lines[0].recorded)
    assert NAME not in shown
    assert ID_NUMBER not in shown


def test_what_is_only_behind_the_paper_is_masked():
    certificate = a_training_certificate()
    read = a_reading(certificate.number, differing=("name",))
    line = compared(replace(read, visible=dict(read.visible) | {"name": "王芳"})).lines[0]
    assert (line.in_file, line.signed, line.recorded) == ("王芳", "李**", "李**")


def test_a_swapped_photo_is_told():
    certificate = a_training_certificate()
    read = a_reading(certificate.number, signature=SignatureState.INVALID, photo_matches=False, differing=("photo",))
    assert compared(read).verdict == Verdict.CHANGED
    assert differing(read) == ["照片"]


def test_the_code_of_another_person_is_told_and_her_record_is_not():
    certificate, other = a_training_certificate(), a_training_certificate(school="别的学校")
    read = a_reading(
        certificate.number, signature=SignatureState.INVALID, qr=check_address(other.number), differing=("qr",)
    )
    found = compared(read)
    assert found.verdict == Verdict.OTHER_CODE
    assert "别的学校" not in str(found)


def test_something_added_after_signing_is_told_though_nothing_shows():
    certificate = a_training_certificate()
    found = compared(a_reading(certificate.number, is_whole_file_covered=False, changed_after_signing=True))
    assert found.verdict == Verdict.CHANGED
    assert "又往文件里加过内容" in found.sentence


def test_something_drawn_beside_the_places_is_told():
    certificate = a_training_certificate()
    read = a_reading(certificate.number, signature=SignatureState.INVALID, differing=("elsewhere",))
    assert differing(read) == ["页面其他地方"]


@pytest.mark.parametrize(("state", "word"), [("revoked", "已撤销"), ("suspended", "暂停使用"), ("replaced", "已换发")])
def test_an_original_of_a_certificate_that_is_not_in_force_is_told_as_that(state, word):
    certificate = a_training_certificate(state=state)
    found = compared(a_reading(certificate.number))
    assert found.verdict == Verdict.NOT_IN_FORCE
    assert word in found.sentence


def test_a_signed_file_without_a_record_is_not_vouched_for():
    assert compared(a_reading(training_number("350203", 9999, 2026, 1))).verdict == Verdict.UNRECORDED


@pytest.mark.parametrize("fields", [
    {"data_signature_valid": False}, {"data": None}, {"number": None}, {"template": "simple/1"},
    {"data": {"check_code": "AAAA2222"}}, {"data": {}},
], ids=["signature", "no data", "no number", "another paper", "a wrong code", "no code"])  # fmt: skip
def test_a_file_that_is_not_ours_learns_nothing_of_the_record(fields, django_assert_num_queries):
    certificate = a_training_certificate(school="只有登记里有的学校")
    read = a_reading(certificate.number, **fields)
    with django_assert_num_queries(0):
        found = compared(read)
    assert found.verdict == Verdict.FOREIGN
    assert found.lines == ()
    assert "只有登记里有的学校" not in str(found)


# --- real files -----------------------------------------------------------------------------------------------


def edited(content: bytes) -> bytes:
    """The file with another name drawn over the page, saved anew: what a PDF editor does."""
    target = io.BytesIO()
    with pikepdf.open(io.BytesIO(content)) as document:
        page = document.pages[0]
        page.contents_add(document.make_stream(b"q 1 0 0 rg 200 560 120 16 re f Q"))
        document.save(target)
    return target.getvalue()


def added_to(content: bytes) -> bytes:
    """The file with an update behind its signature."""
    size = content.rindex(b"startxref")
    last = content[size:].split()[1].decode()
    return (
        content
        + (
            f"\n9999 0 obj\n<< /Note (later) >>\nendobj\nxref\n9999 1\n{len(content) + 1:010d} 00000 n \n"
            f"trailer\n<< /Size 10000 /Prev {last} >>\nstartxref\n{len(content) + 40}\n%%EOF\n"
        ).encode()
    )


def test_a_real_original_an_edited_copy_and_a_revoked_one(client):
    certificate = a_training_certificate()
    original = a_file(certificate)
    answer = upload(client, original)
    assert "原件未改动" in words(answer), words(answer)
    assert NAME not in words(answer)
    assert answer.headers["Cache-Control"] == "no-store, private"
    assert "文件被改过" in words(upload(client, edited(original)))
    certificate.__class__.objects.filter(pk=certificate.pk).update(state="suspended")
    an_event(certificate, "suspended", data={"category": "checking"}, reason="内部情况")
    suspended = words(upload(client, original))
    assert "文件是真的，但证书现在不能用" in suspended
    assert "正在调查核实" in suspended
    assert "内部情况" not in suspended


def test_a_real_swapped_photo_another_code_and_an_update(client):
    certificate, other = a_training_certificate(), a_training_certificate()
    original = a_file(certificate)
    swapped = io.BytesIO()
    foreign = pikepdf.open(io.BytesIO(a_file(other, photo=a_photo("red"))))
    with pikepdf.open(io.BytesIO(original)) as document:
        photo = document.copy_foreign(foreign.pages[0].Resources.XObject["/Photo"])
        document.pages[0].Resources.XObject["/Photo"] = photo
        document.save(swapped)
    said = words(upload(client, swapped.getvalue()))
    assert "文件被改过" in said
    assert "照片 不一样" in said, said
    assert "原件未改动" not in words(upload(client, added_to(original)))


def forged(certificate) -> bytes:
    """Made with a key of the forger's, then broken, so that nobody asks who signed it."""
    ours = signing_key().certificate
    key = ec.generate_private_key(ec.SECP256R1())
    own = (
        x509.CertificateBuilder()
        .subject_name(ours.subject)
        .issuer_name(ours.subject)
        .public_key(key.public_key())
        .serial_number(7)
        .not_valid_before(ours.not_valid_before_utc)
        .not_valid_after(ours.not_valid_after_utc)
        .sign(key, hashes.SHA256())
    )
    content = content_of_training(certificate.number, name="王芳") | {"check_code": "AAAA2222"}
    made = bytearray(a_file(certificate, values=content["values"], data=content, signer=signing_key_from(key, own)))
    made[made.index(b"(", made.rindex(b"/CreationDate")) + 3] ^= 1
    return bytes(made)


def test_a_forgery_with_the_number_of_a_real_certificate_learns_nothing_of_it(client):
    certificate = a_training_certificate(school="只有登记里有的学校")
    file = forged(certificate)
    assert not paper_read(file, trusted=trusted_certificates()).data_signature_valid
    said = words(upload(client, file))
    assert "不是本平台的文件" in said
    assert "只有登记里有的学校" not in said


# --- files made to do harm ------------------------------------------------------------------------------------


def bomb() -> bytes:
    """A page whose content unpacks to a gigabyte."""
    packed = zlib.compress(zlib.compress(b" " * 2**30, 9), 9)
    return (
        b"%PDF-1.7\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
        b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R>>endobj\n"
        b"4 0 obj<</Length " + str(len(packed)).encode() + b"/Filter[/FlateDecode/FlateDecode]>>stream\n" + packed
        + b"\nendstream endobj\ntrailer<</Root 1 0 R>>\n"
    )  # fmt: skip


HOSTILE = {
    "nothing of a PDF": b"MZ" + b"\x00" * 5000,
    "a PDF in name only": b"%PDF-1.7\n" + b"\xff" * 2000,
    "a loop of pages": b"%PDF-1.7\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n"
    b"2 0 obj<</Type/Pages/Kids[2 0 R]/Count 1>>endobj\ntrailer<</Root 1 0 R>>",
    "deep nesting": b"%PDF-1.7\n1 0 obj" + b"[" * 200_000 + b"]" * 200_000 + b"endobj\ntrailer<</Root 1 0 R>>",
    "a page of text": "这是一张证书".encode() * 100,
}


@pytest.mark.parametrize("content", HOSTILE.values(), ids=HOSTILE.keys())
def test_a_hostile_file_ends_in_a_sentence(client, content):
    answer = upload(client, content)
    assert answer.status_code == 200
    assert "不是本平台的文件" in words(answer)


def test_a_bomb_ends_in_a_sentence(client):
    answer = upload(client, bomb())
    assert answer.status_code == 200
    assert "不是本平台的文件" in words(answer)


def test_a_reader_that_breaks_ends_in_a_sentence(client, monkeypatch):
    def breaks(*args, **kwargs):
        raise RuntimeError("inside")

    monkeypatch.setattr(views, "paper_read", breaks)
    answer = upload(client, b"%PDF-1.7")
    assert answer.status_code == 200
    assert "打不开" in words(answer)


@pytest.mark.parametrize("size", [uploads.LARGEST + 1, 50 * 1024 * 1024])
def test_a_large_file_is_refused_without_being_kept_or_read(client, monkeypatch, size):
    monkeypatch.setattr(views, "paper_read", lambda *args, **kwargs: pytest.fail("it was read"))
    answer = upload(client, b"%PDF-1.7" + b"0" * size)
    assert answer.status_code == 413
    assert "太大了" in words(answer)


@pytest.mark.parametrize(("content", "sentence"), [(b"", "文件是空的"), (None, "请先选择文件")])
def test_no_file_and_an_empty_one_are_told(client, content, sentence):
    answer = client.post("/verify/file/", {}) if content is None else upload(client, content)
    assert sentence in words(answer)


def test_a_file_needs_its_token_and_is_held_in_memory_only(monkeypatch):
    monkeypatch.setattr("tempfile.NamedTemporaryFile", lambda *args, **kwargs: pytest.fail("it was written"))
    strict = Client(enforce_csrf_checks=True)
    assert upload(strict, b"%PDF-1.7").status_code == 403
    token = strict.get("/verify/file/").content.decode().split('name="csrfmiddlewaretoken" value="')[1].split('"')[0]
    file = SimpleUploadedFile("a.pdf", b"text", "application/pdf")
    answer = strict.post("/verify/file/", {"csrfmiddlewaretoken": token, "file": file})
    assert "不是本平台的文件" in words(answer)


def test_files_from_one_address_are_limited(client, monkeypatch):
    monkeypatch.setattr(views, "paper_read", lambda *args, **kwargs: PaperRead(problems=("not_pdf",)))
    for _file in range(limits.FILES.most):
        assert upload(client, b"x").status_code == 200
    assert upload(client, b"x").status_code == 429


def test_one_file_at_a_time_leaves_the_other_pages_their_place(client, monkeypatch):
    monkeypatch.setattr(views, "PATIENCE", 0.01)
    with views._one_at_a_time:
        answer = upload(client, b"x")
    assert answer.status_code == 503
    assert "请过一分钟再试" in words(answer)
    assert upload(client, b"x").status_code == 200


def test_the_builders_file_is_what_the_reader_calls_genuine():
    certificate = a_training_certificate()
    assert paper_read(a_file(certificate), trusted=trusted_certificates()).is_genuine
