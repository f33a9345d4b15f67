"""What the services of courses and their content raise when they refuse."""

from foundation.errors import DomainError


class ContentError(DomainError):
    """A refusal about a course, a video or a question bank: what happened, why, and what to do next."""
