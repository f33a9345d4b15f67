"""The page of a certificate: the template's drawing, then the texts, the portrait and the QR code in their slots."""

from collections.abc import Iterable, Mapping, Sequence

from certifications.papers.codes import qr_drawn
from certifications.papers.setting import Line
from certifications.papers.sheets import Photo
from certifications.papers.templates import Slot
from certifications.papers.typefaces import EM, Cut, Run, Typeface, tag_of
from certifications.papers.writing import Writer

Filled = Mapping[str, tuple[Slot, list[Line]]]


def page_write(pdf: Writer, *, lines: Filled, photo: Photo | None, qr: str, field: int | None = None) -> None:
    """Write the page with everything on it; ``field`` is the number of the signature's field."""
    template = pdf.template
    every = [line for _slot, found in lines.values() for line in found]
    cuts = _cuts(run for line in every for run in line.runs)
    fonts = {face: (f"P{face.name}", _font(pdf, face, cut, _characters(every, face))) for face, cut in cuts.items()}
    drawing = [_text(slot, line, fonts, cuts) for slot, found in lines.values() for line in found]
    pictures = []
    if photo:
        pictures.append(f"/Photo {_picture(pdf, photo)} 0 R")
        drawing.append(_portrait(template.slots["photo"].box))
    drawing.append(qr_drawn(qr, template.slots["qr"].box))
    # The template's drawing leaves the page turned over and scaled: it stands between q and Q.
    before = pdf.stream("", b"q", is_packed=False)
    after = pdf.stream("", "\n".join(["Q", *drawing]).encode("ascii"))
    resources = {key.removeprefix("resource "): value for key, value in template.page.items() if "resource " in key}
    resources["/Font"] = _with(resources["/Font"], [f"/{name} {number} 0 R" for name, number in fonts.values()])
    resources["/XObject"] = _with(resources["/XObject"], pictures)
    pdf.add_words(
        f"<< /Type /Page /Parent {template.page['/Parent']} /MediaBox {template.page['/MediaBox']} "
        f"/Contents [ {before} 0 R {template.page['/Contents']} {after} 0 R ] "
        f"/Resources << {' '.join(f'{key} {value}' for key, value in resources.items())} >> "
        f"{f'/Annots [ {field} 0 R ]' if field else ''} >>",
        int(template.page["number"]),
    )


def _picture(pdf: Writer, photo: Photo) -> int:
    return pdf.stream(
        f"/Type /XObject /Subtype /Image /Width {photo.width} /Height {photo.height} /ColorSpace /DeviceRGB "
        "/BitsPerComponent 8 /Filter /DCTDecode",
        photo.jpeg,
        is_packed=False,
    )


def _with(entries: str, more: Sequence[str]) -> str:
    return f"{entries.removesuffix('>>')} {' '.join(more)} >>"


def _cuts(every: Iterable[Run]) -> dict[Typeface, Cut]:
    wanted: dict[Typeface, set[int]] = {}
    for run in every:
        wanted.setdefault(run.typeface, set()).update(run.glyphs)
    return {face: face.cut(sorted(glyphs)) for face, glyphs in wanted.items()}


def _characters(every: Sequence[Line], face: Typeface) -> dict[int, tuple[str, int]]:
    """What each used glyph stands for, and its advance."""
    found: dict[int, tuple[str, int]] = {}
    for line in every:
        for run in line.runs:
            if run.typeface is face:
                for character, glyph, advance in zip(run.text, run.glyphs, run.advances, strict=True):
                    found.setdefault(glyph, (character, advance))
    return found


def _font(pdf: Writer, face: Typeface, cut: Cut, characters: Mapping[int, tuple[str, int]]) -> int:
    """The objects of an embedded font: the file, its measures, the widths, and the characters its glyphs stand for."""
    name = f"{tag_of(sorted(characters))}+Qiaoshou{face.name.title()}"
    held = pdf.stream(f"/Length1 {cut.length} /Filter /FlateDecode", cut.packed, is_packed=False)
    descriptor = pdf.add_words(
        f"<< /Type /FontDescriptor /FontName /{name} /Flags 4 /FontBBox [ -500 -500 1500 1500 ] /ItalicAngle 0 "
        f"/Ascent {face.ascender} /Descent {face.descender} /CapHeight 700 /StemV 80 /FontFile2 {held} 0 R >>"
    )
    numbered = sorted((cut.numbers[glyph], said) for glyph, said in characters.items())
    widths = " ".join(f"{number} [{advance}]" for number, (_character, advance) in numbered if advance != EM)
    inner = pdf.add_words(
        f"<< /Type /Font /Subtype /CIDFontType2 /BaseFont /{name} /CIDToGIDMap /Identity /DW {EM} /W [ {widths} ] "
        f"/CIDSystemInfo << /Registry (Adobe) /Ordering (Identity) /Supplement 0 >> /FontDescriptor {descriptor} 0 R >>"
    )
    said = pdf.stream("", _to_unicode({number: character for number, (character, _advance) in numbered}))
    return pdf.add_words(
        f"<< /Type /Font /Subtype /Type0 /BaseFont /{name} /Encoding /Identity-H /DescendantFonts [ {inner} 0 R ] "
        f"/ToUnicode {said} 0 R >>"
    )


def _to_unicode(characters: Mapping[int, str]) -> bytes:
    rows = [f"<{number:04x}> <{character.encode('utf-16-be').hex()}>" for number, character in characters.items()]
    blocks = [rows[start : start + 100] for start in range(0, len(rows), 100)]
    mapped = "\n".join(f"{len(block)} beginbfchar\n{chr(10).join(block)}\nendbfchar" for block in blocks)
    return (
        "/CIDInit /ProcSet findresource begin\n12 dict begin\nbegincmap\n"
        "/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def\n"
        "/CMapName /Adobe-Identity-UCS def\n/CMapType 2 def\n"
        f"1 begincodespacerange\n<0000> <ffff>\nendcodespacerange\n{mapped}\n"
        "endcmap\nCMapName currentdict /CMap defineresource pop\nend\nend"
    ).encode("ascii")


def _text(slot: Slot, line: Line, fonts: Mapping[Typeface, tuple[str, int]], cuts: Mapping[Typeface, Cut]) -> str:
    colour = " ".join(f"{part:g}" for part in slot.colour)
    shown = "\n".join(_run(run, line, fonts, cuts) for run in line.runs)
    return f"/Span << /Slot /{slot.name} >> BDC BT {colour} rg\n1 0 0 1 {line.x:.3f} {line.y:.3f} Tm\n{shown}\nET EMC"


def _run(run: Run, line: Line, fonts: Mapping[Typeface, tuple[str, int]], cuts: Mapping[Typeface, Cut]) -> str:
    numbers = cuts[run.typeface].numbers
    return f"/{fonts[run.typeface][0]} {line.size:g} Tf <{''.join(f'{numbers[glyph]:04x}' for glyph in run.glyphs)}> Tj"


def _portrait(box: tuple[float, float, float, float]) -> str:
    left, bottom, right, top = box
    return f"q {right - left:.2f} 0 0 {top - bottom:.2f} {left:.2f} {bottom:.2f} cm /Photo Do Q"
