"""What the services of completion raise when they refuse."""

from foundation.errors import DomainError


class CompletionError(DomainError):
    """A refusal about the close of a class or a judgement: what happened, why, and what to do next."""
