"""The portrait of a certificate: one inch, 295 by 413 points, on white, without anything else of its file."""

from hashlib import sha256
from io import BytesIO

from django.utils.translation import gettext as _
from PIL import Image, ImageOps, UnidentifiedImageError

from certifications.papers.errors import PaperError
from certifications.papers.sheets import Photo

WIDTH, HEIGHT = 295, 413
MOST_BYTES = 10 * 1024 * 1024
MOST_PIXELS = 40_000_000
FORMATS = ("JPEG", "PNG")
TURNED = 0x0112  # the EXIF entry
LARGEST = 10_000
QUALITIES = (85, 78, 70, 60, 50, 40, 30)


def photo_make(content: bytes | None) -> Photo:
    """The picture cut to the format and made small; refused when there is none or it cannot be read."""
    if not content:
        raise PaperError("photo_missing", _("没有照片，无法制作证书。请让学员上传一寸白底证件照，然后重新制作。"))
    picture = _opened(content)
    for quality in QUALITIES:
        target = BytesIO()
        picture.save(target, "JPEG", quality=quality, subsampling="4:2:0", optimize=True)
        if target.tell() <= LARGEST:
            break
    jpeg = target.getvalue()
    return Photo(jpeg, WIDTH, HEIGHT, sha256(jpeg).hexdigest())


def _opened(content: bytes) -> Image.Image:
    try:
        if len(content) > MOST_BYTES:
            raise ValueError("too many bytes")
        picture: Image.Image = Image.open(BytesIO(content), formats=FORMATS)
        if picture.width * picture.height > MOST_PIXELS:
            raise ValueError("too many pixels")
        picture.draft("RGB", (WIDTH, HEIGHT))  # a JPEG of twice the size or more is opened at half
        picture = _upright(picture)
        return ImageOps.fit(picture, (WIDTH, HEIGHT), Image.Resampling.HAMMING, centering=(0.5, 0.4))
    except (OSError, ValueError, SyntaxError, UnidentifiedImageError, Image.DecompressionBombError) as error:
        raise PaperError(
            "photo_unreadable",
            _("照片文件打不开，可能已经损坏，或者不是 JPEG、PNG 图片，无法制作证书。请让学员重新上传照片。"),
        ) from error


def _upright(picture: Image.Image) -> Image.Image:
    """The picture as its camera held it, on white, in three colours."""
    if picture.getexif().get(TURNED, 1) != 1:
        picture = ImageOps.exif_transpose(picture)
    if picture.mode in {"RGBA", "LA", "PA"} or "transparency" in picture.info:
        picture = picture.convert("RGBA")
        picture = Image.alpha_composite(Image.new("RGBA", picture.size, "white"), picture)
    return picture if picture.mode == "RGB" else picture.convert("RGB")
