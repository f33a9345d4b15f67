"""What the page of a file shows, seen as a picture and slot by slot, beside a page made from the file's own data.

Text inside a PDF can say one thing and look like another. So the page is drawn, the paper is made once more from the
signed data, and the two pictures are compared point by point: a hair more or less on the page is seen.
"""

from datetime import datetime
from io import BytesIO
from typing import Any

import pypdfium2 as pdfium
import zxingcpp
from PIL import Image, ImageChops, ImageDraw

from certifications.papers.contents import Held
from certifications.papers.errors import PaperError
from certifications.papers.making import printed_page
from certifications.papers.sheets import Photo, Sheet
from certifications.papers.templates import Slot, Template, template, templates_known

SCALE = 2.0  # points of the picture for a point of the page
MARGIN = 0.5  # rows of the page touch: more would see the neighbour
SIZE_TOLERANCE = 0.6

Picture = Image.Image


def looks_read(content: bytes, held: Held) -> dict[str, Any]:
    """The visible texts, the QR code and what differs, in the words of ``PaperRead``."""
    name = held.words["template"] if held.words else None
    if name is not None and name not in templates_known():
        return {"problems": [*held.problems, "template_unknown"]}
    chosen = template(name or templates_known()[-1])
    document = pdfium.PdfDocument(content)
    page = document[0]
    width, height = page.get_size()
    if abs(width - chosen.size[0]) > SIZE_TOLERANCE or abs(height - chosen.size[1]) > SIZE_TOLERANCE:
        return {"problems": [*held.problems, "page_size"]}
    seen = _drawn(page)
    visible = _texts(page, chosen)
    code = _code(seen, chosen)
    words: dict[str, Any] = {"visible": visible, "qr": code}
    return words | (_compared(seen, held, chosen, visible, code) if held.words else {})


def _drawn(page: pdfium.PdfPage) -> Picture:
    picture: Picture = page.render(scale=SCALE, draw_annots=True).to_pil()
    return picture.convert("RGB")


def _texts(page: pdfium.PdfPage, chosen: Template) -> dict[str, str]:
    """The text that stands in each slot, whoever put it there."""
    layer = page.get_textpage()
    found = {}
    for slot in chosen.slots.values():
        if not slot.is_picture:
            left, bottom, right, top = slot.box
            text = layer.get_text_bounded(left - MARGIN, bottom - MARGIN, right + MARGIN, top + MARGIN)
            if joined := " ".join(text.split()):
                found[slot.name] = joined
    return found


def _code(seen: Picture, chosen: Template) -> str | None:
    found = zxingcpp.read_barcodes(seen.crop(_region(chosen.slots["qr"], chosen)))
    return str(found[0].text) if len(found) == 1 else None


def _compared(seen: Picture, held: Held, chosen: Template, visible: dict[str, str], code: str | None) -> dict[str, Any]:
    words = held.words or {}
    printed: dict[str, str] = words["printed"]
    differing = {
        name for name in {*printed, *visible} if _plain(printed.get(name, "")) != _plain(visible.get(name, ""))
    }
    if code != words["qr"]:
        differing.add("qr")
    portrait = held.portraits.get(words["photo"])
    unlike = _unlike(seen, words, portrait, chosen)
    if unlike is None:
        return {"problems": [*held.problems, "data_broken"], "differing": sorted(differing)}
    differing |= unlike
    # As the page writes it where only blanks or the break of a line set the two apart.
    shown = {
        name: printed[name] if name in printed and name not in differing else text for name, text in visible.items()
    }
    return {
        "visible": shown,
        "differing": sorted(differing),
        "photo_matches": portrait is not None and "photo" not in differing,
    }


def _plain(text: str) -> str:
    return "".join(text.split())


def _unlike(seen: Picture, words: dict[str, Any], portrait: bytes | None, chosen: Template) -> set[str] | None:
    """The slots, and ``elsewhere``, in which the page looks otherwise than one made from the data."""
    try:
        sheet = Sheet(
            template=words["template"], number=words["number"], values=words["printed"], qr=words["qr"],
            issued_at=datetime.fromisoformat(words["issued_at"]),
        )  # fmt: skip
        photo = Photo(portrait, *_size(portrait), digest=words["photo"]) if portrait else None
        made = _drawn(pdfium.PdfDocument(printed_page(sheet, photo=photo))[0])
    except (PaperError, ValueError, OSError):
        return None
    difference = ImageChops.difference(seen, made)
    unlike = set()
    for slot in chosen.slots.values():
        region = _region(slot, chosen)
        if difference.crop(region).getbbox():
            unlike.add(slot.name)
        ImageDraw.Draw(difference).rectangle(region, fill="black")
    return unlike | ({"elsewhere"} if difference.getbbox() else set())


def _size(portrait: bytes) -> tuple[int, int]:
    with Image.open(BytesIO(portrait), formats=("JPEG",)) as picture:
        return picture.size


def _region(slot: Slot, chosen: Template) -> tuple[int, int, int, int]:
    left, bottom, right, top = slot.box
    height = chosen.size[1]
    return (
        int((left - MARGIN) * SCALE),
        int((height - top - MARGIN) * SCALE),
        int((right + MARGIN) * SCALE) + 1,
        int((height - bottom + MARGIN) * SCALE) + 1,
    )
