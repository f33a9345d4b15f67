"""Why a file or a batch was refused."""

from foundation.errors import DomainError


class ImportRefusedError(DomainError):
    """The file cannot be read, or the batch cannot take this step now."""
