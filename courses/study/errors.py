"""What the services of studying raise when they refuse."""

from foundation.errors import DomainError


class StudyError(DomainError):
    """A refusal about studying: what happened, why, and what to do next."""
