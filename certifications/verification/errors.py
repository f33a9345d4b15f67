"""What checking refuses."""

from foundation.errors import DomainError


class VerificationError(DomainError):
    """Raised with a code for machines and a sentence for people."""
