"""The templates of certificates: versioned, each kept as a printed page without its slots and the places of the slots.

A version that papers were made with is never changed: what comes next is a new version beside it.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from io import BytesIO
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pikepdf
from django.utils.translation import gettext as _

from certifications.papers.errors import PaperError

FOLDER = Path(__file__).resolve().parent / "data"
PICTURES = ("photo", "qr")


@dataclass(frozen=True)
class Slot:
    """A place on the page. Lengths are points from the lower left corner; a picture has no size of type."""

    name: str
    label: str
    box: tuple[float, float, float, float]
    baseline: float = 0
    size: float = 0
    colour: tuple[float, float, float] = (0, 0, 0)
    align: str = "left"
    lines: int = 1
    blank: str = ""
    optional: bool = False

    @property
    def is_picture(self) -> bool:
        return self.name in PICTURES

    @property
    def width(self) -> float:
        return self.box[2] - self.box[0]

    @property
    def height(self) -> float:
        return self.box[3] - self.box[1]


@dataclass(frozen=True)
class Template:
    """A version of a template, ready to print on: its objects are the first of every file made with it."""

    name: str
    title: str
    size: tuple[float, float]
    slots: Mapping[str, Slot]
    head: bytes
    offsets: tuple[int, ...]
    page: Mapping[str, str]
    catalog: Mapping[str, str]


def templates_known() -> list[str]:
    """The names of all versions of all templates, oldest first."""
    return list(_known())


@lru_cache
def _known() -> tuple[str, ...]:
    found = FOLDER.glob("*/*/layout.json")
    return tuple(sorted((str(path.parent.relative_to(FOLDER)) for path in found), key=_by_version))


def template_slots(name: str) -> tuple[Slot, ...]:
    """The slots of a template in the order of its page; unknown templates are refused."""
    return tuple(template(name).slots.values())


def template(name: str) -> Template:
    if name not in _known():
        raise PaperError(
            "template_missing",
            _("没有名为“%(name)s”的证书模板，无法制作证书文件。请核对模板名称和版本，或者联系系统管理员。")
            % {"name": name},
        )
    return _loaded(name)


@lru_cache
def _loaded(name: str) -> Template:
    layout = json.loads((FOLDER / name / "layout.json").read_text("utf-8"))
    head, offsets, page, catalog = _objects((FOLDER / name / "page.pdf").read_bytes())
    slots = {
        key: Slot(**{"name": key} | slot | {"box": tuple(slot["box"])} | _colour(slot))
        for key, slot in layout["slots"].items()
    }
    width, height = layout["size"]
    return Template(
        name, layout["title"], (width, height), MappingProxyType(slots), head, offsets, page, catalog
    )  # fmt: skip


def _colour(slot: Mapping[str, Any]) -> dict[str, Any]:
    return {"colour": tuple(slot["colour"])} if "colour" in slot else {}


def _objects(content: bytes) -> tuple[bytes, tuple[int, ...], Mapping[str, str], Mapping[str, str]]:
    """The objects of the printed page one after another, behind the header, with the place of each.

    The page and the catalogue are left out, because each paper has its own: they come back as texts by key.
    """
    head = bytearray(b"%PDF-1.7\n%\xe5\xb7\xa7\xe6\x89\x8b\n")
    offsets = []
    with pikepdf.open(BytesIO(content)) as document:
        page = document.pages[0].obj
        own = {page.objgen[0], document.Root.objgen[0]}
        for item in document.objects:
            number = item.objgen[0]
            if number in own:
                offsets.append(0)
                continue
            offsets.append(len(head))
            head += f"{number} 0 obj\n".encode() + _written(item) + b"\nendobj\n"
        entries = {key: _text(value) for key, value in page.items()} | {"number": str(page.objgen[0])}
        for key, value in page.Resources.items():
            entries[f"resource {key}"] = _text(value, resolved=True)
        catalog = {key: _text(value) for key, value in document.Root.items()}
        catalog["number"] = str(document.Root.objgen[0])
    return bytes(head), tuple(offsets), MappingProxyType(entries), MappingProxyType(catalog)


def _written(item: pikepdf.Object) -> bytes:
    if not isinstance(item, pikepdf.Stream):
        return bytes(item.unparse(resolved=True))
    raw = item.read_raw_bytes()
    words = {key: value for key, value in item.items() if key != "/Length"}
    entries = "".join(f"{key} {_text(value)} " for key, value in words.items())
    return f"<< {entries}/Length {len(raw)} >>\nstream\n".encode() + raw + b"\nendstream"


def _text(value: Any, *, resolved: bool = False) -> str:
    """A value as PDF writes it: a reference where it is one, unless it is to be resolved."""
    if resolved and isinstance(value, pikepdf.Object):
        return value.unparse(resolved=True).decode("ascii")
    return pikepdf.Array([value]).unparse().decode("ascii").removeprefix("[").removesuffix("]").strip()


def _by_version(name: str) -> tuple[str, int]:
    family, _slash, version = name.partition("/")
    return family, int(version)
