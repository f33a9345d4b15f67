"""Carries the look-ups that ``certificates`` asks for to the register, and the answers back."""

from typing import Any

from django.utils import timezone

from certifications.certificates.errors import CertificateError
from certifications.certificates.services.lookup import (
    TOPIC,
    certificate_lookup_input,
    certificate_lookup_record,
)
from certifications.certificates.states import LookupOutcome
from exchange.certificates import certificate_lookup
from foundation.outbox.models import OutboxMessage


class CertificateLookupAdapter:
    """One message names one look-up; name and numbers are read when it is sent and never kept in the message."""

    def send(self, message: OutboxMessage) -> dict[str, Any]:
        lookup_id = message.content["lookup_id"]
        try:
            asked = certificate_lookup_input(lookup_id=lookup_id)
        except CertificateError as refusal:
            # Answered before the last sender died: nothing is left to ask.
            if refusal.code != "lookup_closed":
                raise
            return {"outcome": "closed"}
        answer = certificate_lookup().look_up(asked, str(message.key))
        certificate_lookup_record(
            lookup_id=lookup_id,
            outcome=answer.outcome.value,
            reference=answer.reference,
            registered=answer.registered,
            at=answer.answered_at,
        )
        return {"outcome": answer.outcome.value, "reference": answer.reference}


def lookup_message_died(*, message: OutboxMessage, **kwargs: Any) -> None:
    """Connected to ``message_died``: a question nobody could put to the register ends without an answer."""
    if message.topic == TOPIC:
        certificate_lookup_record(
            lookup_id=message.content["lookup_id"],
            outcome=LookupOutcome.UNKNOWN.value,
            reference=f"outbox:{message.pk}",
            at=timezone.now(),
        )
