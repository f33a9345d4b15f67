"""What is to be printed: everything a certificate's file is made of, and nothing that has to be looked up."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType
from typing import Any


@dataclass(frozen=True)
class Photo:
    """A portrait as it goes into the file: a small JPEG of one inch, without anything else its file carried."""

    jpeg: bytes
    width: int
    height: int
    digest: str


@dataclass(frozen=True)
class Sheet:
    """One paper to be made.

    ``values`` is the text of each slot of the template, ``photo`` a JPEG or PNG, ``qr`` the address behind the QR
    code, ``data`` what goes into the file as signed JSON, ``issued_at`` the moment written into it as its date: the
    same sheet under the same key is the same file, byte for byte.
    """

    template: str
    number: str
    values: Mapping[str, str]
    photo: bytes | None = None
    qr: str = ""
    data: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))
    issued_at: datetime = field(kw_only=True)
