"""Evidence packs and withdrawals of consents, to the offices that workers choose."""

from typing import Any

from django.conf import settings
from django.utils import timezone

from exchange.http import post_signed
from foundation.outbox.errors import RefusedError, TransientDeliveryError
from foundation.outbox.models import OutboxMessage
from residency.evidence.errors import EvidenceError
from residency.evidence.services import Parcel, parcel_delivered, parcel_of, parcel_stuck
from residency.evidence.states import TOPIC

LONGEST_RECEIPT = 100


class EvidenceAdapter:
    """A message names a pack or a withdrawal; the signed document is read when it is sent and kept in no message."""

    def send(self, message: OutboxMessage) -> dict[str, Any]:
        try:
            parcel = parcel_of(content=message.content)
        except EvidenceError as refusal:
            if refusal.code != "not_to_send":
                raise
            raise RefusedError("not_to_send", "It was replaced, or the consent was taken back.") from None
        receipt = self._post(parcel, str(message.key))
        parcel_delivered(content=message.content, receipt=receipt, at=timezone.now())
        return {"receipt": receipt}

    @staticmethod
    def _post(parcel: Parcel, key: str) -> str:
        line = settings.EVIDENCE_RECEIVERS.get(parcel.receiver, {})
        answer = post_signed(
            line.get("url", ""),
            line.get("key", ""),
            {"message": key, "document": parcel.document, "signature": parcel.signature},
            idempotency_key=key,
        )
        receipt = answer.get("receipt")
        if not isinstance(receipt, str) or not 0 < len(receipt) <= LONGEST_RECEIPT or not receipt.isprintable():
            raise TransientDeliveryError("bad_answer", "The receiver gave no receipt.")
        return receipt


def evidence_message_died(*, message: OutboxMessage, **kwargs: Any) -> None:
    """Connected to ``message_died``: the pack says that it did not get through, until somebody sends it again."""
    if message.topic == TOPIC:
        parcel_stuck(content=message.content, at=timezone.now())
