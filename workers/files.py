"""Files that people hand in: judged by content, stripped of what they carry along, stored under a random name."""

from __future__ import annotations

import io
import re
import secrets
import warnings
import zlib
from collections.abc import Iterator

from django.core.files import File
from django.core.files.base import ContentFile
from django.utils.translation import gettext as _
from PIL import Image, ImageOps, UnidentifiedImageError

from workers.errors import WorkerError

# What is wrong with a file, by the code of the refusal: a form says it at the file.
FILE_CODES = ("file_broken", "file_empty", "file_kind", "file_large", "file_unsafe", "photo_huge")
PHOTO_FORMATS = ("JPEG", "PNG")
PHOTO_BYTES = 5 * 1024 * 1024
EVIDENCE_BYTES = 10 * 1024 * 1024
PHOTO_SIZE = (295, 413)
# A telephone's camera gives up to 50 million points; more than 64 million is a bomb or a mistake.
MOST_PIXELS = 64_000_000
LONGEST_SIDE = 1600
# What a PDF does beyond being looked at, and how much of its packed parts is looked through for it.
RUNS = (b"/JavaScript", b"/Launch", b"/EmbeddedFile", b"/Encrypt", b"/RichMedia")
MOST_UNPACKED = 32 * 1024 * 1024
_ESCAPED = re.compile(rb"#([0-9A-Fa-f]{2})")
_PACKED = re.compile(rb"/ObjStm.{0,400}?stream\r?\n", re.DOTALL)


def photo_checked(upload: File[bytes]) -> ContentFile[bytes]:
    """A portrait as JPEG without EXIF, place or profile; refuses what is no JPEG or PNG, too large or too small."""
    data = _read(upload, PHOTO_BYTES)
    image = _open_image(data)
    upright = ImageOps.exif_transpose(image)
    if upright.width < PHOTO_SIZE[0] or upright.height < PHOTO_SIZE[1]:
        raise WorkerError(
            "photo_small",
            _("照片太小(%(width)s×%(height)s)。请用手机重新拍一张，或选一张至少 295×413 的照片。")
            % {"width": upright.width, "height": upright.height},
        )
    return _as_jpeg(upright, "workers/photo")


def evidence_checked(upload: File[bytes], *, folder: str = "workers/evidence") -> ContentFile[bytes]:
    """A paper as PDF, or a picture of it, to be kept in ``folder``; refuses what is neither by its content."""
    data = _read(upload, EVIDENCE_BYTES)
    if data.startswith(b"%PDF-"):
        if b"%%EOF" not in data[-2048:] or b"startxref" not in data:
            raise WorkerError("file_broken", _("这个 PDF 文件不完整，打不开。请重新导出或拍照上传。"))
        if any(word in part for part in _spelled_out(data) for word in RUNS):
            raise WorkerError(
                "file_unsafe", _("这个 PDF 带有密码、脚本或附件，不能接收。请打印成普通 PDF,或拍照上传。")
            )
        return ContentFile(data, name=_random_name(folder, "pdf"))
    return _as_jpeg(ImageOps.exif_transpose(_open_image(data)), folder)


def _spelled_out(data: bytes) -> Iterator[bytes]:
    """A PDF with its names written plainly, then each of its packed lists of objects."""
    # A name may be written /J#61vaScript.
    plain = _ESCAPED.sub(lambda found: bytes([int(found[1], 16)]), data)
    yield plain
    if plain.count(b"/ObjStm") != data.count(b"/ObjStm"):
        yield b"".join(RUNS)  # nobody hides that word honestly
    left = MOST_UNPACKED
    for packed in _PACKED.finditer(data):
        try:
            objects = zlib.decompressobj().decompress(memoryview(data)[packed.end() :], left)
        except zlib.error as error:
            raise WorkerError("file_broken", _("这个 PDF 文件不完整，打不开。请重新导出或拍照上传。")) from error
        left -= len(objects)
        if left <= 0:
            raise WorkerError("file_unsafe", _("这个 PDF 展开后太大，不能接收。请打印成普通 PDF，或拍照上传。"))
        yield _ESCAPED.sub(lambda found: bytes([int(found[1], 16)]), objects)


def _read(upload: File[bytes], most: int) -> bytes:
    if not upload or not upload.size:
        raise WorkerError("file_empty", _("文件是空的。请重新选择。"))
    if upload.size > most:
        raise WorkerError(
            "file_large",
            _("文件超过 %(most)s 兆。请重新拍一张小一点的，或压缩后再传。") % {"most": most // 1024 // 1024},
        )
    data: bytes = upload.read()
    return data


def _open_image(data: bytes) -> Image.Image:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            image = Image.open(io.BytesIO(data), formats=PHOTO_FORMATS)
        if image.width * image.height > MOST_PIXELS:
            raise _too_many_pixels()
        image.load()
    except (Image.DecompressionBombWarning, Image.DecompressionBombError) as error:
        raise _too_many_pixels() from error
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError) as error:
        raise WorkerError("file_kind", _("这个文件不是能用的照片。请上传 JPG 或 PNG 图片。")) from error
    return image


def _too_many_pixels() -> WorkerError:
    return WorkerError("photo_huge", _("图片的尺寸过大，不能接收。请用手机重新拍一张。"))


def _as_jpeg(image: Image.Image, folder: str) -> ContentFile[bytes]:
    """Drawn anew on white: nothing but the points of the picture is carried over."""
    picture = image.convert("RGBA")
    picture.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    clean = Image.new("RGB", picture.size, "white")
    clean.paste(picture, mask=picture.getchannel("A"))
    out = io.BytesIO()
    clean.save(out, "JPEG", quality=88, optimize=True)
    return ContentFile(out.getvalue(), name=_random_name(folder, "jpg"))


def file_renamed(clean: ContentFile[bytes]) -> ContentFile[bytes]:
    """The same content under another random name: two people's files never share one."""
    folder, _letters, name = str(clean.name).rsplit("/", 2)
    clean.seek(0)
    return ContentFile(clean.read(), name=_random_name(folder, name.rpartition(".")[2]))


def _random_name(folder: str, ending: str) -> str:
    name = secrets.token_hex(16)
    return f"{folder}/{name[:2]}/{name}.{ending}"
