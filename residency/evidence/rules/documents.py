"""The documents that go out and come in: built, put into the form that is signed, checked against their schemas."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from typing import Any
from uuid import UUID

from jsonschema import Draft202012Validator

from residency.evidence.states import PACK_SCHEMA, WITHDRAWAL_SCHEMA

SCHEMAS = Path(__file__).resolve().parents[3] / "docs" / "reference" / "schemas"

Document = dict[str, Any]


def canonical(document: object) -> bytes:
    """RFC 8785 for what our documents hold: keys in ASCII, whole numbers, no blanks between."""
    return json.dumps(document, ensure_ascii=False, allow_nan=False, separators=(",", ":"), sort_keys=True).encode()


def digest(document: object) -> str:
    """The SHA-256 of a document in canonical form."""
    return sha256(canonical(document)).hexdigest()


def problems(document: object, schema: str) -> list[str]:
    """Where a document breaks its schema (``evidence-pack/1``): places and rules, never values."""
    found = _validator(schema).iter_errors(document)
    return sorted(f"{error.json_path}: {error.validator}" for error in found)


@lru_cache(maxsize=8)
def _validator(schema: str) -> Draft202012Validator:
    file = SCHEMAS / f"{schema.replace('/', '-')}.schema.json"
    return Draft202012Validator(json.loads(file.read_text("utf-8")))


@dataclass(frozen=True)
class Address:
    """Whom a message is about, to whom, what for, and its place among the messages of this person."""

    receiver: str
    purpose: str
    subject: UUID
    sequence: int


@dataclass(frozen=True)
class Person:
    name: str
    id_number: str


@dataclass(frozen=True)
class Agreement:
    """The consent a pack stands on."""

    text_version: int
    granted_at: datetime
    through: str


def pack_document(
    *,
    reference: UUID,
    address: Address,
    version: int,
    supersedes: UUID | None,
    issued_at: datetime,
    as_of: date,
    salt: str,
    issuer: tuple[str, str],
    person: Person,
    agreement: Agreement,
    facts: Document,
) -> Document:
    """A whole pack, ready to be signed."""
    return {
        "schema": PACK_SCHEMA,
        "pack": str(reference),
        "receiver": address.receiver,
        "purpose": address.purpose,
        "sequence": address.sequence,
        "version": version,
        "supersedes": str(supersedes) if supersedes else None,
        "issued_at": issued_at.isoformat(),
        "as_of": as_of.isoformat(),
        "salt": salt,
        "issuer": {"city_code": issuer[0], "city_name": issuer[1]},
        "subject": {
            "reference": str(address.subject),
            "name": person.name,
            "id_type": "resident_identity_card",
            "id_number": person.id_number,
        },
        "consent": {
            "text_version": agreement.text_version,
            "granted_at": agreement.granted_at.isoformat(),
            "through": agreement.through,
        },
        "facts": facts,
    }


def withdrawal_document(
    *, reference: UUID, address: Address, packs: Sequence[UUID], requested_at: datetime
) -> Document:
    """The message that a consent ended. It names nobody."""
    return {
        "schema": WITHDRAWAL_SCHEMA,
        "withdrawal": str(reference),
        "receiver": address.receiver,
        "purpose": address.purpose,
        "sequence": address.sequence,
        "through_sequence": address.sequence - 1,
        "subject": {"reference": str(address.subject)},
        "packs": sorted(str(one) for one in packs),
        "requested_at": requested_at.isoformat(),
        "reason": "consent_withdrawn",
    }
