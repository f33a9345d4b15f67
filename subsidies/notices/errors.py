"""What the app refuses."""

from foundation.errors import DomainError


class NoticeError(DomainError):
    """A notice or an objection cannot be dealt with like this."""
