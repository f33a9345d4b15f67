"""A sheet becomes a signed file."""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256
from types import MappingProxyType
from typing import Any

from django.utils.translation import gettext as _

from certifications.papers.errors import PaperError
from certifications.papers.keys import SigningKey
from certifications.papers.page import page_write
from certifications.papers.metadata import information, xmp
from certifications.papers.photos import photo_make
from certifications.papers.setting import Line, lines_of
from certifications.papers.sheets import Photo, Sheet
from certifications.papers.signing import cms_room, cms_signature, jws_detached
from certifications.papers.templates import Slot, Template, template
from certifications.papers.writing import RANGE_ROOM, Writer, date_string, file_identifier, text_string

DATA_NAME = "certificate.json"
SIGNATURE_NAME = "certificate.json.jws"
FORMAT = "qiaoshou-paper/1"


@dataclass(frozen=True)
class Draft:
    """A whole file with room for its signature, and where that room is."""

    content: bytearray
    signature_at: int
    signature_room: int
    range_at: int


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
    """The file of a sheet with a photo that is ready, before it is signed: the same bytes for the same sheet and key."""
    chosen = template(sheet.template)
    printed = printed_values(chosen, sheet)
    lines = {name: (chosen.slots[name], lines_of(chosen.slots[name], text)) for name, text in printed.items()}
    content = canonical(sheet, printed, photo)
    return _written(chosen, sheet, lines, photo, content, signer)


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
        raise PaperError("value_unknown", _("证书模板没有这些位置：%(names)s。请核对模板。") % {"names": "、".join(unknown)})
    return printed


def _missing(slot: Slot) -> PaperError:
    if slot.name == "name":
        return PaperError("name_missing", _("没有姓名，无法制作证书。请先补全学员姓名，然后重新制作。"))
    return PaperError(
        "value_missing", _("“%(label)s”没有内容，无法制作证书。请先补全，然后重新制作。") % {"label": slot.label}
    )


def canonical(sheet: Sheet, printed: Mapping[str, str], photo: Photo) -> bytes:
    """Everything the paper says, as JSON with sorted keys: what its second signature covers."""
    words: dict[str, Any] = {
        "format": FORMAT,
        "template": sheet.template,
        "number": sheet.number,
        "issued_at": sheet.issued_at.isoformat(),
        "printed": dict(printed),
        "qr": sheet.qr,
        "photo": photo.digest,
        "data": dict(sheet.data),
    }
    return json.dumps(words, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=_plain).encode()


def _plain(value: object) -> object:
    if isinstance(value, Mapping | MappingProxyType):
        return dict(value)
    return str(value)


def _written(
    chosen: Template, sheet: Sheet, lines: Mapping[str, tuple[Slot, list[Line]]], photo: Photo, content: bytes,
    signer: SigningKey,
) -> Draft:  # fmt: skip
    author = sheet.values.get("issuer", "") or signer.name
    title = f"{chosen.title} {sheet.number}"
    pdf = Writer(chosen)
    field, signature = pdf.reserve(), pdf.reserve()
    page_write(pdf, lines=lines, photo=photo, qr=sheet.qr, field=field)
    described = xmp(title=title, author=author, number=sheet.number, template=sheet.template, at=sheet.issued_at)
    metadata = pdf.stream("/Type /Metadata /Subtype /XML", described, is_packed=False)
    data = _attached(pdf, sheet, DATA_NAME, "application#2Fjson", content, "Data")
    jws = _attached(pdf, sheet, SIGNATURE_NAME, "application#2Fjose", jws_detached(signer, content), "Supplement")
    info = pdf.add_words(information(title=title, author=author, at=sheet.issued_at))
    pdf.add_words(
        f"<< /Type /Annot /Subtype /Widget /FT /Sig /T (Signature) /V {signature} 0 R /F 132 /Rect [ 0 0 0 0 ] "
        f"/P {chosen.page['number']} 0 R >>",
        field,
    )
    root = int(chosen.catalog["number"])
    own = ("/Lang", "/OutputIntents", "/Pages")
    pdf.add_words(
        f"<< /Type /Catalog {' '.join(f'{key} {chosen.catalog[key]}' for key in own)} /Metadata {metadata} 0 R "
        f"/AF [ {data} 0 R {jws} 0 R ] "
        f"/Names << /EmbeddedFiles << /Names [ ({DATA_NAME}) {data} 0 R ({SIGNATURE_NAME}) {jws} 0 R ] >> >> "
        f"/AcroForm << /Fields [ {field} 0 R ] /SigFlags 3 >> /Perms << /DocMDP {signature} 0 R >> "
        f"/ViewerPreferences << /DisplayDocTitle true >> >>",
        root,
    )
    places = _signature(pdf, signature, sheet, signer)
    pdf.finish(root=root, info=info, identifier=file_identifier(sheet.template, sheet.number, sha256(content).hexdigest()))
    return Draft(pdf.body, *places)


def _attached(pdf: Writer, sheet: Sheet, name: str, kind: str, content: bytes, relation: str) -> int:
    date = date_string(sheet.issued_at)
    held = pdf.stream(
        f"/Type /EmbeddedFile /Subtype /{kind} /Params << /Size {len(content)} /ModDate {date} /CreationDate {date} >>",
        content,
    )
    return pdf.add_words(
        f"<< /Type /Filespec /F ({name}) /UF ({name}) /AFRelationship /{relation} /Desc {text_string(name)} "
        f"/EF << /F {held} 0 R /UF {held} 0 R >> >>"
    )


def _signature(pdf: Writer, number: int, sheet: Sheet, signer: SigningKey) -> tuple[int, int, int]:
    """The signature's dictionary with blanks: where the signature goes, how many bytes it may take, where the range goes."""
    room = cms_room(signer)
    pdf.offsets[number - 1] = len(pdf.body)
    words = (
        f"{number} 0 obj\n<< /Type /Sig /Filter /Adobe.PPKLite /SubFilter /ETSI.CAdES.detached "
        f"/M {date_string(sheet.issued_at)} /Name {text_string(signer.name)} "
        "/Reference [ << /Type /SigRef /TransformMethod /DocMDP /TransformParams << /Type /TransformParams /P 1 /V /1.2 >> >> ] "
        "/ByteRange "
    )
    pdf.body += words.encode("ascii")
    range_at = len(pdf.body)
    pdf.body += b" " * RANGE_ROOM + b" /Contents "
    signature_at = len(pdf.body)
    pdf.body += b"<" + b"0" * (2 * room) + b"> >>\nendobj\n"
    return signature_at, room, range_at


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
