"""Subtitles as schools bring them (.srt, .vtt), kept as clean WebVTT; the transcript is what is said in them."""

import html
import re
from dataclasses import dataclass

from django.utils.translation import gettext as _

from courses.content.errors import ContentError

MOST_BYTES = 2 * 1024 * 1024
MOST_CUES = 20_000
_TIMES = re.compile(
    r"\s*(?:(\d{1,3}):)?(\d{1,2}):(\d{2})[.,](\d{1,3})\s*-->\s*(?:(\d{1,3}):)?(\d{1,2}):(\d{2})[.,](\d{1,3})(?:\s.*)?"
)
_TAG = re.compile(r"<[^<>\n]{0,200}>|\{\\[^{}\n]{0,200}\}")
_BLOCKS = re.compile(r"\n[ \t]*\n+")


@dataclass(frozen=True)
class Cue:
    """One text and when it is shown, in milliseconds."""

    starts: int
    ends: int
    text: str


def subtitles_read(data: bytes) -> list[Cue]:
    """The cues of an .srt or .vtt file, told by its content, in the order of time; styles and positions are left out.

    Raises ``ContentError`` when there are none, or one that ends before it begins.
    """
    if len(data) > MOST_BYTES:
        raise ContentError("subtitles_large", _("字幕文件超过 2 MB，不像是字幕。请重新选择 .srt 或 .vtt 文件。"))
    cues = [cue for block in _BLOCKS.split(_decoded(data)) if (cue := _cue(block)) is not None]
    if not cues:
        raise ContentError(
            "subtitles_empty",
            _("没有在文件里找到字幕。请上传 .srt 或 .vtt 字幕文件；每条字幕要有开始和结束时间。"),
        )
    if len(cues) > MOST_CUES:
        raise ContentError(
            "subtitles_many", _("字幕超过 %(most)d 条，不像是一节课的字幕。请检查文件。") % {"most": MOST_CUES}
        )
    return sorted(cues, key=lambda cue: (cue.starts, cue.ends))


def _decoded(data: bytes) -> str:
    encodings = ["utf-16"] if data[:2] in (b"\xff\xfe", b"\xfe\xff") else ["utf-8-sig", "gb18030"]
    for encoding in encodings:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\x00" not in text:
            return text.replace("\r\n", "\n").replace("\r", "\n")
    raise ContentError("subtitles_encoding", _("字幕文件的文字编码无法识别。请用 UTF-8 编码另存后再上传。"))


def _cue(block: str) -> Cue | None:
    """A cue; ``None`` for headers, notes, styles and cues without a text."""
    lines = block.strip("\n").split("\n")
    place = next((number for number, line in enumerate(lines[:2]) if "-->" in line), None)
    if place is None:
        return None
    times = _TIMES.fullmatch(lines[place])
    if times is None:
        raise ContentError(
            "subtitles_time",
            _("字幕的时间写得不对：“%(line)s”。应像 00:01:02,500 --> 00:01:05,000。") % {"line": lines[place][:60]},
        )
    starts, ends = _moment(times.groups()[:4]), _moment(times.groups()[4:])
    if ends <= starts:
        raise ContentError(
            "subtitles_order",
            _("字幕“%(line)s”的结束时间不晚于开始时间。请改正后再上传。") % {"line": lines[place][:60]},
        )
    said = (html.unescape(_TAG.sub("", line)).strip() for line in lines[place + 1 :])
    text = "\n".join(line for line in said if line)
    return Cue(starts, ends, text) if text else None


def _moment(parts: tuple[str | None, ...]) -> int:
    hours, minutes, seconds, fraction = (part or "0" for part in parts)
    return ((int(hours) * 60 + int(minutes)) * 60 + int(seconds)) * 1000 + int(fraction.ljust(3, "0"))


def as_webvtt(cues: list[Cue]) -> str:
    """The cues as a WebVTT file."""
    blocks = [f"{_written(cue.starts)} --> {_written(cue.ends)}\n{html.escape(cue.text, quote=False)}" for cue in cues]
    return "\n\n".join(["WEBVTT", *blocks]) + "\n"


def _written(moment: int) -> str:
    seconds, milliseconds = divmod(moment, 1000)
    minutes, seconds = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours:02}:{minutes:02}:{seconds:02}.{milliseconds:03}"


def as_transcript(cues: list[Cue]) -> str:
    """What is said, one cue a line; a text shown twice in a row is written once."""
    lines: list[str] = []
    for cue in cues:
        text = " ".join(cue.text.split())
        if not lines or lines[-1] != text:
            lines.append(text)
    return "\n".join(lines)
