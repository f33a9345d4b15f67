"""Signatures read back: pyHanko judges that of the file, against our own trusted certificates and without a network."""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from io import BytesIO

from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.serialization import Encoding
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.general import SigningError
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko.sign.validation.errors import SignatureValidationError
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature
from pyhanko.sign.validation.status import PdfSignatureStatus, SignatureCoverageLevel
from pyhanko_certvalidator import ValidationContext

from certifications.papers.contents import Held

FAULTS = (PdfError, SigningError, SignatureValidationError, ValueError, TypeError, KeyError, IndexError, AttributeError)


@dataclass(frozen=True)
class SignatureRead:
    state: str = "none"
    covers_all: bool = False
    has_later_changes: bool = False
    signer: x509.Certificate | None = None
    is_signer_known: bool = False


def signature_read(content: bytes, trusted: list[x509.Certificate]) -> SignatureRead:
    """The first signature of a file: valid, untrusted or invalid, and whether anything was added after it."""
    try:
        found = PdfFileReader(BytesIO(content), strict=False).embedded_signatures
        if not found:
            return SignatureRead()
        first = found[0]
        status = _judged(first, trusted)
    except FAULTS:
        return SignatureRead("invalid" if b"/ByteRange" in content else "none")
    covers_all = status.coverage is SignatureCoverageLevel.ENTIRE_FILE
    end = first.byte_range[2] + first.byte_range[3]
    has_later_changes = len(found) > 1 or not covers_all or bool(content[end:].strip())
    is_sound = bool(status.intact and status.valid)
    state = "invalid" if not is_sound else "valid" if status.trusted else "untrusted"
    signer = _certificate(first)
    is_known = state == "valid" or (signer is not None and _is_ours(signer, trusted))
    return SignatureRead(state, covers_all, has_later_changes, signer, is_known)


def _is_ours(signer: x509.Certificate, trusted: list[x509.Certificate]) -> bool:
    """Whether a certificate is trusted by itself or issued by one that is; asked where the file is broken, for then
    nobody has followed its chain."""
    for root in trusted:
        if signer == root:
            return True
        try:
            signer.verify_directly_issued_by(root)
        except (ValueError, TypeError, InvalidSignature):
            continue
        return True
    return False


def _judged(signature: EmbeddedPdfSignature, trusted: list[x509.Certificate]) -> PdfSignatureStatus:
    claimed = signature.self_reported_timestamp
    now = datetime.now(UTC)
    # Files carry no time stamp of an authority: whether the certificate was in force is asked for the moment the file
    # names. What a stolen key could backdate, the register of issued certificates does not know.
    moment = min(claimed, now) if claimed and claimed.tzinfo else now
    context = ValidationContext(
        trust_roots=[asn1_x509.Certificate.load(one.public_bytes(Encoding.DER)) for one in trusted],
        allow_fetching=False,
        moment=moment,
    )
    return validate_pdf_signature(signature, signer_validation_context=context)


def _certificate(signature: EmbeddedPdfSignature) -> x509.Certificate | None:
    held = signature.signer_cert
    return x509.load_der_x509_certificate(held.dump()) if held is not None else None


def jws_is_valid(held: Held, signature: SignatureRead) -> bool:
    """Whether the data are signed by the key that signed the file, and that key is trusted."""
    if held.content is None or signature.signer is None or not signature.is_signer_known:
        return False
    public = signature.signer.public_key()
    try:
        header, empty, mark = held.signature.split(b".")
        words = json.loads(_opened(header))
        raw = _opened(mark)
        fingerprint = sha256(signature.signer.public_bytes(Encoding.DER)).digest()
        if empty or len(raw) != 64 or words.get("alg") != "ES256" or _opened(words["x5t#S256"].encode()) != fingerprint:
            return False
        if not isinstance(public, ec.EllipticCurvePublicKey):
            return False
        pair = encode_dss_signature(int.from_bytes(raw[:32], "big"), int.from_bytes(raw[32:], "big"))
        signed = header + b"." + urlsafe_b64encode(held.content).rstrip(b"=")
        public.verify(pair, signed, ec.ECDSA(hashes.SHA256()))
    except (InvalidSignature, ValueError, KeyError, AttributeError, TypeError):
        return False
    return True


def _opened(text: bytes) -> bytes:
    return urlsafe_b64decode(text + b"=" * (-len(text) % 4))
