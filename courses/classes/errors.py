"""What the services of class runs and enrolment raise when they refuse."""

from foundation.errors import DomainError


class ClassError(DomainError):
    """A refusal about a class run or a session: what happened, why, and what to do next."""


class EnrolmentError(DomainError):
    """A refusal about somebody's place in a class run: what happened, why, and what to do next."""
