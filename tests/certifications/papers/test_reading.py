"""Files read back: a genuine one in full, and each way of changing one told as what it is."""

import json
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pikepdf
import pytest

from certifications.papers.inspecting import inspect
from certifications.papers.making import paper_make
from certifications.papers.reading import MOST_BYTES, PaperRead, SignatureState, paper_found, paper_read, problem_text
from tests.certifications.papers import forgeries
from tests.certifications.papers.builders import DATA, NUMBER, TEMPLATE, VALUES, a_key, a_paper, a_portrait, a_sheet

ADDRESS = f"https://qiaoshou.example/check/{NUMBER}/K7M2Q9/"


def read(pdf: bytes) -> PaperRead:
    """What the inspecting process finds, found in this one: starting another takes ten times as long as the rest."""
    return paper_found(json.loads(json.dumps(inspect(pdf, [a_key()[1]]))))


@pytest.mark.parametrize(
    "values",
    [
        {},
        {"name": "王㵑"},
        {"work_type": ""},
        {"note": "补发：原证书编号不变"},
        {"school": "厦门市" + "筼筜" * 20 + "学校"},
    ],
)
def test_a_genuine_file_is_read_in_full(values: dict[str, str]) -> None:
    found = read(a_paper(**values))
    assert found.is_genuine
    assert found.signature is SignatureState.VALID
    assert found.is_whole_file_covered
    assert not found.changed_after_signing
    assert found.data == DATA
    assert found.data_signature_valid
    expected = VALUES | values | {"number": NUMBER, "address": ADDRESS}
    assert found.visible == expected | ({"work_type": "--"} if values.get("work_type") == "" else {})
    assert found.printed == found.visible
    assert found.photo_matches is True
    assert (found.qr, found.template, found.number) == (ADDRESS, TEMPLATE, NUMBER)
    assert (list(found.differing), list(found.problems)) == ([], [])


def test_a_file_is_read_in_a_process_of_its_own() -> None:
    assert paper_read(a_paper(), trusted=[a_key()[1]]) == read(a_paper())
    assert paper_read(a_paper(), trusted=[]).signature is SignatureState.UNTRUSTED


def test_a_text_painted_over_and_saved_is_told() -> None:
    found = read(forgeries.drawn_over(a_paper(), forgeries.covered("name", text="<0020>")))
    assert not found.is_genuine
    assert found.signature is SignatureState.INVALID
    assert list(found.differing) == ["name"]
    assert found.visible["name"] != "李梅"
    assert found.printed["name"] == "李梅"
    assert found.data_signature_valid


def test_a_text_painted_over_behind_the_signature_is_told_as_a_later_change() -> None:
    found = read(forgeries.updated(a_paper(), forgeries.covered("level")))
    assert not found.is_genuine
    assert found.changed_after_signing
    assert not found.is_whole_file_covered
    assert list(found.differing) == ["level"]


def test_words_that_look_right_and_read_wrong_are_told() -> None:
    found = read(forgeries.saved_again(a_paper(), forgeries.other_words))
    assert not found.is_genuine
    assert found.visible["name"] == "李美"
    assert "name" in found.differing


def test_a_swapped_photo_is_told() -> None:
    edit = forgeries.another_photo(a_portrait("#aa3344"))
    found = read(forgeries.saved_again(a_paper(), edit))
    assert not found.is_genuine
    assert found.photo_matches is False
    assert list(found.differing) == ["photo"]


def test_a_photo_painted_over_is_told_although_the_old_one_is_still_inside() -> None:
    found = read(forgeries.drawn_over(a_paper(), forgeries.covered("photo")))
    assert found.photo_matches is False
    assert list(found.differing) == ["photo"]


def test_the_code_of_another_certificate_is_told() -> None:
    other = "https://qiaoshou.example/check/PX350203000120260000025/AAAAAA/"
    found = read(forgeries.drawn_over(a_paper(), forgeries.another_code(other)))
    assert not found.is_genuine
    assert found.qr == other
    assert list(found.differing) == ["qr"]


def test_something_added_between_the_slots_is_told() -> None:
    found = read(forgeries.drawn_over(a_paper(), b"q 0.8 0 0 rg 400 60 60 12 re f Q"))
    assert list(found.differing) == ["elsewhere"]


def test_changed_data_lose_their_signature_and_no_longer_match_the_page() -> None:
    edit = forgeries.other_data(lambda content: content.replace("李梅".encode(), "李美".encode()))
    found = read(forgeries.saved_again(a_paper(), edit))
    assert not found.is_genuine
    assert not found.data_signature_valid
    assert list(found.differing) == ["name"]
    assert (found.printed["name"], found.visible["name"]) == ("李美", "李梅")


def test_the_data_of_another_genuine_file_do_not_make_this_one_genuine() -> None:
    other = a_paper(name="王芳")
    found = read(forgeries.updated_with_data_of(a_paper(), other))
    assert found.data_signature_valid
    assert found.changed_after_signing
    assert list(found.differing) == ["name"]
    assert not found.is_genuine


@pytest.mark.parametrize("content", [b"", b"{}", b"[" * 100_000, b'{"format":"qiaoshou-paper/1","printed":[]}'])
def test_data_that_are_no_data_are_told(content: bytes) -> None:
    found = read(forgeries.saved_again(a_paper(), forgeries.other_data(lambda _old: content)))
    assert not found.is_genuine
    assert "data_broken" in found.problems
    assert found.visible["name"] == "李梅"


def test_data_of_an_unknown_template_are_told() -> None:
    edit = forgeries.other_data(lambda content: content.replace(b"training-certificate/1", b"../../../../etc/pass/1"))
    assert "template_unknown" in read(forgeries.saved_again(a_paper(), edit)).problems


def test_one_changed_byte_breaks_the_signature() -> None:
    pdf = bytearray(a_paper())
    place = pdf.index(b"<dc:identifier>") + 20
    pdf[place] ^= 1
    found = read(bytes(pdf))
    assert found.signature is SignatureState.INVALID
    assert not found.is_genuine


def test_a_file_signed_by_a_stranger_is_untrusted() -> None:
    found = paper_read(a_paper(), trusted=[a_key("别人")[1]])
    assert found.signature is SignatureState.UNTRUSTED
    assert not found.data_signature_valid
    assert not found.is_genuine


def test_a_file_without_a_signature_or_data_is_told() -> None:
    def strip(document: pikepdf.Pdf) -> None:
        for name in ("/AcroForm", "/Names", "/AF", "/Perms"):
            del document.Root[name]
        del document.pages[0]["/Annots"]

    found = read(forgeries.saved_again(a_paper(), strip))
    assert found.signature is SignatureState.NONE
    assert list(found.problems) == ["data_missing"]
    assert found.data is None
    assert found.visible["name"] == "李梅"
    assert found.qr == ADDRESS
    assert not found.is_genuine


def test_files_of_an_earlier_key_stay_trusted_after_it_was_replaced_and_has_ended() -> None:
    earlier, earlier_root = a_key("去年的签名", datetime(2026, 6, 30, tzinfo=UTC))
    pdf = paper_make(a_sheet(), signer=earlier)
    assert paper_read(pdf, trusted=[a_key()[1], earlier_root]).is_genuine


def test_a_file_that_names_a_moment_after_its_certificate_ended_is_untrusted() -> None:
    ended, root = a_key("已经到期的签名", datetime(2026, 4, 1, tzinfo=UTC))
    found = paper_read(paper_make(a_sheet(), signer=ended), trusted=[root])
    assert found.signature is SignatureState.UNTRUSTED


@pytest.mark.parametrize(
    ("make", "problem"),
    [
        (lambda: b"\xff\xd8\xff\xe0 a photograph", "not_pdf"),
        (lambda: b"%PDF-1.7" + bytes(MOST_BYTES), "too_large"),
        (lambda: b"%PDF-1.7\n" + bytes(4000), "unreadable"),
        (lambda: a_paper()[:20_000], "unreadable"),
        (lambda: forgeries.encrypted(a_paper()), "encrypted"),
        (lambda: forgeries.saved_again(a_paper(), forgeries.with_pages), "pages"),
        (lambda: forgeries.saved_again(a_paper(), forgeries.with_javascript), "active_content"),
        (forgeries.page_bomb, ""),
        (forgeries.picture_bomb, ""),
        (forgeries.object_stream_bomb, ""),
        (forgeries.nested, ""),
        (forgeries.circle, ""),
    ],
)
def test_hostile_and_broken_files_are_answered_in_time(make: Callable[[], bytes], problem: str) -> None:
    pdf = make()
    begun = time.monotonic()
    found = paper_read(pdf, trusted=[a_key()[1]])
    assert time.monotonic() - begun < timedelta(seconds=25).total_seconds()
    assert not found.is_genuine
    assert found.problems
    assert not problem or problem in found.problems
    assert all(problem_text(code) != code for code in found.problems)
