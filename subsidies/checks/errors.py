"""What the app refuses."""

from foundation.errors import DomainError


class CheckError(DomainError):
    """A check cannot be run or cleared."""
