"""Drawn heads and shoulders, nobody's faces; a dozen, so that they need not be drawn for each of thousands."""

import io
from collections.abc import Iterator
from functools import cache
from random import Random

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image, ImageDraw

SIZE = (295, 413)
COATS = ("#14606e", "#7a3b2e", "#3d5a40", "#4a3f6b", "#8a6d1f", "#5b5b5b")
SKINS = ("#e8c9ae", "#dcb592")


@cache
def _drawn(coat: str, skin: str) -> bytes:
    picture = Image.new("RGB", SIZE, "#ffffff")
    pen = ImageDraw.Draw(picture)
    pen.ellipse((47, 286, 248, 571), fill=coat)
    pen.ellipse((90, 93, 205, 250), fill=skin)
    pen.pieslice((80, 71, 215, 236), 180, 360, fill="#2b2420")
    out = io.BytesIO()
    picture.save(out, "PNG")
    return out.getvalue()


def portraits(random: Random) -> Iterator[SimpleUploadedFile]:
    """As many as are wanted; four of a class look alike in turn."""
    chosen = [(random.choice(COATS), random.choice(SKINS)) for _place in range(4)]
    while True:
        for coat, skin in chosen:
            yield SimpleUploadedFile("portrait.png", _drawn(coat, skin))
