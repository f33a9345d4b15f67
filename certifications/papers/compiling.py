"""Lay a template out once, with WeasyPrint: its page without the slots, and where each slot is.

The result is kept beside the template and printed from then on, so that a version stays what it was, whatever later
versions of WeasyPrint or the system's libraries make of its source.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from typing import Any

import pikepdf
import weasyprint
from PIL import ImageCms
from zopfli.zlib import compress

from certifications.papers.fetching import BundledFetcher

SOURCES = ("page.html", "page.css", "ornament.svg")
POINTS = 0.75  # a CSS pixel
SAMPLE = re.compile(r'(data-slot="[^"]+"[^>]*>)[^<]*<')


@dataclass(frozen=True)
class Compiled:
    page: bytes
    layout: dict[str, Any]


def template_compile(folder: Path) -> Compiled:
    """The template of a folder as its printed page and the places of its slots."""
    source = (folder / "page.html").read_text("utf-8")
    sampled = _laid_out(source, folder)
    bare = _laid_out(SAMPLE.sub(r"\1<", source), folder)
    slots = dict(_slots(sampled))
    empty = dict(_slots(bare))
    moved = [name for name in slots if slots[name]["box"] != empty[name]["box"]]
    if moved:
        raise ValueError(f"these slots change their place with their text, give them a height: {' '.join(moved)}")
    page = bare.pages[0]
    layout = {
        "title": bare.metadata.title,
        "size": [round(page.width * POINTS, 2), round(page.height * POINTS, 2)],
        "sources": source_digest(folder),
        "slots": slots,
    }
    return Compiled(_plain(bare.write_pdf(pdf_variant="pdf/a-3b")), layout)


def template_write(folder: Path) -> None:
    compiled = template_compile(folder)
    (folder / "page.pdf").write_bytes(compiled.page)
    (folder / "layout.json").write_text(json.dumps(compiled.layout, ensure_ascii=False, indent=1) + "\n", "utf-8")


def source_digest(folder: Path) -> str:
    """One digest over what a template is made from."""
    digest = sha256()
    for name in SOURCES:
        digest.update(name.encode() + b"\0" + (folder / name).read_bytes() + b"\0")
    return digest.hexdigest()


def _laid_out(source: str, folder: Path) -> Any:
    document = weasyprint.HTML(
        string=source, base_url=f"{folder.as_uri()}/", url_fetcher=BundledFetcher(folder)
    ).render()
    if len(document.pages) != 1:
        raise ValueError(f"{folder} has {len(document.pages)} pages; a certificate has one")
    return document


def _slots(document: Any) -> Iterator[tuple[str, dict[str, Any]]]:
    page = document.pages[0]
    seen: set[str] = set()
    for box in page._page_box.descendants(placeholders=True):  # the boxes of a page have no public name
        element: Any = getattr(box, "element", None)
        name = element.get("data-slot") if element is not None else None
        if not name or name in seen:  # the box itself comes before those of its text
            continue
        seen.add(name)
        left, width = box.content_box_x(), box.width
        top, height = box.border_box_y(), box.border_height()
        slot: dict[str, Any] = {
            "label": element.get("data-label"),
            "box": _rounded(left, page.height - top - height, left + width, page.height - top),
        }
        text = next((child for child in box.descendants() if type(child).__name__ == "TextBox"), None)
        if text is not None:
            slot |= {
                "baseline": _rounded(page.height - text.position_y - text.baseline)[0],
                "size": round(box.style["font_size"] * POINTS, 2),
                "colour": [round(float(value), 4) for value in box.style["color"].to("srgb").coordinates],
                "align": {"center": "center", "right": "right"}.get(box.style["text_align_all"], "left"),
                "lines": int(element.get("data-lines", 1)),
            }
        slot |= {"blank": element.get("data-blank")} if element.get("data-blank") else {}
        yield name, slot | ({"optional": True} if element.get("data-optional") is not None else {})


def _rounded(*values: float) -> list[float]:
    return [round(value * POINTS, 2) for value in values]


def _plain(pdf: bytes) -> bytes:
    """The same file as a plain list of objects, without dates: the same source gives the same bytes."""
    with pikepdf.open(BytesIO(pdf)) as document:
        for name in ("/Metadata", "/Names", "/AF", "/Outlines"):
            if name in document.Root:
                del document.Root[name]
        if "/Info" in document.trailer:
            del document.trailer["/Info"]
        document.remove_unreferenced_resources()
        document.Root.OutputIntents[0].DestOutputProfile.write(_small_srgb())
        for font in (item for item in document.objects if isinstance(item, pikepdf.Dictionary) and "/W" in item):
            _full_widths_left_out(font)
        for item in document.objects:
            if isinstance(item, pikepdf.Stream) and item.get("/Filter") == "/FlateDecode":
                item.write(compress(item.read_bytes()), filter=pikepdf.Name.FlateDecode)
        target = BytesIO()
        document.save(target, object_stream_mode=pikepdf.ObjectStreamMode.disable, static_id=True)
    return target.getvalue()


def _small_srgb() -> bytes:
    """An sRGB profile of 600 bytes, where the usual ones take thousands; its date is fixed."""
    profile = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    profile[8:12] = b"\x04\x20\x00\x00"  # ICC 4.2, the one PDF 1.7 knows; nothing in it is newer
    profile[24:36] = b"".join(number.to_bytes(2, "big") for number in (2026, 1, 1, 0, 0, 0))
    profile[84:100] = bytes(16)
    return bytes(profile)


def _full_widths_left_out(font: pikepdf.Dictionary) -> None:
    """Most glyphs are as wide as high: that width is the font's default, and only the others are listed."""
    kept = pikepdf.Array()
    items = list(font.W)
    place = 0
    while place < len(items):
        first, given = int(items[place]), items[place + 1]
        if not isinstance(given, pikepdf.Array):
            kept.extend(pikepdf.Array([first, int(given), items[place + 2]]))
            place += 3
            continue
        for offset, width in enumerate(given):
            if round(float(width)) != 1000:
                kept.extend(pikepdf.Array([first + offset, pikepdf.Array([width])]))
        place += 2
    font.DW, font.W = 1000, kept
