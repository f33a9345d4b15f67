"""What the app refuses."""

from foundation.errors import DomainError


class ReviewError(DomainError):
    """A claim cannot be decided like this."""
