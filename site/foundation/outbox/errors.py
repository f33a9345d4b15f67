"""How sending can fail, and what the outbox refuses."""

from foundation.errors import DomainError


class OutboxError(DomainError):
    """The outbox refuses a request; the code and the sentence say why."""


class DeliveryError(Exception):
    """The other side did not take a message. ``code`` is for machines and counts; ``detail`` must name no person."""

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(code, detail)
        self.code = code
        self.detail = detail


class TransientDeliveryError(DeliveryError):
    """It can heal by itself: try again later, not before ``retry_after`` seconds where the other side named them."""

    def __init__(self, code: str, detail: str = "", *, retry_after: int = 0) -> None:
        super().__init__(code, detail)
        self.retry_after = retry_after


class RefusedError(DeliveryError):
    """The other side understood the message and will never take it: a person has to look."""
