"""What a file shows and whether it is what was issued: nothing in it is believed that is not signed or seen."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from cryptography import x509


class SignatureState(StrEnum):
    """What became of the file's signature. ``VALID`` covers what was signed; later additions are told apart."""

    VALID = "valid"
    INVALID = "invalid"
    UNTRUSTED = "untrusted"
    NONE = "none"


@dataclass(frozen=True)
class PaperRead:
    """What was found in a file.

    ``printed`` is what the signed data say each slot shows and ``visible`` what it really shows; ``differing`` names
    the slots where the two differ, or where the page looks otherwise than a paper made from the data, ``elsewhere``
    when it does so outside of all slots.
    """

    signature: SignatureState = SignatureState.NONE
    is_whole_file_covered: bool = False
    changed_after_signing: bool = False
    data: Mapping[str, Any] | None = None
    data_signature_valid: bool = False
    printed: Mapping[str, str] = field(default_factory=dict)
    visible: Mapping[str, str] = field(default_factory=dict)
    differing: Sequence[str] = ()
    photo_matches: bool | None = None
    qr: str | None = None
    template: str | None = None
    number: str | None = None
    problems: Sequence[str] = ()

    @property
    def is_genuine(self) -> bool:
        """Whether the file is, to the last point of its page, one that was issued."""
        return (
            self.signature is SignatureState.VALID
            and self.is_whole_file_covered
            and not self.changed_after_signing
            and self.data_signature_valid
            and self.photo_matches is True
            and not self.differing
            and not self.problems
        )


def paper_read(pdf: bytes, *, trusted: Sequence[x509.Certificate]) -> PaperRead:
    """Read a file from anywhere, within limits of size and time; what cannot be read is told in ``problems``."""
    raise NotImplementedError
