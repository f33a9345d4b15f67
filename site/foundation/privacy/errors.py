"""What the services of this app raise when they refuse."""

from foundation.errors import DomainError


class PrivacyError(DomainError):
    """A refusal about personal data or a consent."""
