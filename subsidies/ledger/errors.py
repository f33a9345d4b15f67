"""What the app refuses."""

from foundation.errors import DomainError


class LedgerError(DomainError):
    """A posting cannot be made."""
