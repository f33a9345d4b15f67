"""Byte ranges and subtitles: pure rules."""

import pytest

from courses.content.byte_ranges import NotSatisfiableError, Part, part_wanted, shortened
from courses.content.errors import ContentError
from courses.content.subtitles import Cue, as_transcript, as_webvtt, subtitles_read
from tests.courses.builders_media import SRT

SIZE = 1000


@pytest.mark.parametrize(
    ("header", "part"),
    [
        ("bytes=0-", (0, 999)),
        ("bytes=0-0", (0, 0)),
        ("bytes=0-499", (0, 499)),
        ("bytes=500-500", (500, 500)),
        ("bytes=990-2000", (990, 999)),
        ("bytes=-1", (999, 999)),
        ("bytes=-5000", (0, 999)),
        ("BYTES=10-19", (10, 19)),
    ],
)
def test_a_single_range_is_answered_exactly(header, part):
    assert part_wanted(header, SIZE) == Part(*part, SIZE)


@pytest.mark.parametrize(
    "header",
    [None, "", "bytes=", "bytes=-", "bytes=5-4", "bytes=a-b", "bytes=0-1,5-6", "lines=0-5", "bytes=" + "9" * 30 + "-"],
)
def test_what_is_no_single_range_gets_the_whole_file(header):
    assert part_wanted(header, SIZE) is None


@pytest.mark.parametrize("header", ["bytes=1000-", "bytes=1000-1001", "bytes=-0"])
def test_a_range_behind_the_end_is_not_satisfiable(header):
    with pytest.raises(NotSatisfiableError):
        part_wanted(header, SIZE)


def test_an_empty_file_has_no_ranges():
    for header in ("bytes=0-", "bytes=-5"):
        with pytest.raises(NotSatisfiableError):
            part_wanted(header, 0)


def test_a_range_of_another_version_gets_the_whole_file():
    assert part_wanted("bytes=0-9", SIZE, if_range='"old"', etag='"new"') is None
    assert part_wanted("bytes=0-9", SIZE, if_range="Mon, 23 Nov 2026 00:00:00 GMT", etag='"new"') is None
    assert part_wanted("bytes=0-9", SIZE, if_range='"new"', etag='"new"') == Part(0, 9, SIZE)


def test_a_long_part_is_sent_in_pieces_that_say_what_they_are():
    piece = shortened(Part(100, 999, SIZE), 50)
    assert (piece.length, piece.content_range) == (50, "bytes 100-149/1000")
    assert shortened(Part(990, 999, SIZE), 50) == Part(990, 999, SIZE)


def test_srt_becomes_webvtt_and_a_transcript():
    cues = subtitles_read(SRT.encode())
    assert as_webvtt(cues) == (
        "WEBVTT\n\n00:00:00.500 --> 00:00:01.500\n今天学抱宝宝。\n\n00:00:01.600 --> 00:00:02.500\n先洗手。\n"
    )
    assert as_transcript(cues) == "今天学抱宝宝。\n先洗手。"
    assert subtitles_read(as_webvtt(cues).encode()) == cues


@pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030", "utf-16"])
def test_subtitles_are_read_in_the_encodings_schools_have(encoding):
    assert subtitles_read(SRT.replace("\n", "\r\n").encode(encoding))[1] == Cue(1600, 2500, "先洗手。")


def test_styles_notes_positions_and_marks_up_are_left_out():
    vtt = (
        "WEBVTT - 标题\nKind: captions\n\nSTYLE\n::cue { color: red }\n\nNOTE 备注\n\n"
        "cue-1\n00:01.000 --> 00:02.000 align:start\n<v 老师><b>先</b>洗手 &amp; 擦干<script>x</script>\n"
    )
    assert subtitles_read(vtt.encode()) == [Cue(1000, 2000, "先洗手 & 擦干x")]
    assert "先洗手 &amp; 擦干x" in as_webvtt(subtitles_read(vtt.encode()))


def test_a_text_cannot_break_out_of_its_cue():
    cue = Cue(0, 1000, "a --> b <i>c</i>")
    assert "a --&gt; b &lt;i&gt;c" in as_webvtt([cue])


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "subtitles_empty"),
        ("只是一段文字", "subtitles_empty"),
        ("1\n00:00:aa --> 00:00:02,000\n文字", "subtitles_time"),
        ("1\n00:00:02,000 --> 00:00:01,000\n文字", "subtitles_order"),
    ],
)
def test_what_are_no_subtitles_is_refused_with_a_sentence(text, code):
    with pytest.raises(ContentError) as refusal:
        subtitles_read(text.encode())
    assert refusal.value.code == code


def test_a_picture_or_a_huge_file_is_no_subtitle():
    for data, code in (
        (b"\x89PNG\r\n\x1a\n\x00\x00\xff\xff", "subtitles_encoding"),
        (b"x" * 3_000_000, "subtitles_large"),
    ):
        with pytest.raises(ContentError) as refusal:
            subtitles_read(data)
        assert refusal.value.code == code
