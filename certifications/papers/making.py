"""A sheet becomes a signed file."""

import json
from collections.abc import Iterable, Iterator, Mapping
from hashlib import sha256
from typing import Any

from django.utils.translation import gettext as _

from certifications.papers.contents import FORMAT
from certifications.papers.document import Draft, Prepared, document_write, page_alone
from certifications.papers.errors import PaperError
from certifications.papers.keys import SigningKey
from certifications.papers.photos import photo_make
from certifications.papers.setting import lines_of
from certifications.papers.sheets import Photo, Sheet
from certifications.papers.signing import cms_room, cms_signature, jws_detached
from certifications.papers.templates import Slot, Template, template


def paper_make(sheet: Sheet, *, signer: SigningKey) -> bytes:
    """The signed PDF/A-3b file of a sheet; refused when something it needs is missing or does not fit."""
    return signed(draft(sheet, photo=photo_make(sheet.photo), signer=signer), signer)


def papers_make(sheets: Iterable[Sheet], signer: SigningKey) -> Iterator[tuple[str, bytes | PaperError]]:
    """The file of each sheet with its number, or why it has none: one bad sheet does not stop the others."""
    for sheet in sheets:
        try:
            yield sheet.number, paper_make(sheet, signer=signer)
        except PaperError as refusal:
            yield sheet.number, refusal


def draft(sheet: Sheet, *, photo: Photo, signer: SigningKey) -> Draft:
    """The file before it is signed: the same bytes for the same sheet, photo and key."""
    paper = prepared(sheet, photo=photo)
    content = canonical(paper, photo)
    return document_write(
        paper, content=content, jws=jws_detached(signer, content), signer=signer.name, room=cms_room(signer)
    )


def printed_page(sheet: Sheet, *, photo: Photo | None) -> bytes:
    """The page of a sheet as a file of its own, unsigned: to be looked at, never handed out."""
    return page_alone(prepared(sheet, photo=photo))


def prepared(sheet: Sheet, *, photo: Photo | None) -> Prepared:
    """The sheet with every text set into its slot, or the reason why one cannot be."""
    chosen = template(sheet.template)
    printed = printed_values(chosen, sheet)
    lines = {name: (chosen.slots[name], lines_of(chosen.slots[name], text)) for name, text in printed.items()}
    return Prepared(sheet, chosen, lines, photo, printed)


def printed_values(chosen: Template, sheet: Sheet) -> dict[str, str]:
    """The text of each slot as it will be printed."""
    given = {"number": sheet.number, "address": sheet.qr} | dict(sheet.values)
    printed = {}
    for slot in chosen.slots.values():
        if slot.is_picture:
            continue
        text = " ".join(str(given.get(slot.name) or "").split()) or slot.blank
        if text:
            printed[slot.name] = text
        elif not slot.optional:
            raise _missing(slot)
    if not sheet.qr:
        raise _missing(chosen.slots["qr"])
    unknown = sorted(set(sheet.values) - set(chosen.slots))
    if unknown:
        raise PaperError(
            "value_unknown", _("证书模板没有这些位置：%(names)s。请核对模板。") % {"names": "、".join(unknown)}
        )
    return printed


def _missing(slot: Slot) -> PaperError:
    if slot.name == "name":
        return PaperError("name_missing", _("没有姓名，无法制作证书。请先补全学员姓名，然后重新制作。"))
    return PaperError(
        "value_missing", _("“%(label)s”没有内容，无法制作证书。请先补全，然后重新制作。") % {"label": slot.label}
    )


def canonical(paper: Prepared, photo: Photo) -> bytes:
    """Everything the paper says, as JSON with sorted keys: what its second signature covers."""
    sheet = paper.sheet
    words: dict[str, Any] = {
        "format": FORMAT,
        "template": sheet.template,
        "number": sheet.number,
        "issued_at": sheet.issued_at.isoformat(),
        "printed": dict(paper.printed),
        "qr": sheet.qr,
        "photo": photo.digest,
        "data": dict(sheet.data),
    }
    return json.dumps(words, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=_plain).encode()


def _plain(value: object) -> object:
    if isinstance(value, Mapping):
        return dict(value)
    return str(value)


def signed(unsigned: Draft, signer: SigningKey) -> bytes:
    """The draft with its signature in."""
    content = bytearray(unsigned.content)
    first, second = unsigned.signature_at, unsigned.signature_at + 2 * unsigned.signature_room + 2
    covered = b"[ 0 %d %d %d ]" % (first, second, len(content) - second)
    content[unsigned.range_at : unsigned.range_at + len(covered)] = covered
    digest = sha256(content[:first])
    digest.update(content[second:])
    signature = cms_signature(signer, digest.digest()).hex().encode()
    content[first + 1 : first + 1 + len(signature)] = signature
    return bytes(content)
