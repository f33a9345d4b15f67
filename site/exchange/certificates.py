"""The look-up of certificates: does this number belong to this person, and what does it certify?"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Protocol
from uuid import NAMESPACE_URL, uuid5

from django.conf import settings
from django.core.cache import cache
from django.utils import timezone

from certifications.certificates.numbers import national_errors, old_errors
from certifications.certificates.services.lookup import LookupInput, Registered
from certifications.certificates.states import LookupOutcome
from exchange.http import post_signed
from foundation.outbox.errors import RefusedError, TransientDeliveryError

LONGEST_REFERENCE = 100
NOTHING = Registered()


@dataclass(frozen=True)
class LookupAnswer:
    """What the register said, its own number for the query, what it has, and when."""

    outcome: LookupOutcome
    reference: str
    answered_at: datetime
    registered: Registered = NOTHING


class CertificateLookup(Protocol):
    """A register that knows certificates by number, identity number and name."""

    def look_up(self, asked: LookupInput, request_id: str) -> LookupAnswer:
        """The register's answer. ``TransientDeliveryError`` when it is out, ``RefusedError`` when it will not say."""
        ...


def certificate_lookup() -> CertificateLookup:
    """The register that ``CERTIFICATE_LOOKUP`` names; ``RefusedError`` where people look up by hand."""
    if settings.CERTIFICATE_LOOKUP == "manual":
        raise RefusedError("not_connected", "No register of certificates is connected.")
    return RehearsalCertificateLookup() if settings.CERTIFICATE_LOOKUP == "rehearsal" else HttpCertificateLookup()


class HttpCertificateLookup:
    """A register that answers ``{"outcome", "reference", "title", "level", "issuer", "issued_on"}``.

    ``outcome`` is ``found``, ``not_found``, ``other_name`` or ``unknown``; what it does not say of a certificate it
    leaves out.
    """

    def look_up(self, asked: LookupInput, request_id: str) -> LookupAnswer:
        answer = post_signed(
            settings.CERTIFICATE_LOOKUP_URL,
            settings.CERTIFICATE_LOOKUP_KEY,
            {"reference": request_id, **vars(asked)},
            idempotency_key=request_id,
        )
        reference = answer.get("reference")
        if not isinstance(reference, str) or not 0 < len(reference) <= LONGEST_REFERENCE:
            raise TransientDeliveryError("bad_answer", "The register gave no reference.")
        try:
            outcome = LookupOutcome(str(answer.get("outcome")))
            registered = _registered(answer)
        except (TypeError, ValueError):
            raise TransientDeliveryError("bad_answer", "The register gave an answer of another form.") from None
        return LookupAnswer(outcome, reference, timezone.now(), registered)


def _registered(answer: dict[str, Any]) -> Registered:
    level, issued = answer.get("level"), answer.get("issued_on")
    return Registered(
        title=str(answer.get("title") or ""),
        level=int(level) if level else None,
        issuer_name=str(answer.get("issuer") or ""),
        issued_on=date.fromisoformat(issued) if issued else None,
    )


class RehearsalCertificateLookup:
    """Invented certificates for development and tests, and every trouble a register gives.

    It knows every number that has the form of its kind. The last three digits choose the trouble: 995 is registered
    with another level, 996 gets no clear answer, 997 is out for the first two attempts, 998 stands under another
    name, 999 is not there.
    """

    OTHER_LEVEL, UNKNOWN, OUTAGE, OTHER_NAME, NOT_FOUND = "995", "996", "997", "998", "999"
    FAILED_ATTEMPTS = 2
    OUTCOMES = {
        UNKNOWN: LookupOutcome.UNKNOWN,
        OTHER_NAME: LookupOutcome.OTHER_NAME,
        NOT_FOUND: LookupOutcome.NOT_FOUND,
    }

    def look_up(self, asked: LookupInput, request_id: str) -> LookupAnswer:
        ending = asked.number[-3:]
        if ending == self.OUTAGE and self._attempts(request_id) <= self.FAILED_ATTEMPTS:
            raise TransientDeliveryError("outage", "The rehearsal register is out for the first attempts.")
        outcome = self.OUTCOMES.get(ending, LookupOutcome.FOUND)
        if self._is_malformed(asked):
            outcome = LookupOutcome.NOT_FOUND
        level = self._level(asked, ending) if outcome == LookupOutcome.FOUND else None
        reference = str(uuid5(NAMESPACE_URL, f"rehearsal-certificate/{request_id}"))
        return LookupAnswer(outcome, reference, timezone.now(), Registered(level=level))

    @staticmethod
    def _is_malformed(asked: LookupInput) -> bool:
        if asked.kind == "level":
            return bool(national_errors(asked.number))
        return asked.kind == "old_qualification" and bool(old_errors(asked.number))

    def _level(self, asked: LookupInput, ending: str) -> int | None:
        """The level digit of the number (facts: position 16 of 22); the trouble ending gives the next one."""
        if asked.kind != "level" or not asked.number[15].isdigit():
            return None
        level = int(asked.number[15])
        return level % 5 + 1 if ending == self.OTHER_LEVEL else level

    @staticmethod
    def _attempts(request_id: str) -> int:
        key = f"rehearsal-certificate:{request_id}"
        cache.add(key, 0, timeout=24 * 3600)
        return int(cache.incr(key))
