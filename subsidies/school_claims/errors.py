"""What the app refuses."""

from foundation.errors import DomainError


class SchoolClaimError(DomainError):
    """A school cannot claim like this."""
