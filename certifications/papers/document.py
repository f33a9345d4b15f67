"""A paper as a whole document: its page, what it says about itself, its data, and the room for its signature."""

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256

from certifications.papers.contents import DATA_NAME, SIGNATURE_NAME
from certifications.papers.metadata import information, xmp
from certifications.papers.page import Filled, page_write
from certifications.papers.sheets import Photo, Sheet
from certifications.papers.templates import Template
from certifications.papers.writing import RANGE_ROOM, Writer, date_string, file_identifier, text_string

KEPT = ("/Lang", "/OutputIntents", "/Pages")
# No change of any kind is allowed after this signature: readers say so by themselves.
LOCK = "<< /Type /SigRef /TransformMethod /DocMDP /TransformParams << /Type /TransformParams /P 1 /V /1.2 >> >>"


@dataclass(frozen=True)
class Prepared:
    """A sheet with its template, its lines set, and its photo ready (or none, for a page that is only looked at)."""

    sheet: Sheet
    template: Template
    lines: Filled
    photo: Photo | None
    printed: Mapping[str, str]

    @property
    def title(self) -> str:
        return f"{self.template.title} {self.sheet.number}"


@dataclass(frozen=True)
class Draft:
    """A whole file with room for its signature, and where that room is."""

    content: bytearray
    signature_at: int
    signature_room: int
    range_at: int


def document_write(paper: Prepared, *, content: bytes, jws: bytes, signer: str, room: int) -> Draft:
    """The file without its signature: the same bytes for the same arguments."""
    sheet = paper.sheet
    author = paper.printed.get("issuer", signer)
    pdf = Writer(paper.template)
    field, signature = pdf.reserve(), pdf.reserve()
    page_write(pdf, lines=paper.lines, photo=paper.photo, qr=sheet.qr, field=field)
    described = xmp(title=paper.title, author=author, number=sheet.number, template=sheet.template, at=sheet.issued_at)
    metadata = pdf.stream("/Type /Metadata /Subtype /XML", described, is_packed=False)
    data = _attached(pdf, paper, DATA_NAME, kind="application#2Fjson", content=content, relation="Data")
    mark = _attached(pdf, paper, SIGNATURE_NAME, kind="application#2Fjose", content=jws, relation="Supplement")
    info = pdf.add_words(information(title=paper.title, author=author, at=sheet.issued_at))
    pdf.add_words(
        f"<< /Type /Annot /Subtype /Widget /FT /Sig /T (Signature) /V {signature} 0 R /F 132 /Rect [ 0 0 0 0 ] "
        f"/P {paper.template.page['number']} 0 R >>",
        field,
    )
    root = _catalog(
        pdf,
        f"/Metadata {metadata} 0 R /AF [ {data} 0 R {mark} 0 R ] "
        f"/Names << /EmbeddedFiles << /Names [ ({DATA_NAME}) {data} 0 R ({SIGNATURE_NAME}) {mark} 0 R ] >> >> "
        f"/AcroForm << /Fields [ {field} 0 R ] /SigFlags 3 >> /Perms << /DocMDP {signature} 0 R >> "
        "/ViewerPreferences << /DisplayDocTitle true >>",
    )
    places = _signature(pdf, signature, at=date_string(sheet.issued_at), signer=signer, room=room)
    pdf.finish(
        root=root, info=info, identifier=file_identifier(sheet.template, sheet.number, sha256(content).hexdigest())
    )
    return Draft(pdf.body, *places)


def page_alone(paper: Prepared) -> bytes:
    """A file with the page and nothing else, to be looked at."""
    pdf = Writer(paper.template)
    page_write(pdf, lines=paper.lines, photo=paper.photo, qr=paper.sheet.qr)
    info = pdf.add_words("<< >>")
    pdf.finish(root=_catalog(pdf, ""), info=info, identifier=bytes(16))
    return bytes(pdf.body)


def _catalog(pdf: Writer, words: str) -> int:
    kept = " ".join(f"{key} {pdf.template.catalog[key]}" for key in KEPT)
    return pdf.add_words(f"<< /Type /Catalog {kept} {words} >>", int(pdf.template.catalog["number"]))


def _attached(pdf: Writer, paper: Prepared, name: str, *, kind: str, content: bytes, relation: str) -> int:
    date = date_string(paper.sheet.issued_at)
    held = pdf.stream(
        f"/Type /EmbeddedFile /Subtype /{kind} /Params << /Size {len(content)} /ModDate {date} /CreationDate {date} >>",
        content,
    )
    return pdf.add_words(
        f"<< /Type /Filespec /F ({name}) /UF ({name}) /AFRelationship /{relation} /Desc {text_string(name)} "
        f"/EF << /F {held} 0 R /UF {held} 0 R >> >>"
    )


def _signature(pdf: Writer, number: int, *, at: str, signer: str, room: int) -> tuple[int, int, int]:
    """The signature's dictionary with blanks: where the signature goes, how long it may be, where the range goes."""
    pdf.offsets[number - 1] = len(pdf.body)
    words = (
        f"{number} 0 obj\n<< /Type /Sig /Filter /Adobe.PPKLite /SubFilter /ETSI.CAdES.detached "
        f"/M {at} /Name {text_string(signer)} /Reference [ {LOCK} ] /ByteRange "
    )
    pdf.body += words.encode("ascii")
    range_at = len(pdf.body)
    pdf.body += b" " * RANGE_ROOM + b" /Contents "
    signature_at = len(pdf.body)
    pdf.body += b"<" + b"0" * (2 * room) + b"> >>\nendobj\n"
    return signature_at, room, range_at
