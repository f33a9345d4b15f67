"""What the services of the person's file raise when they refuse."""

from foundation.errors import DomainError


class WorkerError(DomainError):
    """A refusal about a person's file: what happened, why, and what to do next."""
