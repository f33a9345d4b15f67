from foundation.errors import DomainError


class PaperError(DomainError):
    """A paper cannot be made: what is missing or will not fit, and what to do about it."""
