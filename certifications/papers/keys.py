"""The key that signs certificates and the certificates that are trusted: files outside the database."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_private_key
from django.conf import settings
from django.utils.translation import gettext as _

from certifications.papers.errors import PaperError


@dataclass(frozen=True, eq=False)
class SigningKey:
    """A loaded key with its certificate and the certificates above it, the root last.

    What signs with it asks only for ``sign``: a key in a device, or one of another curve, is another class with this
    method and these names.
    """

    key: ec.EllipticCurvePrivateKey
    certificate: x509.Certificate
    chain: tuple[x509.Certificate, ...]
    key_id: str

    @property
    def name(self) -> str:
        names = self.certificate.subject.get_attributes_for_oid(x509.NameOID.COMMON_NAME)
        return str(names[0].value) if names else self.certificate.subject.rfc4514_string()

    def sign(self, content: bytes) -> bytes:
        """The signature in DER. It is drawn from key and content alone (RFC 6979): no chance, nothing to leak by it."""
        return self.key.sign(content, ec.ECDSA(hashes.SHA256(), deterministic_signing=True))


def signing_key() -> SigningKey:
    """The key of the settings; refused when it is missing, cannot be opened or is not that of its certificate."""
    return _loaded(
        str(settings.CERTIFICATE_SIGNING_KEY_FILE),
        str(settings.CERTIFICATE_SIGNING_CERTIFICATE_FILE),
        str(settings.CERTIFICATE_SIGNING_CHAIN_FILE),
        settings.CERTIFICATE_SIGNING_KEY_PASSWORD,
    )


def trusted_certificates() -> list[x509.Certificate]:
    """What a signature may lead to: the certificates of the folder of trusted ones."""
    folder = settings.CERTIFICATE_TRUSTED_FOLDER
    found: list[x509.Certificate] = []
    for path in sorted(Path(folder).glob("*.pem")) if folder else []:
        found += x509.load_pem_x509_certificates(path.read_bytes())
    return found


@lru_cache(maxsize=4)
def _loaded(key_file: str, certificate_file: str, chain_file: str, password: str) -> SigningKey:
    if not key_file or not certificate_file:
        raise _refusal(_("没有配置证书签名密钥"))
    try:
        key = load_pem_private_key(Path(key_file).read_bytes(), password.encode() if password else None)
        certificate = x509.load_pem_x509_certificate(Path(certificate_file).read_bytes())
        chain = x509.load_pem_x509_certificates(Path(chain_file).read_bytes()) if chain_file else []
    except (OSError, ValueError, TypeError) as error:
        raise _refusal(_("证书签名密钥或者它的证书打不开")) from error
    return signing_key_from(key, certificate, chain)


def signing_key_from(key: object, certificate: x509.Certificate, chain: Sequence[x509.Certificate] = ()) -> SigningKey:
    """A key and its certificate put together, when they belong together."""
    if not isinstance(key, ec.EllipticCurvePrivateKey) or not isinstance(key.curve, ec.SECP256R1):
        raise _refusal(_("证书签名密钥不是 P-256 密钥"))
    public = key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    if certificate.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo) != public:
        raise _refusal(_("证书签名密钥与它的证书不是一对"))
    return SigningKey(key, certificate, tuple(chain), sha256(public).hexdigest()[:16])


def _refusal(what: str) -> PaperError:
    return PaperError(
        "key_missing", _("%(what)s，不能给证书文件签名。请联系系统管理员检查签名密钥的设置。") % {"what": what}
    )
