"""What the services of the school register raise when they refuse."""

from foundation.errors import DomainError


class SchoolError(DomainError):
    """A refusal about a school, its scope, teachers or premises: what happened, why, and what to do next."""
