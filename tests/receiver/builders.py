"""Letters to the desk, signed as a sender would, and calls to it."""

import io
import json
import time
from base64 import urlsafe_b64encode
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from urllib.parse import urlencode

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.serialization import Encoding
from receiver.signing import call_signature, canonical

KEY = "desk-test-key"
PACK = "11111111-1111-4111-8111-{:012d}"
SUBJECT = "22222222-2222-4222-8222-222222222222"
AT = "2026-11-23T10:00:00+08:00"
SURE = {"standing": "guaranteed", "source": "发证单位", "confirmed_on": "2026-06-02"}
LEVEL = {
    "occupation_code": "4-10-01-06", "occupation_name": "家政服务员", "level": 4, "level_name": "四级/中级工",
    "number": "S000035990001265000001", "issuer_name": "示例评价机构", "issued_on": "2026-06-01", **SURE,
}  # fmt: skip


class Signer:
    """A key with its certificate, as the portal has one."""

    def __init__(self):
        self.key = ec.generate_private_key(ec.SECP256R1())
        name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "test")])
        now = datetime.now(UTC)
        self.certificate = (
            x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(self.key.public_key())
            .serial_number(1).not_valid_before(now - timedelta(days=1)).not_valid_after(now + timedelta(days=1))
            .sign(self.key, hashes.SHA256())
        )  # fmt: skip

    @property
    def pem(self):
        return self.certificate.public_bytes(Encoding.PEM)

    def jws(self, document, **header):
        print_ = urlsafe_b64encode(sha256(self.certificate.public_bytes(Encoding.DER)).digest()).rstrip(b"=").decode()
        words = {"alg": "ES256", "x5t#S256": print_} | header
        first = urlsafe_b64encode(json.dumps(words).encode()).rstrip(b"=")
        signed = first + b"." + urlsafe_b64encode(canonical(document)).rstrip(b"=")
        r, s = decode_dss_signature(self.key.sign(signed, ec.ECDSA(hashes.SHA256())))
        mark = urlsafe_b64encode(r.to_bytes(32, "big") + s.to_bytes(32, "big")).rstrip(b"=")
        return (first + b".." + mark).decode()


def a_pack(sequence=1, *, name="李梅", levels=(LEVEL,), months=14, **changes):
    return {
        "schema": "evidence-pack/1", "pack": PACK.format(sequence), "receiver": "residency_desk",
        "purpose": "residency_application", "sequence": sequence, "version": sequence, "supersedes": None,
        "issued_at": AT, "as_of": "2026-11-23", "salt": "0123456789abcdef" * 2,
        "issuer": {"city_code": "350200", "city_name": "厦门市"},
        "subject": {
            "reference": SUBJECT, "name": name, "id_type": "resident_identity_card", "id_number": "35020119780506002X",
        },
        "consent": {"text_version": 1, "granted_at": AT, "through": "self"},
        "facts": {
            "level": list(levels), "certificates": [],
            "insured_months": {"months": months, "by_kind": [], "spells": []},
            "service": {"months": 20, "guaranteed_months": 14, "trade_months": 18, "jobs": []},
        },
    } | changes  # fmt: skip


def a_withdrawal(sequence=2, **changes):
    return {
        "schema": "evidence-withdrawal/1", "withdrawal": PACK.format(900 + sequence), "receiver": "residency_desk",
        "purpose": "residency_application", "sequence": sequence, "through_sequence": sequence - 1,
        "subject": {"reference": SUBJECT}, "packs": [], "requested_at": AT, "reason": "consent_withdrawn",
    } | changes  # fmt: skip


def call(desk, method, path, body=b"", **headers):
    """Status, headers and body of one call, without a network."""
    environ = {
        "REQUEST_METHOD": method, "PATH_INFO": path, "CONTENT_LENGTH": str(len(body)), "wsgi.input": io.BytesIO(body),
        "REMOTE_ADDR": "127.0.0.1", "HTTP_HOST": "127.0.0.1:8100",
    } | headers  # fmt: skip
    told = []
    content = b"".join(desk(environ, lambda status, headers: told.append((int(status[:3]), dict(headers)))))
    return (*told[0], content)


def send(desk, document, signature, *, message="m-1", key=KEY, path="/residency_desk/messages", at=None, idem=None):
    """Post a letter; status and answer."""
    body = json.dumps({"message": message, "document": document, "signature": signature}, ensure_ascii=False).encode()
    timestamp = str(int(time.time() if at is None else at))
    status, _headers, content = call(
        desk, "POST", path, body,
        HTTP_IDEMPOTENCY_KEY=message if idem is None else idem,
        HTTP_X_QIAOSHOU_TIMESTAMP=timestamp,
        HTTP_X_QIAOSHOU_SIGNATURE=call_signature(key, timestamp=timestamp, path=path, body=body),
    )  # fmt: skip
    return status, json.loads(content) if content.startswith(b"{") else {}


def control(desk, **given):
    origin = given.pop("origin", None)
    extra = {"HTTP_ORIGIN": origin} if origin else {}
    return call(desk, "POST", "/control", urlencode(given).encode(), **extra)[0]
