"""Make the fonts that certificates are printed with, from the Debian packages fonts-lxgw-wenkai and fonts-noto-cjk.

python deploy/papers/fonts.py [FOLDER]

Four TrueType files without hints: kai, song and song-bold hold GB2312, the letters and marks of a certificate and
characters.txt; rare holds every other Han character of Noto Serif CJK SC, packed by brotli, and is opened only for
a name that needs it. The names inside are our own, as the licence asks of changed fonts.
"""

from __future__ import annotations

import io
import sys
from pathlib import Path
from typing import Any

import brotli
from fontTools.pens.cu2quPen import Cu2QuPen
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTCollection, TTFont, newTable
from fontTools.ttLib.scaleUpem import scale_upem

FOLDER = Path(__file__).resolve().parents[2] / "certifications" / "papers" / "fonts"
KAI = "/usr/share/fonts/truetype/lxgw-wenkai/LXGWWenKai-Regular.ttf"
SONG = "/usr/share/fonts/opentype/noto/NotoSerifCJK-Regular.ttc"
SONG_BOLD = "/usr/share/fonts/opentype/noto/NotoSerifCJK-Bold.ttc"
MARKS = "·–—‘’“”…‰′″℃№←↑→↓①②③④⑤⑥⑦⑧⑨⑩ⅠⅡⅢⅣⅤ×÷±√≤≥≠√□■○●◎☆★　、。〈〉《》「」『』【】〔〕〇！（），．／：；？％－＋＝～￥"
EM = 500  # units: half of the sources' are a hundredth of a millimetre in print, and a tenth less in every file
MOST_ERROR = 2.0  # thousandths of an em between a cubic curve and the quadratic ones in its place


def gb2312(last_row: int = 0xF7) -> set[str]:
    pairs = (bytes([row, cell]) for row in range(0xB0, last_row + 1) for cell in range(0xA1, 0xFF))
    return {pair.decode("gb2312", errors="ignore") for pair in pairs} - {""}


def listed() -> set[str]:
    lines = (FOLDER / "characters.txt").read_text("utf-8").splitlines()
    return {character for line in lines if not line.startswith("#") for character in line.strip()}


def letters() -> set[str]:
    return {chr(code) for code in [*range(0x20, 0x7F), 0xA0, *range(0xC0, 0x100)]} | set(MARKS)


def is_han(code: int) -> bool:
    return 0x3400 <= code <= 0x9FFF or 0x20000 <= code <= 0x3FFFF


def cut(font: TTFont, characters: set[str]) -> TTFont:
    """The font with these characters only, without hints and without features of layout."""
    options = Options(layout_features=[], hinting=False, notdef_outline=True, name_IDs=[], glyph_names=False)
    options.drop_tables += ["BASE", "DSIG", "GDEF", "GPOS", "GSUB", "VORG", "vhea", "vmtx", "meta", "gasp", "STAT"]
    subsetter = Subsetter(options)
    subsetter.populate(unicodes=[ord(character) for character in characters])
    subsetter.subset(font)
    return font


def to_truetype(font: TTFont) -> TTFont:
    """The same outlines as quadratic curves."""
    order, drawn = font.getGlyphOrder(), font.getGlyphSet()
    glyphs: dict[str, Any] = {}
    for name in order:
        pen = TTGlyphPen(drawn)
        drawn[name].draw(Cu2QuPen(pen, MOST_ERROR, reverse_direction=True))
        glyphs[name] = pen.glyph()
    font["loca"], font["glyf"] = newTable("loca"), newTable("glyf")
    font["glyf"].glyphOrder, font["glyf"].glyphs = order, glyphs
    for name, glyph in glyphs.items():
        if glyph.numberOfContours:
            glyph.recalcBounds(font["glyf"])
            font["hmtx"][name] = (font["hmtx"][name][0], glyph.xMin)
    maxp = font["maxp"]
    maxp.tableVersion = 0x00010000
    for field in ("maxZones", "maxTwilightPoints", "maxStorage", "maxFunctionDefs", "maxInstructionDefs",
                  "maxStackElements", "maxSizeOfInstructions", "maxComponentElements"):  # fmt: skip
        setattr(maxp, field, 1 if field == "maxZones" else 0)
    del font["CFF "]
    font.sfntVersion = "\000\001\000\000"
    return font


def named(font: TTFont, family: str, style: str, source: str) -> TTFont:
    """The font under a name of ours."""
    scale_upem(font, EM)
    post = font["post"]
    post.formatType, post.extraNames, post.mapping = 3.0, [], {}
    table = font["name"] = newTable("name")
    table.names = []
    script = f"{family}-{style}".replace(" ", "")
    texts = {
        0: f"Cut from {source}. SIL Open Font License 1.1: see the licence beside this file.", 1: family, 2: style,
        3: f"{script}; 1", 4: f"{family} {style}", 5: "Version 1.0", 6: script,
        13: "SIL Open Font License, Version 1.1",
    }  # fmt: skip
    for number, text in texts.items():
        table.setName(text, number, 3, 1, 0x409)
    font["head"].created = font["head"].modified = 3_786_912_000  # the same bytes from the same source
    font.recalcTimestamp = False
    return font


def noto(path: str) -> TTFont:
    fonts = TTCollection(path).fonts
    return next(font for font in fonts if " SC" in (font["name"].getDebugName(4) or ""))


def packed(font: TTFont) -> bytes:
    buffer = io.BytesIO()
    font.save(buffer, reorderTables=False)
    return buffer.getvalue()


def main() -> int:
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else FOLDER
    common = gb2312() | listed() | letters()
    kai = named(cut(TTFont(KAI), common), "Qiaoshou Kai", "Regular", "LXGW WenKai (fonts-lxgw-wenkai)")
    (folder / "kai.ttf").write_bytes(packed(kai))
    song = named(to_truetype(cut(noto(SONG), common)), "Qiaoshou Song", "Regular", "Noto Serif CJK SC (fonts-noto-cjk)")
    (folder / "song.ttf").write_bytes(packed(song))
    bold = to_truetype(cut(noto(SONG_BOLD), gb2312(0xD7) | letters() | set("筼筜")))
    (folder / "song-bold.ttf").write_bytes(
        packed(named(bold, "Qiaoshou Song", "Bold", "Noto Serif CJK SC (fonts-noto-cjk)"))
    )
    source = noto(SONG)
    others = {chr(code) for code in source.getBestCmap() if is_han(code)} - set(map(chr, kai.getBestCmap()))
    rare = named(to_truetype(cut(source, others)), "Qiaoshou Rare", "Regular", "Noto Serif CJK SC (fonts-noto-cjk)")
    (folder / "rare.ttf.br").write_bytes(brotli.compress(packed(rare), quality=11, lgwin=24))
    for path in sorted([*folder.glob("*.ttf"), *folder.glob("*.br")]):
        sys.stdout.write(f"{path.name} {path.stat().st_size / 1024:.0f} KiB\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
