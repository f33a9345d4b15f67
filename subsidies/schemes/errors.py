"""What the app refuses."""

from foundation.errors import DomainError


class SchemeError(DomainError):
    """Something about a subsidy scheme cannot be done."""
