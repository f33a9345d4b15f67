"""The form of the files as others see it: PDF/A-3b by our own rules, syntax by qpdf, signature by pdfsig.

There is no full PDF/A validator among our tools, so the rules that matter most are asked one by one.
"""

import json
import re
import subprocess
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pikepdf
import pytest
from fontTools.ttLib import TTFont

from certifications.papers.keys import SigningKey
from certifications.papers.signing import jws_detached
from certifications.papers.simple import simple_paper
from tests.certifications.papers.builders import DATA, NUMBER, TEMPLATE, VALUES, a_key, a_paper


@pytest.fixture(params=["plain", "rare"])
def pdf(request: pytest.FixtureRequest) -> bytes:
    return a_paper() if request.param == "plain" else a_paper(name="王㵑", note="更正：姓名")


@pytest.fixture
def document(pdf: bytes) -> Iterator[pikepdf.Pdf]:
    with pikepdf.open(BytesIO(pdf)) as opened:
        yield opened


def every_dictionary(document: pikepdf.Pdf) -> Iterator[Any]:
    return (item for item in document.objects if isinstance(item, pikepdf.Dictionary | pikepdf.Stream))


def test_qpdf_finds_no_fault(pdf: bytes, tmp_path: Path) -> None:
    path = tmp_path / "paper.pdf"
    path.write_bytes(pdf)
    done = subprocess.run(["qpdf", "--check", path], capture_output=True, text=True, check=False)
    assert done.returncode == 0
    assert "No syntax or stream encoding errors found" in done.stdout
    assert "WARNING" not in done.stdout + done.stderr


def test_pdfsig_calls_the_signature_valid_and_whole(pdf: bytes, tmp_path: Path) -> None:
    path = tmp_path / "paper.pdf"
    path.write_bytes(pdf)
    said = subprocess.run(["pdfsig", path], capture_output=True, text=True, check=False).stdout
    assert "Signature is Valid." in said
    assert "Total document signed" in said
    assert "ETSI.CAdES.detached" in said


def test_the_metadata_call_it_pdf_a_3b_and_agree_with_the_old_form(document: pikepdf.Pdf) -> None:
    metadata = document.Root.Metadata
    assert "/Filter" not in metadata
    tree = ElementTree.fromstring(metadata.read_bytes().decode())
    texts = {element.tag.rpartition("}")[2]: (element.text or "").strip() for element in tree.iter()}
    assert (texts["part"], texts["conformance"]) == ("3", "B")
    titles = [element.text for element in tree.iter() if element.tag.endswith("}li")]
    assert titles == [f"培训合格证书 {NUMBER}", VALUES["issuer"]]
    assert titles == [str(document.docinfo["/Title"]), str(document.docinfo["/Author"])]
    assert texts["CreateDate"] == "2026-04-20T09:30:00+08:00"
    assert str(document.docinfo["/CreationDate"]) == "D:20260420093000+08'00'"
    assert texts["identifier"] == NUMBER
    assert texts["source"] == TEMPLATE


def test_colours_are_those_of_the_output_intent(document: pikepdf.Pdf) -> None:
    intent = document.Root.OutputIntents[0]
    profile = intent.DestOutputProfile.read_bytes()
    assert intent.S == "/GTS_PDFA1"
    assert (profile[12:16], profile[16:20], profile[36:40]) == (b"mntr", b"RGB ", b"acsp")
    assert profile[8] <= 4
    assert int(intent.DestOutputProfile.N) == 3


def test_every_font_is_embedded_with_its_characters_and_widths(document: pikepdf.Pdf) -> None:
    outers = [item for item in every_dictionary(document) if item.get("/Subtype") == "/Type0"]
    assert len(outers) >= 3
    for outer in outers:
        font = outer.DescendantFonts[0]
        assert (font.Subtype, font.CIDToGIDMap) == ("/CIDFontType2", "/Identity")
        assert re.fullmatch(r"/[A-Z]{6}\+.+", str(font.BaseFont))
        file = TTFont(BytesIO(font.FontDescriptor.FontFile2.read_bytes()))
        order, scale = file.getGlyphOrder(), 1000 / file["head"].unitsPerEm
        mapped = outer.ToUnicode.read_bytes().partition(b"endcodespacerange")[2]
        used = {int(number, 16) for number in re.findall(rb"^<(\w{4})> *<", mapped, re.M)}
        assert used
        assert 0 not in used
        for number in used:
            assert width_of(font, number) == pytest.approx(file["hmtx"][order[number]][0] * scale, abs=1)


def width_of(font: Any, glyph: int) -> float:
    entries = list(font.W)
    for first, widths in zip(entries[::2], entries[1::2], strict=True):
        if 0 <= glyph - int(first) < len(widths):
            return float(widths[glyph - int(first)])
    return float(font.DW)


def test_nothing_in_it_acts_hides_or_shines_through(document: pikepdf.Pdf) -> None:
    assert not document.is_encrypted
    for item in every_dictionary(document):
        assert {"/JS", "/AA", "/OpenAction", "/SMask", "/LZWDecode"}.isdisjoint(item.keys())
        assert item.get("/S") not in {"/JavaScript", "/Launch", "/Transparency"}
        for state in ("/CA", "/ca"):
            assert float(item.get(state, 1)) == 1
    page = document.pages[0]
    assert [int(note.F) & 0b100111 for note in page.Annots] == [4]  # printed, and not hidden in any way
    assert len(document.trailer.ID) == 2


def test_the_data_go_along_signed_by_the_same_key(document: pikepdf.Pdf) -> None:
    assert sorted(document.attachments) == ["certificate.json", "certificate.json.jws"]
    relations = {str(spec.F): str(spec.AFRelationship) for spec in document.Root.AF}
    assert relations == {"certificate.json": "/Data", "certificate.json.jws": "/Supplement"}
    content = document.attachments["certificate.json"].get_file().read_bytes()
    words = json.loads(content)
    assert words["data"] == DATA
    assert words["number"] == NUMBER
    assert words["template"] == TEMPLATE
    assert words["printed"]["document_number"] == VALUES["document_number"]
    assert content == json.dumps(words, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
    key: SigningKey = a_key()[0]
    assert document.attachments["certificate.json.jws"].get_file().read_bytes() == jws_detached(key, content)


def test_simple_papers_use_our_fonts_and_fetch_nothing(tmp_path: Path, settings: Any) -> None:
    folder = tmp_path / "simple"
    folder.mkdir()
    head = '<!doctype html><html lang="zh-Hans"><head><meta charset="utf-8"><title>准考证</title>{}</head>'
    style = '<link rel="stylesheet" href="papers:simple.css">'
    body = "<body><h1>准考证</h1><p class='value'>{{ name }}</p></body></html>"
    (folder / "ticket.html").write_text(head.format(style) + body, "utf-8")
    for number, reach in enumerate(("http://127.0.0.1:1/x.css", "file:///etc/passwd", "papers:../fonts/kai.ttf")):
        (folder / f"reach{number}.html").write_text(
            head.format(f'<link rel="stylesheet" href="{reach}">') + body, "utf-8"
        )
    settings.TEMPLATES = [settings.TEMPLATES[0] | {"DIRS": [folder]}]
    pdf = simple_paper("ticket.html", {"name": "王㵑 <b>"})
    with pikepdf.open(BytesIO(pdf)) as document:
        names = {str(item.FontName) for item in every_dictionary(document) if "/FontName" in item}
    assert {name.partition("+")[2].partition("-")[0] for name in names} == {"Song", "Kai", "Rare"}
    path = tmp_path / "ticket.pdf"
    path.write_bytes(pdf)
    assert "王㵑 <b>" in subprocess.run(["pdftotext", path, "-"], capture_output=True, text=True, check=True).stdout
    for number in range(3):
        with pytest.raises(ValueError, match="not bundled"):
            simple_paper(f"reach{number}.html", {"name": "李梅"})
