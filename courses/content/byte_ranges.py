"""Which part of a file a player asks for (RFC 9110, section 14): one range of bytes, or the whole.

WhiteNoise's reading of ranges is not used: it knows no ``If-Range`` and refuses a range of a single byte.
"""

import re
from dataclasses import dataclass

_SPECIFIER = re.compile(r"bytes=\s*(\d{0,18})-(\d{0,18})\s*", re.IGNORECASE)


@dataclass(frozen=True)
class Part:
    """The bytes from ``first`` to ``last``, both included, of a file of ``size``."""

    first: int
    last: int
    size: int

    @property
    def length(self) -> int:
        return self.last - self.first + 1

    @property
    def content_range(self) -> str:
        return f"bytes {self.first}-{self.last}/{self.size}"


class NotSatisfiableError(ValueError):
    """The range begins behind the end of the file."""


def part_wanted(header: str | None, size: int, *, if_range: str | None = None, etag: str = "") -> Part | None:
    """The part asked for; ``None`` when the whole file is to be sent.

    Several ranges at once and anything unreadable count as no range, which the standard allows. A range of another
    version of the file (``If-Range``) too. Raises ``NotSatisfiableError`` when nothing of the range exists.
    """
    found = _SPECIFIER.fullmatch(header.strip()) if header else None
    if found is None or (if_range is not None and if_range.strip() != etag):
        return None
    first, last = found.groups()
    if not first and not last:
        return None
    if not first:
        return _ending(int(last), size)
    if last and int(last) < int(first):
        return None
    if int(first) >= size:
        raise NotSatisfiableError
    return Part(int(first), min(int(last), size - 1) if last else size - 1, size)


def _ending(length: int, size: int) -> Part:
    """The last ``length`` bytes."""
    if length == 0 or size == 0:
        raise NotSatisfiableError
    return Part(max(0, size - length), size - 1, size)


def shortened(part: Part, most: int) -> Part:
    """The beginning of a part. A server may send less than was asked for, and players ask on (section 15.3.7)."""
    return Part(part.first, min(part.last, part.first + most - 1), part.size)
