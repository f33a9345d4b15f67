"""What the app refuses."""

from foundation.errors import DomainError


class ClaimError(DomainError):
    """Something about a claim cannot be done."""
