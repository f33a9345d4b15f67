"""What the register of assessment bodies refuses."""

from foundation.errors import DomainError


class BodyError(DomainError):
    """Raised with a code for machines and a sentence for people."""
