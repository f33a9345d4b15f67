"""What a file holds besides its drawing: the data, their signature, pictures, and things no certificate has."""

import json
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

import pikepdf

DATA_NAME = "certificate.json"
SIGNATURE_NAME = "certificate.json.jws"
FORMAT = "qiaoshou-paper/1"
MOST_DATA = 256 * 1024
MOST_PICTURE = 1024 * 1024
MOST_OBJECTS = 2000
ACTIVE = ("/JS", "/JavaScript", "/Launch", "/OpenAction", "/AA", "/RichMedia", "/EmbeddedGoTo", "/XFA", "/SubmitForm")
FIELDS = {"template": str, "number": str, "issued_at": str, "printed": dict, "qr": str, "photo": str, "data": dict}


@dataclass(frozen=True)
class Held:
    """``content`` is the data file byte for byte, ``words`` what it says, ``portraits`` the pictures by digest."""

    content: bytes | None = None
    signature: bytes = b""
    words: dict[str, Any] | None = None
    portraits: dict[str, bytes] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)


def contents_read(document: pikepdf.Pdf) -> Held:
    problems = ["active_content"] if any(_is_active(item) for item in _objects(document)) else []
    content = _attached(document, DATA_NAME)
    if content is None:
        return Held(portraits=_portraits(document), problems=[*problems, "data_missing"])
    words = _understood(content)
    if words is None:
        problems.append("data_broken")
    signature = _attached(document, SIGNATURE_NAME) or b""
    return Held(content, signature, words, _portraits(document), problems)


def _understood(content: bytes) -> dict[str, Any] | None:
    """The data, when they have the form that ours have."""
    try:
        words = json.loads(content)
    except (ValueError, RecursionError):
        return None
    if not isinstance(words, dict) or words.get("format") != FORMAT:
        return None
    if not all(isinstance(words.get(name), kind) for name, kind in FIELDS.items()):
        return None
    if not all(isinstance(text, str) for text in words["printed"].values()):
        return None
    return words


def _objects(document: pikepdf.Pdf) -> Iterator[Any]:
    for count, item in enumerate(document.objects):
        if count >= MOST_OBJECTS:
            break
        yield item


def _is_active(item: Any, depth: int = 0) -> bool:
    """Whether a dictionary, or one inside it, acts by itself."""
    if depth > 8:
        return True
    if isinstance(item, pikepdf.Array):
        return any(_is_active(part, depth + 1) for part in item if not _is_reference(part))
    if not isinstance(item, pikepdf.Dictionary | pikepdf.Stream):
        return False
    for key, value in item.items():
        if key in ACTIVE or (key == "/S" and str(value) in ACTIVE):
            return True
        if not _is_reference(value) and _is_active(value, depth + 1):
            return True
    return False


def _is_reference(value: Any) -> bool:
    """Indirect objects are looked at in their own turn."""
    return isinstance(value, pikepdf.Object) and value.is_indirect


def _attached(document: pikepdf.Pdf, name: str) -> bytes | None:
    try:
        names = list(document.Root.Names.EmbeddedFiles.Names)
        found = [names[place + 1] for place in range(0, len(names) - 1, 2) if str(names[place]) == name]
        return _opened(found[0].EF.F, MOST_DATA) if len(found) == 1 else None
    except (AttributeError, KeyError, TypeError, ValueError):
        return None


def _opened(stream: Any, most: int) -> bytes | None:
    """The bytes of a stream, unless there are too many, or they are packed in a way of which we make no use."""
    if not isinstance(stream, pikepdf.Stream):
        return None
    raw: bytes = stream.read_raw_bytes()
    packed_by = stream.get("/Filter")
    if packed_by is None:
        return raw if len(raw) <= most else None
    if packed_by != "/FlateDecode" or "/DecodeParms" in stream:
        return None
    unpacking = zlib.decompressobj()
    try:
        content = unpacking.decompress(raw, most + 1)
    except zlib.error:
        return None
    return content if len(content) <= most else None


def _portraits(document: pikepdf.Pdf) -> dict[str, bytes]:
    """The JPEG pictures of the page by their digest."""
    found: dict[str, bytes] = {}
    try:
        pictures = list(document.pages[0].Resources.XObject.values())[:8]
    except (AttributeError, KeyError):
        return found
    for picture in pictures:
        if isinstance(picture, pikepdf.Stream) and picture.get("/Filter") == "/DCTDecode":
            raw = picture.read_raw_bytes()
            if len(raw) <= MOST_PICTURE:
                found[sha256(raw).hexdigest()] = raw
    return found
