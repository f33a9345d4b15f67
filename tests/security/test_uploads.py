"""What people hand in is judged by its content: every field for a file names its judge, and no judge is fooled."""

import importlib
import io
import pkgutil
import zipfile
import zlib
from collections.abc import Callable

import pytest
from django import forms
from django.core.files.uploadedfile import SimpleUploadedFile
from openpyxl import Workbook

from courses.content.subtitles import subtitles_read
from foundation.errors import DomainError
from foundation.imports.cells import Origin
from foundation.imports.readers import book_read
from residency.routes.uploads import draft_from_text
from tests.workers.test_files import a_picture, a_png_bomb
from workers.files import evidence_checked, photo_checked

FLOORS = ("workers", "courses", "certifications", "subsidies", "residency", "foundation", "exchange", "portal")
# Each field with whatever judges what comes through it. Fields that a form inherits count with each form.
JUDGES: dict[str, set[str]] = {
    "paper": {
        "certifications.applications.forms.PaperForm.file",
        "certifications.certificates.prior_forms.PriorCheckForm.screenshot",
        "certifications.certificates.prior_forms.PriorForm.evidence",
        "courses.schools.forms.PaperForm.file",
        "subsidies.awards.forms.PaperForm.paper",
        "subsidies.claims.forms.AppealForm.evidence",
        "subsidies.notices.forms.ObjectionForm.evidence",
        "subsidies.school_claims.forms.AccountForm.paper",
        "subsidies.school_claims.forms.CorrectForm.paper",
        "subsidies.school_claims.forms.PaperForm.paper",
        "workers.forms.AskForm.evidence",
        "workers.forms.EducationForm.evidence",
        "workers.forms.EmploymentForm.evidence",
        "workers.forms.EvidenceForm.evidence",
        "workers.forms.GroupForm.evidence",
    },
    "portrait": {"workers.forms.PhotoForm.album", "workers.forms.PhotoForm.camera"},
    "table": {
        "certifications.scoring.forms.ScoreFileForm.file",
        "courses.classes.class_forms.PlanFileForm.file",
        "courses.classes.enrolment_forms.RosterFileForm.file",
        "courses.content.media_forms.QuestionsFileForm.file",
        "portal.staff.forms.UploadForm.file",
        "subsidies.registers.forms.FileForm.file",
    },
    "subtitles": {"courses.content.media_forms.SubtitlesForm.file"},
    "pack": {"residency.routes.forms.files.UploadForm.file"},
    # With tests of their own: ffmpeg reads a video, pikepdf a certificate, and a bank's lines answer ours one by one.
    "video": {"courses.content.media_forms.VideoUploadForm.file"},
    "certificate": {"certifications.verification.forms.FileForm.file"},
    "bank": {"subsidies.payments.forms.ReturnForm.file"},
}
END = b"\nstartxref\n0\n%%EOF\n"
HTML = b"<!doctype html><script>alert(1)</script>"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'


def fields_that_take_files() -> set[str]:
    for floor in FLOORS:
        package = importlib.import_module(floor)
        for module in pkgutil.walk_packages(package.__path__, f"{floor}."):
            if "forms" in module.name and not module.name.startswith("portal.design"):
                importlib.import_module(module.name)
    found, waiting = set(), [forms.Form]
    while waiting:
        form = waiting.pop()
        waiting += form.__subclasses__()
        if form.__module__.split(".")[0] in FLOORS and not form.__module__.startswith("portal.design"):
            files = [name for name, field in form.declared_fields.items() if isinstance(field, forms.FileField)]
            found |= {f"{form.__module__}.{form.__qualname__}.{name}" for name in files}
    return found


def test_every_field_that_takes_a_file_names_its_judge():
    named = [field for fields in JUDGES.values() for field in fields]
    assert len(named) == len(set(named))
    assert fields_that_take_files() == set(named)


def an_upload(data: bytes, name: str = "证明.pdf", kind: str = "application/pdf") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, data, kind)


def a_pdf(body: bytes = b"") -> bytes:
    return b"%PDF-1.7\n1 0 obj<</Type/Catalog>>endobj\n" + body + END


def packed(objects: bytes) -> bytes:
    """Objects as PDF 1.5 packs them, where no word of theirs can be read."""
    data = zlib.compress(objects)
    return b"5 0 obj<</Type/ObjStm/N 1/First 4/Filter/FlateDecode/Length %d>>stream\n%s\nendstream endobj" % (
        len(data), data,
    )  # fmt: skip


def a_zip(**members: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return out.getvalue()


def a_sheet(change: Callable[[dict[str, bytes]], None] = lambda parts: None) -> bytes:
    book, out = Workbook(), io.BytesIO()
    book.active.append(["姓名", "备注"])  # type: ignore[union-attr]
    book.active.append(["李梅", "=1+1"])  # type: ignore[union-attr]
    book.save(out)
    with zipfile.ZipFile(out) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    change(parts)
    return a_zip(**parts)


def with_entities(parts: dict[str, bytes]) -> None:
    bomb = b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;"><!ENTITY f SYSTEM "file:///etc/passwd">]>'
    sheet = parts["xl/worksheets/sheet1.xml"]
    parts["xl/worksheets/sheet1.xml"] = bomb + sheet.replace(b"<v>", b"<v>&f;&b;", 1)


def with_a_bomb(parts: dict[str, bytes]) -> None:
    parts["xl/worksheets/sheet1.xml"] = b"<worksheet><sheetData>" + b" " * 400_000_000


PAPERS: dict[str, bytes] = {
    "a page": HTML,
    "a drawing that runs": SVG,
    "a page behind the mark of a picture": b"\xff\xd8\xff\xe0" + HTML,
    "a page behind the mark of a GIF": b"GIF89a" + HTML,
    "an archive": a_zip(a=b"x"),
    "a workbook": a_sheet(),
    "a program": b"MZ" + bytes(200),
    "a picture of 900 million points": a_png_bomb(),
    "nothing": b"",
    "a script": a_pdf(b"2 0 obj<</S/JavaScript/JS(app.alert(1))>>endobj"),
    "a script with a name in signs": a_pdf(b"2 0 obj<</S/J#61vaScript/JS(app.alert(1))>>endobj"),
    "a script among packed objects": a_pdf(packed(b"2 0 <</S/JavaScript/JS(app.alert(1))>>")),
    "a script in signs among packed objects": a_pdf(packed(b"2 0 <</S/J#61vaScript/JS(app.alert(1))>>")),
    "packed objects in signs": a_pdf(packed(b"2 0 <</S/JavaScript>>").replace(b"/ObjStm", b"/Obj#53tm")),
    "packed objects without end": a_pdf(packed(b"2 0 <<>>" + b" " * 50_000_000)),
    "packed objects that are none": a_pdf(b"5 0 obj<</Type/ObjStm/N 1/First 4>>stream\nxx\nendstream endobj"),
    "a program to start": a_pdf(b"2 0 obj<</S/Launch/F(cmd.exe)>>endobj"),
    "a file inside": a_pdf(b"2 0 obj<</Type/EmbeddedFile>>endobj"),
    "a password": a_pdf(b"trailer<</Encrypt 3 0 R>>"),
    "half a file": b"%PDF-1.7\n1 0 obj",
}


@pytest.mark.parametrize("what", PAPERS)
def test_a_paper_is_a_quiet_pdf_or_a_picture(what):
    with pytest.raises(DomainError) as refusal:
        evidence_checked(an_upload(PAPERS[what]))
    assert any("\u4e00" <= sign <= "\u9fff" for sign in refusal.value.message)


@pytest.mark.parametrize("what", PAPERS)
def test_a_portrait_is_a_picture(what):
    with pytest.raises(DomainError):
        photo_checked(an_upload(PAPERS[what], "照片.jpg", "image/jpeg"))


def test_a_pdf_as_scanners_make_them_is_taken():
    quiet = a_pdf(packed(b"2 0 <</Type/Page/Contents 3 0 R>>"))
    assert evidence_checked(an_upload(quiet)).read() == quiet


@pytest.mark.parametrize("name", ["../../../etc/cron.d/x.pdf", "..\\..\\x.pdf", "a\0.php.pdf", "CON.pdf", "x" * 5000])
def test_the_name_somebody_gave_is_not_the_name_it_is_kept_under(name):
    upload = an_upload(a_picture(), "x.jpg")
    upload._name = name
    kept = str(evidence_checked(upload, folder="papers").name)
    assert kept.startswith("papers/")
    assert kept.endswith(".jpg")
    assert (len(kept), ".." in kept, "\0" in kept) == (len("papers/") + 3 + 32 + 4, False, False)


def test_what_hangs_on_behind_a_picture_is_left_behind():
    """A picture that is a page, too, for whoever reads on."""
    kept = evidence_checked(an_upload(a_picture() + HTML + a_zip(a=b"x"))).read()
    assert kept.startswith(b"\xff\xd8")
    assert (b"<script>" in kept, b"PK\x03\x04" in kept) == (False, False)


TABLES: dict[str, bytes] = {
    "a page": HTML,
    "a picture": a_picture(),
    "a pdf": a_pdf(),
    "entities": a_sheet(with_entities),
    "a bomb": a_sheet(with_a_bomb),
    "many members": a_zip(**{f"x{n}": b"" for n in range(20_000)}),
    "an archive of other things": a_zip(a=b"x"),
    "half an archive": a_sheet()[:300],
}


@pytest.mark.parametrize("what", TABLES)
def test_a_table_is_a_table(what):
    with pytest.raises(DomainError) as refusal:
        book_read(TABLES[what])
    assert any("\u4e00" <= sign <= "\u9fff" for sign in refusal.value.message)


def test_a_macro_in_a_workbook_is_not_looked_at_and_a_formula_stays_text():
    def with_a_macro(parts: dict[str, bytes]) -> None:
        parts["xl/vbaProject.bin"] = b"Sub AutoOpen()"

    book = book_read(a_sheet(with_a_macro))
    [(text, origin)] = [(line.cell(1).text, line.cell(1).origin) for line in book.sheets[0].lines[1:]]
    assert (text, origin) == ("=1+1", Origin.FORMULA)


@pytest.mark.parametrize("data", [HTML, SVG, a_picture(), b"", b"\0" * 100, a_zip(a=b"x")])
def test_subtitles_are_subtitles(data):
    with pytest.raises(DomainError):
        subtitles_read(data)


BROKEN_PACKS = {
    "no value": "x = [",
    "a page": HTML.decode(),
    "a table twice": "[a]\n[a]\n",
    "lists in lists": "a = " + "[" * 5000,
    "names in names": ".".join("a" * 5000) + " = 1",
    "half a character": 'code = "\\ud800"',
    "a number that fills the memory": "a = 1e999999999",
    "whole number of a million digits": "a = 1" + "0" * 200_000,
    "no number": "a = nan",
    "control letters": 'a = "\\u0001"',
    "too many values": "a = [" + "1," * 30_000 + "]",
}


@pytest.mark.parametrize("what", BROKEN_PACKS)
def test_a_pack_of_routes_that_is_none_is_refused_in_words(what):
    with pytest.raises(DomainError) as refusal:
        draft_from_text(BROKEN_PACKS[what])
    assert any("\u4e00" <= sign <= "\u9fff" for sign in refusal.value.message)
