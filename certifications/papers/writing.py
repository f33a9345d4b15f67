"""The objects of a PDF/A-3b file behind those of its template, written out by hand.

What differs between two certificates is a dozen objects; a library that reads and writes whole documents spends most of
its time on the others. Every byte follows from the sheet and the key, so the same ones give the same file.
"""

import zlib
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import md5

from certifications.papers.templates import Template

RANGE_ROOM = 60


@dataclass
class Writer:
    """A file in the making: the template's objects are there, each further one gets the next number."""

    template: Template
    body: bytearray = field(init=False)
    offsets: list[int] = field(init=False)

    def __post_init__(self) -> None:
        self.body = bytearray(self.template.head)
        self.offsets = list(self.template.offsets)

    def reserve(self) -> int:
        self.offsets.append(0)
        return len(self.offsets)

    def add(self, content: bytes, number: int | None = None) -> int:
        number = number or self.reserve()
        self.offsets[number - 1] = len(self.body)
        self.body += b"%d 0 obj\n%b\nendobj\n" % (number, content)
        return number

    def add_words(self, words: str, number: int | None = None) -> int:
        return self.add(words.encode("ascii"), number)

    def stream(self, words: str, content: bytes, *, is_packed: bool = True) -> int:
        """A stream with these entries; ``is_packed`` deflates it."""
        if is_packed:
            content, words = zlib.compress(content, 9), f"{words} /Filter /FlateDecode"
        return self.add(
            b"<< %b /Length %d >>\nstream\n%b\nendstream" % (words.strip().encode("ascii"), len(content), content)
        )

    def finish(self, *, root: int, info: int, identifier: bytes) -> None:
        """The table of objects and the trailer."""
        start = len(self.body)
        rows = [b"%010d 00000 n \n" % offset for offset in self.offsets]
        self.body += b"xref\n0 %d\n0000000000 65535 f \n" % (len(rows) + 1) + b"".join(rows)
        mark = identifier.hex().encode()
        words = b"<< /Size %d /Root %d 0 R /Info %d 0 R /ID [ <%b> <%b> ] >>" % (len(rows) + 1, root, info, mark, mark)
        self.body += b"trailer\n%b\nstartxref\n%d\n%%%%EOF\n" % (words, start)


def text_string(text: str) -> str:
    """A text as PDF writes one outside of pages."""
    return f"<feff{text.encode('utf-16-be').hex()}>"


def date_string(at: datetime) -> str:
    zone = at.strftime("%z")
    return f"(D:{at:%Y%m%d%H%M%S}{zone[:3]}'{zone[3:5]}')"


def file_identifier(*parts: str) -> bytes:
    return md5("\0".join(parts).encode(), usedforsecurity=False).digest()
