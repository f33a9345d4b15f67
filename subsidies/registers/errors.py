"""What the app refuses."""

from foundation.errors import DomainError


class RegisterError(DomainError):
    """Something about a register cannot be done."""
