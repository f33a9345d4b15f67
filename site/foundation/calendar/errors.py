"""What the calendar and the clocks refuse."""

from foundation.errors import DomainError


class CalendarError(DomainError):
    """A refusal of a calendar service."""
