"""What the app refuses."""

from foundation.errors import DomainError


class EvidenceError(DomainError):
    """Something about an evidence pack cannot be done; the code and the sentence say why."""
