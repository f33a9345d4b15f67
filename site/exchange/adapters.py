"""What every way to another system looks like."""

from typing import Any, Protocol

from foundation.outbox.models import OutboxMessage


class Adapter(Protocol):
    """The way to one other system."""

    def send(self, message: OutboxMessage) -> dict[str, Any]:
        """Hand the message over and give the receipt, which names no person.

        Raises ``TransientDeliveryError`` when trying later can help and ``RefusedError`` when it cannot. May be
        called again with the same message: ``message.key`` is the same each time.
        """
        ...
