"""What scoring refuses."""

from foundation.errors import DomainError


class ScoringError(DomainError):
    """Raised with a code for machines and a sentence for people."""
