"""The server-signed ticket a phone carries while it plays a lesson.

It stands in for the session: a beat needs no look at session, user or permission. It names one viewing of one worker
and the progress row of one lesson in one enrolment, holds the viewing's nonce, and ends after half a day.
"""

import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode
from functools import lru_cache
from hashlib import sha256
from struct import Struct
from typing import NamedTuple

from django.conf import settings

LIFETIME_SECONDS = 12 * 3600
_FORM = Struct(">QQQI16s")
_MAC_BYTES = 32


class Ticket(NamedTuple):
    """What a token says; ``expires`` in seconds since 1970."""

    viewing: int
    worker: int
    progress: int
    expires: int
    nonce: bytes


class BadTokenError(ValueError):
    """Not signed by us, or changed since."""


@lru_cache(maxsize=4)
def _key(secret: str) -> bytes:
    return sha256(b"courses.study.tokens\0" + secret.encode()).digest()


def sign(ticket: Ticket) -> str:
    """The ticket as text for the phone."""
    content = _FORM.pack(*ticket)
    return urlsafe_b64encode(content + hmac.digest(_key(settings.SECRET_KEY), content, "sha256")).decode()


def read(token: str) -> Ticket:
    """The ticket in a token signed with the present or an earlier key. Whether it has expired is for the caller."""
    try:
        raw = urlsafe_b64decode(token.encode())
    except ValueError as error:
        raise BadTokenError from error
    content, mac = raw[: _FORM.size], raw[_FORM.size :]
    if len(content) != _FORM.size or len(mac) != _MAC_BYTES:
        raise BadTokenError
    for secret in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS):
        if hmac.compare_digest(hmac.digest(_key(secret), content, "sha256"), mac):
            return Ticket(*_FORM.unpack(content))
    raise BadTokenError
