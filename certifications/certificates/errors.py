"""What certificates refuse."""

from foundation.errors import DomainError


class CertificateError(DomainError):
    """Raised with a code for machines and a sentence for people."""
