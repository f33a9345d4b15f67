"""Signatures: PAdES-B-B over the file, and a detached JWS over the data inside it.

pyHanko builds the signature's frame, but its library writes each of them anew out of a thousand objects, which takes
longer than everything else about a certificate. The frame differs between files in two places only, the digest and
the signature itself: it is built once for a key, and those are filled in.
"""

import asyncio
import json
from base64 import urlsafe_b64encode
from collections.abc import Coroutine
from functools import lru_cache
from hashlib import sha256
from typing import Any

from asn1crypto import cms
from asn1crypto import x509 as asn1_x509
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.serialization import Encoding
from pyhanko.sign.general import as_signing_certificate_v2, simple_cms_attribute
from pyhanko.sign.signers import Signer
from pyhanko_certvalidator.registry import SimpleCertificateStore

from certifications.papers.keys import SigningKey

DIGEST_MARK = bytes(range(200, 232))
LONGEST_SIGNATURE = 72


class KeySigner(Signer):
    """pyHanko's signer with a key that is loaded already; with a signature given, one that only frames it."""

    def __init__(self, key: SigningKey, given: bytes | None = None) -> None:
        self.key, self.given = key, given
        registry = SimpleCertificateStore.from_certs(
            [asn1_x509.Certificate.load(one.public_bytes(Encoding.DER)) for one in key.chain]
        )
        own = asn1_x509.Certificate.load(key.certificate.public_bytes(Encoding.DER))
        super().__init__(signing_cert=own, cert_registry=registry, embed_roots=False)

    async def async_sign_raw(self, data: bytes, digest_algorithm: str, dry_run: bool = False) -> bytes:
        return self.given or self.key.sign(data)

    async def unsigned_attrs(self, *args: Any, **kwargs: Any) -> None:
        """A signature of level B-B carries no time stamp."""


def cms_signature(key: SigningKey, digest: bytes) -> bytes:
    """The CMS signature over the digest of a file, in DER."""
    attributes = _attributes(key).replace(DIGEST_MARK, digest)
    signature = key.sign(attributes)
    frame, mark = _frame(key, len(signature))
    return frame.replace(DIGEST_MARK, digest, 1).replace(mark, signature, 1)


@lru_cache(maxsize=4)
def cms_room(key: SigningKey) -> int:
    """The bytes that the longest signature of the key takes."""
    return len(_frame(key, LONGEST_SIGNATURE)[0])


@lru_cache(maxsize=4)
def _attributes(key: SigningKey) -> bytes:
    content: bytes = _signed_attributes(key).dump()
    return content


def _signed_attributes(key: SigningKey) -> cms.CMSAttributes:
    certificate = as_signing_certificate_v2(KeySigner(key).signing_cert)
    return cms.CMSAttributes(
        [
            simple_cms_attribute("content_type", "data"),
            simple_cms_attribute("message_digest", DIGEST_MARK),
            simple_cms_attribute("signing_certificate_v2", certificate),
        ]
    )


@lru_cache(maxsize=32)
def _frame(key: SigningKey, length: int) -> tuple[bytes, bytes]:
    """The whole signature with a mark where the digest goes and another of the length where the signature goes."""
    mark = bytes((37 * place + 11) % 251 for place in range(length))
    signer = KeySigner(key, given=mark)
    frame: bytes = _done(signer.async_sign_prescribed_attributes("sha256", _signed_attributes(key))).dump()
    if frame.count(DIGEST_MARK) != 1 or frame.count(mark) != 1:
        raise ValueError("the marks of the signature's frame are not unique")
    return frame, mark


def _done(waiting: Coroutine[Any, Any, Any]) -> Any:
    """What a coroutine answers that never waits for anything, whether or not a loop runs in this thread."""
    try:
        waiting.send(None)
    except StopIteration as answer:
        return answer.value
    waiting.close()
    raise asyncio.InvalidStateError("the signer waited for something")


def jws_detached(key: SigningKey, content: bytes) -> bytes:
    """An ES256 signature over the content, in JWS's compact form without the content itself (RFC 7515, appendix F)."""
    header = _jws_header(key)
    signature = key.sign(header + b"." + _base64(content))
    r, s = decode_dss_signature(signature)
    return header + b".." + _base64(r.to_bytes(32, "big") + s.to_bytes(32, "big"))


@lru_cache(maxsize=4)
def _jws_header(key: SigningKey) -> bytes:
    print_of_certificate = _base64(sha256(key.certificate.public_bytes(Encoding.DER)).digest()).decode()
    words = {"alg": "ES256", "kid": key.key_id, "x5t#S256": print_of_certificate}
    return _base64(json.dumps(words, separators=(",", ":")).encode())


def _base64(content: bytes) -> bytes:
    return urlsafe_b64encode(content).rstrip(b"=")
