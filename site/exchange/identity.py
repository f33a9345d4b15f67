"""Real-name checks: does this name belong to this identity number?"""

import time
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol
from uuid import NAMESPACE_URL, uuid5

from django.conf import settings
from django.core.cache import cache
from django.utils import timezone

from exchange.http import post_signed
from foundation.outbox.errors import TransientDeliveryError
from workers.identity import check_character

LONGEST_REFERENCE = 100


class IdentityOutcome(StrEnum):
    MATCH = "match"
    MISMATCH = "mismatch"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class IdentityAnswer:
    """What the register said, its own number for the query, and when."""

    outcome: IdentityOutcome
    reference: str
    checked_at: datetime


class IdentityCheck(Protocol):
    """A register that knows names and identity numbers."""

    def check(self, name: str, id_number: str, request_id: str) -> IdentityAnswer:
        """The register's answer. ``TransientDeliveryError`` when it is out, ``RefusedError`` when it will not say."""
        ...


def identity_check() -> IdentityCheck:
    """The register that ``IDENTITY_CHECK`` names."""
    return RehearsalIdentityCheck() if settings.IDENTITY_CHECK == "rehearsal" else HttpIdentityCheck()


class HttpIdentityCheck:
    """The register of a city: answers ``{"outcome": "match" | "mismatch" | "unknown", "reference": …}``."""

    def check(self, name: str, id_number: str, request_id: str) -> IdentityAnswer:
        answer = post_signed(
            settings.IDENTITY_CHECK_URL,
            settings.IDENTITY_CHECK_KEY,
            {"reference": request_id, "name": name, "id_number": id_number},
            idempotency_key=request_id,
        )
        reference = answer.get("reference")
        if not isinstance(reference, str) or not 0 < len(reference) <= LONGEST_REFERENCE:
            raise TransientDeliveryError("bad_answer", "The register gave no reference.")
        try:
            outcome = IdentityOutcome(str(answer.get("outcome")))
        except ValueError:
            raise TransientDeliveryError("bad_answer", "The register gave an unknown outcome.") from None
        return IdentityAnswer(outcome=outcome, reference=reference, checked_at=timezone.now())


class RehearsalIdentityCheck:
    """Invented people for development and tests, and every trouble a register gives.

    It knows everybody of area 350201, which is given to nobody, whose check digit is right. The sequence (digits
    15 to 17) chooses the trouble: 996 is unknown, 997 is out for the first two attempts, 998 has another name.
    """

    AREA = "350201"
    UNKNOWN, OUTAGE, OTHER_NAME = "996", "997", "998"
    FAILED_ATTEMPTS = 2

    def __init__(self, delay_seconds: float | None = None) -> None:
        if delay_seconds is None:
            delay_seconds = getattr(settings, "IDENTITY_REHEARSAL_DELAY", 0.0)
        self.delay_seconds = delay_seconds

    def check(self, name: str, id_number: str, request_id: str) -> IdentityAnswer:
        time.sleep(self.delay_seconds)
        id_number = id_number.upper()
        sequence = id_number[14:17]
        if sequence == self.OUTAGE and self._attempts(request_id) <= self.FAILED_ATTEMPTS:
            raise TransientDeliveryError("outage", "The rehearsal register is out for the first attempts.")
        return IdentityAnswer(
            outcome=self._outcome(id_number, sequence),
            reference=str(uuid5(NAMESPACE_URL, f"rehearsal/{request_id}")),
            checked_at=timezone.now(),
        )

    def _outcome(self, id_number: str, sequence: str) -> IdentityOutcome:
        if not _check_digit_is_right(id_number):
            return IdentityOutcome.MISMATCH
        if not id_number.startswith(self.AREA) or sequence == self.UNKNOWN:
            return IdentityOutcome.UNKNOWN
        return IdentityOutcome.MISMATCH if sequence == self.OTHER_NAME else IdentityOutcome.MATCH

    @staticmethod
    def _attempts(request_id: str) -> int:
        key = f"rehearsal-identity:{request_id}"
        cache.add(key, 0, timeout=24 * 3600)
        return int(cache.incr(key))


def _check_digit_is_right(id_number: str) -> bool:
    digits = id_number[:17]
    if len(id_number) != 18 or not digits.isascii() or not digits.isdigit():
        return False
    return check_character(digits) == id_number[17]
