"""What is on record under a number, and only what the paper shows."""

import hmac
import json
import unicodedata
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

from django.db import connection
from django.utils import timezone

from certifications.certificates.models import CertificateEvent
from certifications.certificates.numbers import TRAINING_LENGTH, TRAINING_PREFIX
from certifications.certificates.selectors import check_code, check_code_matches
from certifications.certificates.states import CertificateState, DoubtCategory
from certifications.verification.states import Kind
from foundation.crypto.cipher import decrypt, encrypt

PLACES = {"id_kind": "document_type", "id_number": "document_number"}
"""What a level certificate's content calls the places that a training certificate has too."""


@dataclass(frozen=True)
class Recorded:
    """A certificate on record. ``values`` is the text printed in each place; name and ID number are still whole."""

    kind: Kind
    number: str
    state: str
    values: dict[str, str]
    photo: str = ""
    replaced_by: str = ""

    @property
    def code(self) -> str:
        """The code printed on it; level certificates carry none of ours."""
        return check_code(self.number) if self.kind == Kind.TRAINING else ""


@dataclass(frozen=True)
class Decision:
    """What may be said of a suspension or revocation. The reason is the sort of reason: the text may name people."""

    on: date
    number: str
    reason: str


def kind_of(number: str) -> Kind:
    return Kind.TRAINING if number.startswith(TRAINING_PREFIX) and len(number) == TRAINING_LENGTH else Kind.LEVEL


def certificate_by_code(number: str, code: str) -> Recorded | None:
    """The certificate of a number whose code is right. With a wrong code nothing is looked up."""
    return training_certificate(number) if check_code_matches(number, code) else None


def certificate_by_name(number: str, name: str) -> Recorded | None:
    """The certificate of a number whose holder has the name. An unknown number takes the same steps."""
    found = training_certificate(number) if kind_of(number) == Kind.TRAINING else level_certificate(number)
    held = found.values.get("name", "") if found else values_in(decrypt(_of_nobody())).get("name", "")
    is_hers = hmac.compare_digest(comparable_name(held).encode(), comparable_name(name).encode())
    return found if found and held and is_hers else None


def comparable_name(name: str) -> str:
    """A name as it is compared: full-width writing, blanks and the dot of long names make no difference."""
    return "".join(letter for letter in unicodedata.normalize("NFKC", name).casefold() if letter.isalnum())


def training_certificate(number: str) -> Recorded | None:
    """By its number, in one query. For callers that have checked who asks."""
    row = _row(_TRAINING, number)
    if row is None:
        return None
    state, data, photo, replacement = row
    return Recorded(Kind.TRAINING, number, state, values_in(decrypt(data)), photo, replacement or "")


def level_certificate(number: str) -> Recorded | None:
    """By its number, in one query. For callers that have checked who asks."""
    row = _row(_LEVEL, number)
    return Recorded(Kind.LEVEL, number, row[0], values_in(decrypt(row[1]))) if row else None


# Written out: putting the query together anew takes longer than answering it, on the page that everybody may open.
_TRAINING = """
SELECT one.state, one.data, one.photo, later.number
  FROM certificates_trainingcertificate one
  LEFT JOIN certificates_trainingcertificate later ON later.replaces_id = one.id
 WHERE one.number = %s
"""
_LEVEL = "SELECT state, data FROM certificates_levelcertificate WHERE number = %s"


def _row(query: str, number: str) -> tuple[Any, ...] | None:
    if "\x00" in number:
        return None
    with connection.cursor() as cursor:
        cursor.execute(query, [number])
        row: tuple[Any, ...] | None = cursor.fetchone()
    return row


def values_in(data: str) -> dict[str, str]:
    """The printed text of each place, from the kept JSON."""
    content: Any = json.loads(data)
    inner = content.get("values")
    values = inner if isinstance(inner, dict) else content
    return {str(PLACES.get(key, key)): str(value) for key, value in values.items() if isinstance(value, str | int)}


def decision_on(recorded: Recorded) -> Decision | None:
    """The move by which a certificate came to the state it is in, where that is not a valid one."""
    if recorded.state not in {CertificateState.SUSPENDED, CertificateState.REVOKED}:
        return None
    whose = {f"{recorded.kind}__number": recorded.number}
    event = CertificateEvent.objects.filter(target=recorded.state, **whose).order_by("at", "pk").last()
    if event is None:
        return None
    return Decision(timezone.localdate(event.at), event.decision_number, DoubtCategory.told(event.data))


@lru_cache(maxsize=1)
def _of_nobody() -> bytes:
    """Opening this takes as long as opening a certificate's content."""
    return encrypt(json.dumps({"values": {"name": "", "none": "x" * 600}}))
