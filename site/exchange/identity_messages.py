"""Carries the real-name checks that ``workers`` asks for to the register, and the answers back."""

from typing import Any

from django.utils import timezone

from exchange.identity import IdentityOutcome, identity_check
from foundation.outbox.models import OutboxMessage
from workers.errors import WorkerError
from workers.services import identity_check_input, identity_check_record

# What ``workers.services.identity_check_request`` enqueues: ``{"check_id": n}``.
TOPIC = "identity-check/1"


class IdentityAdapter:
    """One message names one check; name and number are read when it is sent and never kept in the message."""

    def send(self, message: OutboxMessage) -> dict[str, Any]:
        check_id = message.content["check_id"]
        try:
            person = identity_check_input(check_id=check_id)
        except WorkerError as refusal:
            # Answered before the last sender died, or settled by an officer meanwhile: nothing is left to ask.
            if refusal.code != "check_closed":
                raise
            return {"outcome": "closed"}
        answer = identity_check().check(person.name, person.id_number, str(message.key))
        identity_check_record(
            check_id=check_id, outcome=answer.outcome.value, reference=answer.reference, at=answer.checked_at
        )
        return {"outcome": answer.outcome.value, "reference": answer.reference}


def identity_message_died(*, message: OutboxMessage, **kwargs: Any) -> None:
    """Connected to ``message_died``: a check nobody could put to the register ends without an answer.

    So the person does not wait for ever, and the check can be asked again.
    """
    if message.topic == TOPIC:
        identity_check_record(
            check_id=message.content["check_id"],
            outcome=IdentityOutcome.UNKNOWN.value,
            reference=f"outbox:{message.pk}",
            at=timezone.now(),
        )
