"""The signing key: from files, checked before a city's servers go into service, never lost silently."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, Encoding, PrivateFormat
from django.core.checks import registry, run_checks

from certifications.papers.checks import signing_check
from certifications.papers.errors import PaperError
from certifications.papers.keys import signing_key, signing_key_from, trusted_certificates
from portal.settings.local_signer import local_signer
from tests.certifications.papers.builders import a_certificate, a_key


@pytest.fixture
def files(settings: Any, tmp_path: Path) -> Path:
    """A key such as a city has: with a password, its root trusted."""
    return placed(settings, tmp_path, name="城市签名", ends=datetime.now(UTC) + timedelta(days=700))


def placed(settings: Any, folder: Path, *, name: str, ends: datetime) -> Path:
    key, root = a_key(name, ends)
    (folder / "trusted").mkdir(parents=True)
    (folder / "trusted" / "root.pem").write_bytes(root.public_bytes(Encoding.PEM))
    (folder / "certificate.pem").write_bytes(key.certificate.public_bytes(Encoding.PEM))
    secret = key.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(b"secret"))
    (folder / "key.pem").write_bytes(secret)
    settings.CERTIFICATE_SIGNING_KEY_FILE = str(folder / "key.pem")
    settings.CERTIFICATE_SIGNING_KEY_PASSWORD = "secret"
    settings.CERTIFICATE_SIGNING_CERTIFICATE_FILE = str(folder / "certificate.pem")
    settings.CERTIFICATE_TRUSTED_FOLDER = str(folder / "trusted")
    return folder


def codes() -> list[str | None]:
    return [message.id for message in signing_check(app_configs=None)]


def test_a_citys_key_is_loaded_and_passes(files: Path) -> None:
    assert signing_key().name == "城市签名"
    assert signing_key() is signing_key()
    assert len(trusted_certificates()) == 1
    assert codes() == []


def test_the_check_belongs_to_those_of_deployment() -> None:
    assert signing_check in registry.registry.get_checks(include_deployment_checks=True)
    assert signing_check not in registry.registry.get_checks(include_deployment_checks=False)
    assert "papers.E002" in [message.id for message in run_checks(tags=["security"], include_deployment_checks=True)]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("CERTIFICATE_SIGNING_KEY_FILE", ""),
        ("CERTIFICATE_SIGNING_KEY_FILE", "/nowhere/key.pem"),
        ("CERTIFICATE_SIGNING_KEY_PASSWORD", "wrong"),
        ("CERTIFICATE_SIGNING_KEY_PASSWORD", ""),
        ("CERTIFICATE_SIGNING_CERTIFICATE_FILE", ""),
    ],
)
def test_a_key_that_cannot_be_used_is_refused_in_a_sentence(files: Path, settings: Any, name: str, value: str) -> None:
    setattr(settings, name, value)
    with pytest.raises(PaperError, match="不能给证书文件签名") as refusal:
        signing_key()
    assert refusal.value.code == "key_missing"
    assert codes() == ["papers.E001"]


def test_a_key_of_another_kind_or_of_another_certificate_is_refused() -> None:
    key = a_key()[0]
    for other in (ec.generate_private_key(ec.SECP256R1()), rsa.generate_private_key(65537, 2048), object()):
        with pytest.raises(PaperError):
            signing_key_from(other, key.certificate)


def test_the_rehearsal_key_is_no_key_for_a_city() -> None:
    assert "演练" in signing_key().name
    assert codes() == ["papers.E002"]


def test_a_certificate_that_ended_or_soon_ends_is_told(settings: Any, tmp_path: Path) -> None:
    placed(settings, tmp_path / "a", name="到期", ends=datetime.now(UTC) - timedelta(days=1))
    assert codes() == ["papers.E003"]
    placed(settings, tmp_path / "b", name="快到期", ends=datetime.now(UTC) + timedelta(days=20))
    assert codes() == ["papers.W001"]


def test_a_key_our_own_page_would_not_trust_is_told(files: Path, settings: Any) -> None:
    (files / "trusted" / "root.pem").write_bytes(a_key("别人")[1].public_bytes(Encoding.PEM))
    assert codes() == ["papers.E004"]
    settings.CERTIFICATE_TRUSTED_FOLDER = ""
    assert codes() == ["papers.E004"]


def test_a_certificate_below_another_below_the_root_leads_to_trust(files: Path, settings: Any) -> None:
    root_key, middle_key, key = (ec.generate_private_key(ec.SECP256R1()) for _ in range(3))
    root = a_certificate("根", by=root_key)
    middle = a_certificate("中间", by=middle_key)
    leaf = a_certificate("叶", by=middle_key, issuer="中间", key=key)
    plain = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(b"secret"))
    (files / "leaf.pem").write_bytes(leaf.public_bytes(Encoding.PEM))
    (files / "leaf-key.pem").write_bytes(plain)
    (files / "chain.pem").write_bytes(middle.public_bytes(Encoding.PEM) + root.public_bytes(Encoding.PEM))
    (files / "trusted" / "root.pem").write_bytes(middle.public_bytes(Encoding.PEM))
    settings.CERTIFICATE_SIGNING_KEY_FILE = str(files / "leaf-key.pem")
    settings.CERTIFICATE_SIGNING_CERTIFICATE_FILE = str(files / "leaf.pem")
    settings.CERTIFICATE_SIGNING_CHAIN_FILE = str(files / "chain.pem")
    assert codes() == []
    assert len(signing_key().chain) == 2


def test_the_rehearsal_key_is_made_once_and_readable_by_its_owner_only(tmp_path: Path) -> None:
    folder = local_signer(tmp_path / "var" / "signing")
    before = (folder / "key.pem").read_bytes()
    assert local_signer(tmp_path / "var" / "signing") == folder
    assert (folder / "key.pem").read_bytes() == before
    assert (folder / "key.pem").stat().st_mode & 0o777 == 0o600
    assert [path.name for path in (tmp_path / "var").iterdir()] == ["signing"]
