"""What people do to certificate files, and what hostile files are made of."""

import zlib
from collections.abc import Callable
from io import BytesIO

import pikepdf
from pyhanko.pdf_utils.generic import StreamObject
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

from certifications.papers.codes import qr_drawn
from certifications.papers.templates import template
from tests.certifications.papers.builders import TEMPLATE


def saved_again(pdf: bytes, edit: Callable[[pikepdf.Pdf], None]) -> bytes:
    """The file opened, edited and saved as a whole, as an editor does."""
    target = BytesIO()
    with pikepdf.open(BytesIO(pdf)) as document:
        edit(document)
        document.save(target)
    return target.getvalue()


def drawn_over(pdf: bytes, drawing: bytes) -> bytes:
    """The file with something drawn on top of the page, saved as a whole."""
    return saved_again(pdf, lambda document: document.pages[0].contents_add(drawing))


def updated(pdf: bytes, drawing: bytes) -> bytes:
    """The same as an update behind the signed bytes, which stay as they are."""
    writer = IncrementalPdfFileWriter(BytesIO(pdf))
    page = writer.root["/Pages"]["/Kids"][0]
    page["/Contents"].append(writer.add_object(StreamObject(stream_data=drawing)))
    writer.update_container(page["/Contents"])
    target = BytesIO()
    writer.write(target)
    return target.getvalue()


def updated_with_data_of(pdf: bytes, other: bytes) -> bytes:
    """The file with another's data and their signature put behind the signed bytes."""
    writer = IncrementalPdfFileWriter(BytesIO(pdf))
    with pikepdf.open(BytesIO(other)) as document:
        for place, spec in enumerate(document.Root.AF):
            held = writer.add_object(StreamObject(stream_data=spec.EF.F.read_bytes()))
            writer.root["/AF"][place]["/EF"]["/F"] = held
            writer.update_container(writer.root["/AF"][place])
    target = BytesIO()
    writer.write(target)
    return target.getvalue()


def covered(slot: str, *, text: str = "") -> bytes:
    """A drawing that paints over a slot, and writes something else there in the certificate's own letters."""
    left, bottom, right, top = template(TEMPLATE).slots[slot].box
    written = f"BT /Pkai 19 Tf 1 0 0 1 {left} {bottom + 11} Tm {text} Tj ET" if text else ""
    return f"q 1 g {left} {bottom + 1} {right - left} {top - bottom - 2} re f 0 g {written} Q".encode()


def another_code(address: str) -> bytes:
    return qr_drawn(address, template(TEMPLATE).slots["qr"].box).encode()


def another_photo(jpeg: bytes) -> Callable[[pikepdf.Pdf], None]:
    def edit(document: pikepdf.Pdf) -> None:
        document.pages[0].Resources.XObject["/Photo"].write(jpeg, filter=pikepdf.Name.DCTDecode)

    return edit


def other_data(change: Callable[[bytes], bytes]) -> Callable[[pikepdf.Pdf], None]:
    def edit(document: pikepdf.Pdf) -> None:
        held = document.Root.AF[0].EF.F
        held.write(change(held.read_bytes()))

    return edit


def other_words(document: pikepdf.Pdf) -> None:
    """The page looks as it did, but what a reader copies out of it is another name."""
    for item in document.objects:
        if isinstance(item, pikepdf.Dictionary) and item.get("/Subtype") == "/Type0" and "Kai" in str(item.BaseFont):
            item.ToUnicode.write(item.ToUnicode.read_bytes().replace("梅".encode("utf-16-be").hex().encode(), b"7f8e"))


def with_javascript(document: pikepdf.Pdf) -> None:
    document.Root.OpenAction = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS="app.alert(1)")


def with_pages(document: pikepdf.Pdf) -> None:
    for _number in range(999):
        document.add_blank_page()


def encrypted(pdf: bytes) -> bytes:
    target = BytesIO()
    with pikepdf.open(BytesIO(pdf)) as document:
        document.save(target, encryption=pikepdf.Encryption(owner="x", user=""))
    return target.getvalue()


def _file(*objects: bytes) -> bytes:
    body = bytearray(b"%PDF-1.7\n")
    offsets = []
    for number, content in enumerate(objects, 1):
        offsets.append(len(body))
        body += b"%d 0 obj\n%b\nendobj\n" % (number, content)
    start = len(body)
    rows = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    body += b"xref\n0 %d\n0000000000 65535 f \n%b" % (len(offsets) + 1, rows)
    body += b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(offsets) + 1, start)
    return bytes(body)


def _stream(words: bytes, content: bytes) -> bytes:
    return b"<< %b /Length %d >>\nstream\n%b\nendstream" % (words, len(content), content)


def _packed(size: int, pattern: bytes = b"\0") -> bytes:
    """So many megabytes, packed: one block again and again, each beginning anew."""
    packing = zlib.compressobj(9)
    head = packing.compress(b"") + packing.flush(zlib.Z_FULL_FLUSH)
    block = packing.compress(pattern * (1024 * 1024 // len(pattern))) + packing.flush(zlib.Z_FULL_FLUSH)
    return head + block * size + packing.flush()


def page_bomb() -> bytes:
    """A page whose drawing unpacks to two gigabytes of commands."""
    page = b"<< /Type /Page /Parent 2 0 R /MediaBox [ 0 0 595.28 841.89 ] /Contents 4 0 R >>"
    drawing = _stream(b"/Filter /FlateDecode", _packed(2048, b"0 0 m 9 9 l S q Q "))
    return _file(b"<< /Type /Catalog /Pages 2 0 R >>", b"<< /Type /Pages /Kids [ 3 0 R ] /Count 1 >>", page, drawing)


def picture_bomb() -> bytes:
    """A picture of sixty thousand by sixty thousand points."""
    page = (
        b"<< /Type /Page /Parent 2 0 R /MediaBox [ 0 0 595.28 841.89 ] /Contents 4 0 R "
        b"/Resources << /XObject << /A 5 0 R >> >> >>"
    )
    words = (
        b"/Type /XObject /Subtype /Image /Width 60000 /Height 60000 /BitsPerComponent 8 "
        b"/ColorSpace /DeviceRGB /Filter /FlateDecode"
    )
    drawing = _stream(b"", b"q 595 0 0 841 0 0 cm /A Do Q")
    return _file(
        b"<< /Type /Catalog /Pages 2 0 R >>", b"<< /Type /Pages /Kids [ 3 0 R ] /Count 1 >>", page, drawing,
        _stream(words, _packed(1024)),
    )  # fmt: skip


def object_stream_bomb() -> bytes:
    """A table of objects that unpacks to two gigabytes."""
    packed = _packed(2048)
    head = b"%PDF-1.7\n"
    words = b"/Type /XRef /Size 5 /W [ 1 2 1 ] /Root 1 0 R /Filter /FlateDecode"
    return head + b"4 0 obj\n" + _stream(words, packed) + b"\nendobj\nstartxref\n%d\n%%%%EOF\n" % len(head)


def nested() -> bytes:
    """Arrays in arrays, a hundred thousand deep."""
    return _file(b"<< /Type /Catalog /Pages 2 0 R /X " + b"[" * 100_000 + b"]" * 100_000 + b" >>",
                 b"<< /Type /Pages /Kids [ ] /Count 0 >>")  # fmt: skip


def circle() -> bytes:
    """Pages that are their own parents."""
    return _file(b"<< /Type /Catalog /Pages 2 0 R >>", b"<< /Type /Pages /Kids [ 2 0 R ] /Count 1 /Parent 2 0 R >>")
