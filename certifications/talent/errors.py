"""What the app refuses."""

from foundation.errors import DomainError


class TalentError(DomainError):
    """Something about an entry of the register cannot be done."""
