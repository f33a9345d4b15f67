"""The one place that turns personal data into bytes nobody can read, and back.

Encryption is Fernet (AES-128-CBC with HMAC-SHA256) with a list of keys: the first writes, all read. Look-up and
uniqueness use a keyed blind index (HMAC-SHA256) of the normalised value, so equal values meet and nothing else shows.
"""

import hashlib
import hmac
import re
import unicodedata
from base64 import urlsafe_b64decode
from collections.abc import Callable
from functools import lru_cache

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured


def _compact(value: str) -> str:
    return re.sub(r"[\s\-']", "", unicodedata.normalize("NFKC", value)).upper()


def _phone(value: str) -> str:
    return re.sub(r"^(\+?86|0086)(?=1\d{10}$)", "", _compact(value))


NORMALISERS: dict[str, Callable[[str], str]] = {
    "id_number": _compact,
    "phone": _phone,
    "account": _compact,
    "certificate_number": _compact,
}


@lru_cache(maxsize=4)
def _fernets(keys: tuple[str, ...]) -> MultiFernet:
    if not keys:
        raise ImproperlyConfigured("PRIVACY_KEYS is empty: personal data cannot be stored without a key.")
    return MultiFernet([Fernet(key) for key in keys])


def encrypt_bytes(value: bytes) -> bytes:
    """The content under the newest key."""
    return _fernets(tuple(settings.PRIVACY_KEYS)).encrypt(value)


def decrypt_bytes(token: bytes) -> bytes:
    """The content, whichever of the configured keys wrote it. Raises ``InvalidToken`` when none did."""
    return _fernets(tuple(settings.PRIVACY_KEYS)).decrypt(bytes(token))


def encrypt(value: str) -> bytes:
    """The text under the newest key."""
    return encrypt_bytes(value.encode())


def decrypt(token: bytes) -> str:
    """The text, whichever of the configured keys wrote it. Raises ``InvalidToken`` when none did."""
    return decrypt_bytes(token).decode()


def renewed(token: bytes) -> bytes | None:
    """The token under the newest key where an older key wrote it, else None."""
    newest = _fernets((settings.PRIVACY_KEYS[0],))
    try:
        newest.decrypt(bytes(token))
    except InvalidToken:
        return newest.encrypt(decrypt_bytes(token))
    return None


def reencrypt(token: bytes) -> tuple[str, bytes | None]:
    """The text of a token, and its token under the newest key where an older key wrote it, else None."""
    newest = _fernets((settings.PRIVACY_KEYS[0],))
    try:
        return newest.decrypt(bytes(token)).decode(), None
    except InvalidToken:
        value = decrypt(token)
        return value, newest.encrypt(value.encode())


def blind_index(kind: str, value: str) -> bytes:
    """The 32 bytes under which a value of a kind (``id_number``, ``phone``, ``account`` …) is filed today."""
    return blind_indexes(kind, value)[0]


def blind_indexes(kind: str, value: str) -> list[bytes]:
    """All 32-byte keys under which the value may stand while index keys rotate, the newest first.

    Look up with ``filter(id_number_index__in=blind_indexes("id_number", value))``.
    """
    if not settings.PRIVACY_INDEX_KEYS:
        raise ImproperlyConfigured("PRIVACY_INDEX_KEYS is empty: personal data cannot be looked up without a key.")
    message = f"{kind}:{NORMALISERS[kind](value)}".encode()
    return [hmac.new(urlsafe_b64decode(key), message, hashlib.sha256).digest() for key in settings.PRIVACY_INDEX_KEYS]
