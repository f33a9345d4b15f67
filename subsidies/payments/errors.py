"""What the app refuses."""

from foundation.errors import DomainError


class PaymentError(DomainError):
    """A payment cannot be made like this."""
