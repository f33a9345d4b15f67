"""Texts set into their slots: as large as the template asks, smaller when long, refused when unreadable."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from certifications.papers.errors import PaperError
from certifications.papers.templates import Slot
from certifications.papers.typefaces import EM, Run, runs

TYPEFACE = "kai"
LEAST = 7.0  # points: smaller type is not read on paper by the people it is for
STEP = 0.25
SINGLE = 0.78  # of the full size: how small one row may become before the text takes two
LEADING = 1.16
NOT_LAST = "（《「‘“"
NOT_FIRST = "，。、；：！？）》」』”’·/／"


@dataclass(frozen=True)
class Line:
    runs: tuple[Run, ...]
    x: float
    y: float
    size: float


def lines_of(slot: Slot, text: str) -> list[Line]:
    """The lines a text takes in its slot."""
    try:
        pieces = runs(text, name=TYPEFACE)
    except KeyError as missing:
        character = missing.args[0]
        raise PaperError(
            "glyph_missing",
            _(
                "“%(label)s”里的“%(character)s”（U+%(code)s）在随附的字体中没有，无法打印。"
                "请核对这个字；确实无误的，请联系系统管理员补充字体。"
            )
            % {"label": slot.label, "character": character, "code": f"{ord(character):04X}"},
        ) from None
    size, rows = _fitted(slot, pieces)
    leading = size * LEADING
    # One line stands on the template's baseline; smaller or more lines keep their middle where its middle was.
    first = slot.baseline + (slot.size - size) * 0.36 + leading * (len(rows) - 1) / 2
    return [
        Line(tuple(row), slot.box[0] + _indent(slot, row, size), first - leading * number, size)
        for number, row in enumerate(rows)
    ]


def _fitted(slot: Slot, pieces: Sequence[Run]) -> tuple[float, list[list[Run]]]:
    """The size and the rows: rather somewhat smaller than two rows, rather two rows than much smaller."""
    most = int(slot.lines)
    for rows_allowed, least in ((1, slot.size * SINGLE if most > 1 else LEAST), (most, LEAST)):
        size = slot.size
        while size >= least:
            rows = list(_rows(pieces, slot.width * EM / size)) if rows_allowed > 1 else [list(pieces)]
            room = max(1, int(slot.height / (size * LEADING)))
            if len(rows) <= min(rows_allowed, room) and all(_advance(row) * size <= slot.width * EM for row in rows):
                return size, rows
            size -= STEP
    text = "".join(run.text for run in pieces)
    raise PaperError(
        "text_too_long",
        _("“%(label)s”太长，缩到最小的字号也放不下：%(text)s。请改用简称，或者联系系统管理员换用别的证书版式。")
        % {"label": slot.label, "text": text},
    )


def _rows(pieces: Sequence[Run], width: float) -> Iterator[list[Run]]:
    """The glyphs in rows of at most so many thousandths of an em; marks stay with what they open or close."""
    glyphs = [
        (run, index, character) for run in pieces for index, character in enumerate(run.text) if index < len(run.glyphs)
    ]
    row: list[tuple[Run, int, str]] = []
    used = 0
    for run, index, character in glyphs:
        advance = run.advances[index]
        if row and used + advance > width:
            is_torn = character in NOT_FIRST or row[-1][2] in NOT_LAST
            carried = [row.pop()] if is_torn and len(row) > 1 else []
            yield _joined(row)
            row = carried
            used = sum(one.advances[place] for one, place, _character in row)
        row.append((run, index, character))
        used += advance
    if row:
        yield _joined(row)


def _joined(row: Sequence[tuple[Run, int, str]]) -> list[Run]:
    found: list[tuple[Run, list[int]]] = []
    for run, index, _character in row:
        if found and found[-1][0] is run:
            found[-1][1].append(index)
        else:
            found.append((run, [index]))
    return [
        Run(
            run.typeface,
            "".join(run.text[index] for index in places),
            tuple(run.glyphs[index] for index in places),
            tuple(run.advances[index] for index in places),
        )
        for run, places in found
    ]


def _advance(row: Sequence[Run]) -> int:
    return sum(run.advance for run in row)


def _indent(slot: Slot, row: Sequence[Run], size: float) -> float:
    spare = slot.width - _advance(row) * size / EM
    return {"center": spare / 2, "right": spare}.get(slot.align, 0.0)
