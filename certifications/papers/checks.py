"""What a city's servers are asked before they go into service: can they sign, and would it be trusted."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from django.apps import AppConfig
from django.core.checks import CheckMessage, Error, Warning  # noqa: A004

from certifications.papers.errors import PaperError
from certifications.papers.keys import SigningKey, signing_key, trusted_certificates

REHEARSAL = "演练"
SOON = timedelta(days=60)


def signing_check(*, app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """Faults of the signing key and of the trusted certificates."""
    try:
        key = signing_key()
    except PaperError as refusal:
        return [Error(refusal.message, hint="See docs/how-to/signing-keys.md.", id="papers.E001")]
    now = datetime.now(UTC)
    found: list[CheckMessage] = []
    if REHEARSAL in key.certificate.subject.rfc4514_string():
        found.append(Error("The signing key is the rehearsal key of a development machine.", id="papers.E002"))
    if not key.certificate.not_valid_before_utc <= now <= key.certificate.not_valid_after_utc:
        found.append(Error("The certificate of the signing key is not valid today.", id="papers.E003"))
    elif key.certificate.not_valid_after_utc - now < SOON:
        found.append(Warning("The certificate of the signing key ends within 60 days.", id="papers.W001"))
    try:
        is_trusted = _leads_to_trust(key)
    except (OSError, ValueError):
        is_trusted = False
    if not is_trusted:
        found.append(
            Error(
                "The certificate of the signing key leads to none of CERTIFICATE_TRUSTED_FOLDER: our own verification "
                "page would not trust what it signs.",
                id="papers.E004",
            )
        )
    return found


def _leads_to_trust(key: SigningKey) -> bool:
    trusted = trusted_certificates()
    link = key.certificate
    for upper in [*key.chain, None]:
        if link in trusted or any(_issued(link, anchor) for anchor in trusted):
            return True
        if upper is None or not _issued(link, upper):
            return False
        link = upper
    return False


def _issued(lower: x509.Certificate, upper: x509.Certificate) -> bool:
    try:
        lower.verify_directly_issued_by(upper)
    except (ValueError, TypeError, InvalidSignature):
        return False
    return True
