"""查验码: eight characters that go with a certificate's number and that nobody can work out without the key."""

import hmac
from base64 import urlsafe_b64decode
from hashlib import sha256

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from certifications.certificates.numbers import tidied

# None is taken for another, in print or by hand: of 0 O D Q, 1 I L, 2 Z, 6 G, U V W at most one, of 5 S 8 B none.
LETTERS = "234679ACDEFHJKMNPRTWXY"
LENGTH = 8


def check_code(number: str) -> str:
    """The code printed beside a number, under the newest key."""
    return _code(settings.CERTIFICATE_CHECK_KEYS[:1], number)[0]


def check_code_matches(number: str, code: str) -> bool:
    """Whether the code belongs to the number, under any key in use. Nothing is looked up."""
    given = tidied(code).encode()
    found = [hmac.compare_digest(one.encode(), given) for one in _code(settings.CERTIFICATE_CHECK_KEYS, number)]
    return any(found)


def check_code_grouped(number: str) -> str:
    """As it is printed and read aloud: 3F7K-9MXT."""
    code = check_code(number)
    return f"{code[:4]}-{code[4:]}"


def _code(keys: list[str], number: str) -> list[str]:
    if not keys:
        raise ImproperlyConfigured("CERTIFICATE_CHECK_KEYS is empty: certificates are given no code without a key.")
    message = f"certificate-check:{tidied(number)}".encode()
    return [_letters(hmac.new(urlsafe_b64decode(key), message, sha256).digest()) for key in keys]


def _letters(digest: bytes) -> str:
    value = int.from_bytes(digest, "big")
    found = []
    for _place in range(LENGTH):
        value, place = divmod(value, len(LETTERS))
        found.append(LETTERS[place])
    return "".join(found)
