"""Small pictures of the papers a rehearsal made, for its report; who somebody is stands on none of them."""

import base64
import io
from collections.abc import Iterable

import pypdfium2 as pdfium
from PIL import Image, ImageDraw

from certifications.certificates.models import TrainingCertificate
from certifications.papers.templates import template_slots

# Points of the picture for a point of the page: an A4 page is about 650 wide, readable and still small.
SCALE = 1.1
COLOURS = 32
COVERED = "#c9d3d5"
# Slots of a certificate that say whose it is.
PERSONAL = frozenset({"name", "document_number", "photo"})

Box = tuple[float, float, float, float]


def page_picture(content: bytes, *, covered: Iterable[Box] = ()) -> str:
    """The first page as the address of a PNG that lies in the address itself; boxes in points are covered."""
    page = pdfium.PdfDocument(content)[0]
    height = page.get_size()[1]
    picture = page.render(scale=SCALE, draw_annots=True).to_pil().convert("RGB")
    pen = ImageDraw.Draw(picture)
    for left, bottom, right, top in covered:
        pen.rectangle((left * SCALE, (height - top) * SCALE, right * SCALE, (height - bottom) * SCALE), fill=COVERED)
    small = picture.quantize(COLOURS, method=Image.Quantize.MEDIANCUT)
    out = io.BytesIO()
    small.save(out, "PNG", optimize=True)
    return "data:image/png;base64," + base64.b64encode(out.getvalue()).decode()


def certificate_picture(certificate: TrainingCertificate, content: bytes) -> str:
    """A certificate with name, number of the card and portrait covered."""
    slots = template_slots(certificate.template)
    return page_picture(content, covered=[slot.box for slot in slots if slot.name in PERSONAL])
