"""A call taken apart: is it whole, does it fit the schemas, and is it what it says it is?"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator

from receiver.config import Config
from receiver.signing import document_is_genuine

SCHEMAS = ("evidence-pack/1", "evidence-withdrawal/1")


class RefusalError(Exception):
    """The desk does not take the message: an HTTP status, a code, and where the fault is."""

    def __init__(self, status: int, code: str, places: list[str] | None = None) -> None:
        super().__init__(code)
        self.status, self.code, self.places = status, code, places or []


@dataclass(frozen=True)
class Letter:
    """A message whose form and signature are right."""

    key: str
    desk: str
    document: dict[str, Any]

    @property
    def is_pack(self) -> bool:
        return self.document["schema"] == "evidence-pack/1"

    @property
    def reference(self) -> str:
        return str(self.document["pack" if self.is_pack else "withdrawal"])

    @property
    def subject(self) -> str:
        return str(self.document["subject"]["reference"])

    @property
    def sequence(self) -> int:
        return int(self.document["sequence"])


def letter_from(config: Config, desk: str, body: bytes, idempotency_key: str) -> Letter:
    """The message in a call's body, or ``RefusalError``."""
    try:
        envelope = json.loads(body)
    except (ValueError, RecursionError):
        raise RefusalError(400, "not_json") from None
    if not isinstance(envelope, dict) or set(envelope) != {"message", "document", "signature"}:
        raise RefusalError(400, "not_an_envelope")
    key, document, signature = envelope["message"], envelope["document"], envelope["signature"]
    if not isinstance(key, str) or not 0 < len(key) <= 100 or key != idempotency_key or not isinstance(signature, str):
        raise RefusalError(400, "not_an_envelope")
    schema = document.get("schema") if isinstance(document, dict) else None
    if schema not in SCHEMAS:
        raise RefusalError(422, "unknown_schema")
    faults = [
        f"{error.json_path}: {error.validator}" for error in _validator(config.schemas, schema).iter_errors(document)
    ]
    if faults:
        raise RefusalError(422, "not_valid", sorted(faults)[:20])
    if document["receiver"] != desk:
        raise RefusalError(422, "another_desk")
    if not document_is_genuine(config.certificate, document, signature):
        raise RefusalError(422, "signature_wrong")
    return Letter(key, desk, document)


@lru_cache(maxsize=8)
def _validator(folder: Path, schema: str) -> Draft202012Validator:
    file = folder / f"{schema.replace('/', '-')}.schema.json"
    return Draft202012Validator(json.loads(file.read_text("utf-8")))
