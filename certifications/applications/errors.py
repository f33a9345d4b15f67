"""What the services of applications raise when they refuse."""

from foundation.errors import DomainError


class ApplicationError(DomainError):
    """A refusal about an application for assessment, or about the conditions it is judged by."""
