"""What the services of attendance raise when they refuse."""

from foundation.errors import DomainError


class AttendanceError(DomainError):
    """A refusal about somebody's attendance at a session: what happened, why, and what to do next."""
