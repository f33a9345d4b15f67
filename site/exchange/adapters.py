"""Which adapter carries which topic."""

from collections.abc import Callable
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


_adapters: dict[str, Callable[[], Adapter]] = {}


def adapter_register(topic: str, make: Callable[[], Adapter]) -> None:
    """Carry a topic by the adapter that ``make`` gives; asked for each message, so that settings decide."""
    _adapters[topic] = make


def adapter_for(topic: str) -> Adapter:
    """The adapter of the topic, or ``KeyError``."""
    return _adapters[topic]()


def topics_carried() -> list[str]:
    """Every topic that has an adapter. Messages of other topics wait for a release that knows them."""
    return sorted(_adapters)
