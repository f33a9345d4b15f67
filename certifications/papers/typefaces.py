"""The bundled typefaces: which holds a character, how wide a text runs, and a cut of just the glyphs a paper uses."""

import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from pathlib import Path

import brotli
import uharfbuzz as hb

FOLDER = Path(__file__).resolve().parent / "fonts"
FALLBACK = "rare"
EM = 1000
# Tables of a font inside a PDF; characters, names and layout are said by the PDF itself.
TABLES_LEFT_OUT = ("cmap", "name", "OS/2", "post", "GDEF", "GSUB", "GPOS", "gasp")


@dataclass(frozen=True)
class Run:
    """Glyphs of one typeface side by side, with their advances in thousandths of an em."""

    typeface: "Typeface"
    text: str
    glyphs: tuple[int, ...]
    advances: tuple[int, ...]

    @property
    def advance(self) -> int:
        return sum(self.advances)


@dataclass(frozen=True)
class Cut:
    """A typeface with few glyphs: the packed file, and the new number of each glyph."""

    packed: bytes
    length: int
    numbers: dict[int, int]


class Typeface:
    """One font file, opened once in a process."""

    def __init__(self, name: str, content: bytes) -> None:
        self.name = name
        self.content = content
        self.face = hb.Face(content)
        self.font = hb.Font(self.face)
        self.characters = frozenset(self.face.unicodes)
        extents = self.font.get_font_extents("ltr")
        self.scale = EM // self.face.upem  # lengths are thousandths of an em everywhere else
        self.ascender, self.descender = extents.ascender * self.scale, extents.descender * self.scale

    def run(self, text: str) -> Run:
        buffer = hb.Buffer()
        buffer.add_str(text)
        buffer.guess_segment_properties()
        buffer.direction = "ltr"
        hb.shape(self.font, buffer)
        glyphs = tuple(info.codepoint for info in buffer.glyph_infos)
        return Run(self, text, glyphs, tuple(place.x_advance * self.scale for place in buffer.glyph_positions))

    def cut(self, glyphs: Iterable[int]) -> Cut:
        """The font file with these glyphs only, packed for a PDF."""
        asked = hb.SubsetInput()
        asked.sets(hb.SubsetInputSets.GLYPH_INDEX).update(glyphs)
        asked.sets(hb.SubsetInputSets.DROP_TABLE_TAG).update(
            int.from_bytes(tag.encode(), "big") for tag in TABLES_LEFT_OUT
        )
        asked.flags = hb.SubsetFlags.NO_HINTING | hb.SubsetFlags.NOTDEF_OUTLINE
        plan = hb.SubsetPlan(self.face, asked)
        content = plan.execute().blob.data
        return Cut(zlib.compress(content, 6), len(content), dict(plan.old_to_new_glyph_mapping))


@lru_cache
def typeface(name: str) -> Typeface:
    return Typeface(name, typeface_file(name))


def typeface_file(name: str) -> bytes:
    packed = FOLDER / f"{name}.ttf.br"
    return brotli.decompress(packed.read_bytes()) if packed.exists() else (FOLDER / f"{name}.ttf").read_bytes()


def runs(text: str, *, name: str) -> list[Run]:
    """The text set in a typeface, its rare characters in the fallback; ``KeyError`` names one that none has."""
    main = typeface(name)
    found: list[tuple[Typeface, list[str]]] = []
    for character in text:
        chosen = main if ord(character) in main.characters else typeface(FALLBACK)
        if ord(character) not in chosen.characters:
            raise KeyError(character)
        if found and found[-1][0] is chosen:
            found[-1][1].append(character)
        else:
            found.append((chosen, [character]))
    return [chosen.run("".join(characters)) for chosen, characters in found]


def missing_characters(text: str, *, name: str = "kai") -> list[str]:
    """The characters that no bundled typeface holds."""
    main, spare = typeface(name).characters, typeface(FALLBACK).characters
    return [character for character in text if ord(character) not in main and ord(character) not in spare]


def tag_of(glyphs: Sequence[int]) -> str:
    """Six letters before the name of a cut font: the same for the same glyphs."""
    digest = sha256(repr(tuple(glyphs)).encode()).digest()
    return "".join(chr(ord("A") + byte % 26) for byte in digest[:6])
