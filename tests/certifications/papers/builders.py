"""Sheets, portraits and keys for tests: invented people, a key of its own."""

from datetime import UTC, datetime, timedelta
from functools import cache
from io import BytesIO
from zoneinfo import ZoneInfo

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from PIL import Image, ImageDraw

from certifications.papers.keys import SigningKey, signing_key_from
from certifications.papers.making import paper_make
from certifications.papers.sheets import Sheet

TEMPLATE = "training-certificate/1"
NUMBER = "PX350203000120260000017"
ISSUED_AT = datetime(2026, 4, 20, 9, 30, tzinfo=ZoneInfo("Asia/Shanghai"))
VALUES = {
    "name": "李梅",
    "document_type": "居民身份证",
    "document_number": "350201198803150021",
    "school": "厦门市思明区巧手职业技能培训学校",
    "occupation": "家政服务员",
    "work_type": "母婴护理员",
    "level": "三级/高级工",
    "class_number": "XM-2026-0017",
    "training_dates": "2026年3月1日至2026年4月15日",
    "hours_theory": "64学时",
    "hours_practice": "96学时",
    "result_theory": "85分 合格",
    "result_practice": "91分 合格",
    "issuer": "厦门市思明区巧手职业技能培训学校",
    "issued_on": "2026年4月20日",
}
DATA = {"kind": "training_certificate", "occupation": "4-10-01-06", "level": 3}


@cache
def a_portrait(colour: str = "#33608a") -> bytes:
    picture = Image.new("RGB", (480, 672), "white")
    draw = ImageDraw.Draw(picture)
    draw.ellipse((50, 455, 430, 900), fill=colour)
    draw.ellipse((155, 120, 325, 375), fill="#e0b496")
    target = BytesIO()
    picture.save(target, "JPEG", quality=90)
    return target.getvalue()


def a_sheet(*, number: str = NUMBER, photo: bytes | None = b"", template: str = TEMPLATE, **values: str) -> Sheet:
    return Sheet(
        template=template,
        number=number,
        values=VALUES | values,
        photo=a_portrait() if photo == b"" else photo,
        qr=f"https://qiaoshou.example/check/{number}/K7M2Q9/",
        data=DATA,
        issued_at=ISSUED_AT,
    )


def a_certificate(
    name: str, *, by: ec.EllipticCurvePrivateKey, issuer: str = "", key: ec.EllipticCurvePrivateKey | None = None,
    ends: datetime | None = None,
) -> x509.Certificate:  # fmt: skip
    """A certificate; without a key of its own it is a root's."""
    is_root = key is None
    usage = x509.KeyUsage(
        digital_signature=not is_root, content_commitment=not is_root, key_cert_sign=is_root, crl_sign=is_root,
        key_encipherment=False, data_encipherment=False, key_agreement=False, encipher_only=False, decipher_only=False,
    )  # fmt: skip
    return (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)]))
        .issuer_name(x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, issuer or name)]))
        .public_key((key or by).public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(datetime(2020, 1, 1, tzinfo=UTC))
        .not_valid_after(ends or datetime.now(UTC) + timedelta(days=3650))
        .add_extension(x509.BasicConstraints(ca=is_root, path_length=None), critical=True)
        .add_extension(usage, critical=True)
        .sign(by, hashes.SHA256())
    )


@cache
def a_key(name: str = "检查用签名", ends: datetime | None = None) -> tuple[SigningKey, x509.Certificate]:
    """A signing key and the root that is to be trusted for it."""
    root_key, key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    root = a_certificate(f"{name}根", by=root_key)
    certificate = a_certificate(name, by=root_key, issuer=f"{name}根", key=key, ends=ends)
    return signing_key_from(key, certificate, [root]), root


@cache
def a_paper(**values: str) -> bytes:
    return paper_make(a_sheet(**values), signer=a_key()[0])
