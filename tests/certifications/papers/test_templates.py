"""The templates kept in the repository, and the typefaces they are printed with."""

import json
import re
from io import BytesIO
from pathlib import Path

import pypdfium2
import pytest
from PIL import Image, ImageChops

from certifications.papers.compiling import source_digest, template_compile
from certifications.papers.templates import FOLDER as TEMPLATES
from certifications.papers.templates import templates_known
from certifications.papers.typefaces import FOLDER as FONTS
from certifications.papers.typefaces import missing_characters, typeface

ROOT = Path(__file__).resolve().parents[3]


def drawn(pdf: bytes) -> Image.Image:
    return pypdfium2.PdfDocument(BytesIO(pdf))[0].render(scale=1).to_pil().convert("L")


@pytest.mark.parametrize("name", templates_known())
def test_a_template_is_compiled_from_the_source_beside_it(name: str) -> None:
    layout = json.loads((TEMPLATES / name / "layout.json").read_text("utf-8"))
    assert layout["sources"] == source_digest(TEMPLATES / name)


@pytest.mark.parametrize("name", templates_known())
def test_laying_a_template_out_again_gives_the_same_page(name: str) -> None:
    """Within half a point and a shade: other versions of the system's libraries round in other places."""
    folder = TEMPLATES / name
    compiled = template_compile(folder)
    kept = json.loads((folder / "layout.json").read_text("utf-8"))["slots"]
    assert {slot: sorted(kept[slot]) for slot in kept} == {
        slot: sorted(compiled.layout["slots"][slot]) for slot in kept
    }
    for slot, entries in kept.items():
        assert compiled.layout["slots"][slot]["box"] == pytest.approx(entries["box"], abs=0.5)
    difference = ImageChops.difference(drawn(compiled.page), drawn((folder / "page.pdf").read_bytes()))
    assert difference.point(lambda shade: 255 if shade > 64 else 0).getbbox() is None


def test_no_template_calls_itself_what_it_is_not() -> None:
    for name in templates_known():
        source = (TEMPLATES / name / "page.html").read_text("utf-8")
        assert "不是职业技能等级证书" in source
        assert not re.search("电子证照|中华人民共和国|人力资源|国徽|<script|https?:", source)


def test_common_characters_names_and_places_are_in_the_certificates_own_hand() -> None:
    held = typeface("kai").characters
    rows = (bytes([row, cell]) for row in range(0xB0, 0xF8) for cell in range(0xA1, 0xFF))
    common = {text for pair in rows if (text := pair.decode("gb2312", errors="ignore"))}
    assert len(common) == 6763
    for characters in (common, set("筼筜堃喆翀彧䶮·PX0123456789-/（）"), set("𬭎𫖯㛃")):
        assert {character for character in characters if ord(character) not in held} == set()


def test_whatever_the_hand_lacks_the_fallback_has_and_what_none_has_is_named() -> None:
    basic = "".join(map(chr, range(0x4E00, 0x9FA6)))
    assert missing_characters(basic) == []
    assert missing_characters("㵑𤦌") == []
    assert missing_characters("李😀") == ["😀"]


def test_fonts_keep_their_licence_and_use_no_reserved_name() -> None:
    assert "SIL OPEN FONT LICENSE" in (FONTS / "OFL.txt").read_text("utf-8").upper()
    for name in ("kai", "song", "song-bold", "rare"):
        family = typeface(name).face
        names = {family.get_name(number) or "" for number in (1, 4, 6)}
        assert all("Qiaoshou" in one for one in names)
    assert sum(path.stat().st_size for path in FONTS.iterdir()) < 15 * 1024 * 1024


def test_the_set_up_knows_what_papers_need_from_the_system() -> None:
    text = (ROOT / "deploy/local/debian-packages.txt").read_text("utf-8")
    run, test = text.partition("[run]")[2].split("[test]")
    for package in ("libpango-1.0-0", "libpangoft2-1.0-0", "libharfbuzz-subset0"):
        assert re.search(rf"^{package}\s", run, re.M)
    for package in ("poppler-utils", "qpdf"):
        assert re.search(rf"^{package}\s", test, re.M)
