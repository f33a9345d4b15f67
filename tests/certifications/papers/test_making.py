"""Making certificate files: what they show, that nothing is left out silently, and that they come out the same."""

import multiprocessing
import subprocess
from io import BytesIO
from pathlib import Path

import pypdfium2
import pytest
import zxingcpp
from PIL import Image

from certifications.papers.errors import PaperError
from certifications.papers.making import draft, paper_make, papers_make
from certifications.papers.photos import photo_make
from certifications.papers.setting import lines_of
from certifications.papers.templates import template_slots, templates_known
from tests.certifications.papers.builders import NUMBER, TEMPLATE, VALUES, a_key, a_paper, a_portrait, a_sheet


def text_of(pdf: bytes, tmp_path: Path) -> str:
    """The text as poppler reads it, which is another program than any of ours."""
    path = tmp_path / "paper.pdf"
    path.write_bytes(pdf)
    done = subprocess.run(["pdftotext", "-raw", path, "-"], capture_output=True, text=True, check=True)
    return done.stdout


def test_every_field_is_printed_and_can_be_read_out(tmp_path: Path) -> None:
    text = "".join(text_of(a_paper(), tmp_path).split())
    for value in (*VALUES.values(), NUMBER, "培训合格证书", f"https://qiaoshou.example/check/{NUMBER}/K7M2Q9/"):
        assert "".join(value.split()) in text
    assert "不是职业技能等级证书" in text
    assert "电子证照" not in text


def test_the_qr_code_leads_to_the_address() -> None:
    page = pypdfium2.PdfDocument(a_paper())[0].render(scale=2).to_pil()
    assert [code.text for code in zxingcpp.read_barcodes(page)] == [f"https://qiaoshou.example/check/{NUMBER}/K7M2Q9/"]


def test_the_page_is_a4_upright() -> None:
    width, height = pypdfium2.PdfDocument(a_paper())[0].get_size()
    assert (round(width / 72 * 25.4), round(height / 72 * 25.4)) == (210, 297)


def test_a_file_stays_below_sixty_kilobytes() -> None:
    assert len(a_paper()) < 60_000


def test_the_same_sheet_under_the_same_key_is_the_same_file() -> None:
    key, _root = a_key()
    assert paper_make(a_sheet(), signer=key) == paper_make(a_sheet(), signer=key)
    photo = photo_make(a_portrait())
    assert draft(a_sheet(), photo=photo, signer=key) == draft(a_sheet(), photo=photo, signer=key)
    assert paper_make(a_sheet(name="李美"), signer=key) != paper_make(a_sheet(), signer=key)


def test_a_missing_work_type_is_printed_as_two_dashes(tmp_path: Path) -> None:
    assert "--" in text_of(a_paper(work_type=""), tmp_path)


@pytest.mark.parametrize("name", ["李䶮", "王㵑", "陈㛃", "欧阳婉莹", "阿依古丽·买买提", "赵筼筜", "𠅤堃"])
def test_names_with_rare_characters_are_printed(name: str, tmp_path: Path) -> None:
    assert name in text_of(a_paper(name=name), tmp_path)


def test_a_reissue_says_so(tmp_path: Path) -> None:
    assert "补发：原证书编号不变" in text_of(a_paper(note="补发：原证书编号不变"), tmp_path)


def test_a_long_school_is_set_smaller_or_in_two_rows_and_stays_whole(tmp_path: Path) -> None:
    school = "厦门市湖里区筼筜家政服务与养老护理职业技能培训学校（禾山街道教学点）附属实训基地"
    assert school in "".join(text_of(a_paper(school=school), tmp_path).split())


def test_no_row_begins_with_a_closing_mark_or_ends_with_an_opening_one() -> None:
    slot = next(slot for slot in template_slots(TEMPLATE) if slot.name == "school")
    for length in range(20, 30):
        rows = lines_of(slot, "厦" * length + "（禾山教学点）附属实训基地")
        texts = ["".join(run.text for run in row.runs) for row in rows]
        assert "".join(texts) == "厦" * length + "（禾山教学点）附属实训基地"
        assert not any(text.endswith("（") or text.startswith("）") for text in texts)


@pytest.mark.parametrize(
    ("values", "code", "word"),
    [
        ({"name": " "}, "name_missing", "姓名"),
        ({"school": ""}, "value_missing", "培训机构"),
        ({"name": "李😀"}, "glyph_missing", "😀"),
        ({"school": "厦门" * 80}, "text_too_long", "培训机构"),
        ({"seal": "x"}, "value_unknown", "seal"),
    ],
)
def test_what_cannot_be_printed_is_refused_by_name(values: dict[str, str], code: str, word: str) -> None:
    with pytest.raises(PaperError) as refusal:
        paper_make(a_sheet(**values), signer=a_key()[0])
    assert refusal.value.code == code
    assert word in refusal.value.message


@pytest.mark.parametrize(
    ("photo", "code"),
    [(None, "photo_missing"), (b"no picture", "photo_unreadable"), (b"\xff\xd8\xff\xe0", "photo_unreadable")],
)
def test_a_paper_without_a_readable_photo_is_refused(photo: bytes | None, code: str) -> None:
    with pytest.raises(PaperError) as refusal:
        paper_make(a_sheet(photo=photo), signer=a_key()[0])
    assert refusal.value.code == code


@pytest.mark.parametrize("name", ["diploma/1", "training-certificate/99", "../training-certificate/1"])
def test_an_unknown_template_is_refused(name: str) -> None:
    with pytest.raises(PaperError) as refusal:
        paper_make(a_sheet(template=name), signer=a_key()[0])
    assert refusal.value.code == "template_missing"


def test_one_bad_sheet_does_not_stop_the_others() -> None:
    sheets = [a_sheet(number="PX1"), a_sheet(number="PX2", photo=None), a_sheet(number="PX3")]
    made = dict(papers_make(sheets, a_key()[0]))
    assert list(made) == ["PX1", "PX2", "PX3"]
    assert isinstance(made["PX2"], PaperError)
    assert made["PX3"][:5] == b"%PDF-"


def test_photos_become_small_upright_and_lose_what_else_their_file_held() -> None:
    tall = Image.new("RGB", (1200, 900), "white")
    tall.paste("black", (0, 0, 300, 900))  # left as stored, at the top once it is turned
    target = BytesIO()
    exif = tall.getexif()
    exif[0x0112], exif[0x010E] = 6, "350201198803150021"
    tall.save(target, "JPEG", exif=exif)
    photo = photo_make(target.getvalue())
    assert b"350201198803150021" not in photo.jpeg
    with Image.open(BytesIO(photo.jpeg)) as small:
        assert small.size == (295, 413)
        assert small.getpixel((147, 20))[0] < 60
        assert small.getpixel((147, 400))[0] > 200


def test_a_transparent_photo_is_put_on_white() -> None:
    target = BytesIO()
    Image.new("RGBA", (300, 420), (0, 0, 0, 0)).save(target, "PNG")
    with Image.open(BytesIO(photo_make(target.getvalue()).jpeg)) as small:
        assert small.getpixel((10, 10)) == (255, 255, 255)


def test_the_template_names_its_slots() -> None:
    assert TEMPLATE in templates_known()
    slots = {slot.name: slot for slot in template_slots(TEMPLATE)}
    assert set(VALUES) | {"number", "address", "note", "photo", "qr"} == set(slots)
    assert slots["photo"].width / slots["photo"].height == pytest.approx(25 / 35, abs=0.01)
    assert [slot.name for slot in slots.values() if slot.optional] == ["note"]


def _in_a_child(number: str) -> bytes:
    return paper_make(a_sheet(number=number), signer=a_key()[0])


def test_papers_are_made_in_forked_processes_too() -> None:
    """As Celery's workers do it, after the parent has made some."""
    here = [_in_a_child(f"PX{n}") for n in range(3)]
    with multiprocessing.get_context("fork").Pool(2) as pool:
        assert pool.map(_in_a_child, [f"PX{n}" for n in range(3)]) == here
