"""The two proofs of a message: an HMAC on the call (who calls), and a JWS on the document (who stands for it)."""

from __future__ import annotations

import hashlib
import hmac
import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import Any

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

TIMESTAMP, SIGNATURE = "X-Qiaoshou-Timestamp", "X-Qiaoshou-Signature"
WINDOW_SECONDS = 300
HALF = 32


def call_signature(key: str, *, timestamp: str, path: str, body: bytes) -> str:
    """HMAC-SHA256 over time, address and body."""
    signed = f"{timestamp}\nPOST\n{path}\n".encode() + body
    return "sha256=" + hmac.new(key.encode(), signed, hashlib.sha256).hexdigest()


def call_is_genuine(key: str, *, timestamp: str, path: str, body: bytes, given: str, now: float) -> bool:
    """Whether the call was signed with the key just now."""
    if not key or not timestamp.isascii() or not timestamp.isdigit() or len(timestamp) > 12:
        return False
    expected = call_signature(key, timestamp=timestamp, path=path, body=body)
    return abs(now - int(timestamp)) <= WINDOW_SECONDS and hmac.compare_digest(
        expected.encode(), given.encode("utf-8", "replace")
    )


def canonical(document: object) -> bytes:
    """The form that is signed: RFC 8785 for documents with whole numbers only."""
    return json.dumps(document, ensure_ascii=False, allow_nan=False, separators=(",", ":"), sort_keys=True).encode()


def document_is_genuine(certificate: x509.Certificate, document: object, signature: str) -> bool:
    """Whether the detached JWS over the document was made with the certificate's key, by ES256 and nothing else."""
    try:
        header, middle, mark = signature.split(".")
        words: dict[str, Any] = json.loads(_decoded(header))
        raw = _decoded(mark)
        signed = header.encode("ascii") + b"." + urlsafe_b64encode(canonical(document)).rstrip(b"=")
    except (ValueError, RecursionError):
        return False
    fingerprint = urlsafe_b64encode(certificate.fingerprint(hashes.SHA256())).rstrip(b"=").decode()
    public = certificate.public_key()
    if (
        middle
        or not isinstance(words, dict)
        or words.get("alg") != "ES256"
        or "crit" in words
        or words.get("x5t#S256") != fingerprint
        or len(raw) != 2 * HALF
        or not isinstance(public, ec.EllipticCurvePublicKey)
    ):
        return False
    r, s = int.from_bytes(raw[:HALF]), int.from_bytes(raw[HALF:])
    try:
        public.verify(encode_dss_signature(r, s), signed, ec.ECDSA(hashes.SHA256()))
    except InvalidSignature:
        return False
    return True


def _decoded(text: str) -> bytes:
    return urlsafe_b64decode(text.encode("ascii") + b"=" * (-len(text) % 4))
