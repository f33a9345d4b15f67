"""What the app refuses."""

from foundation.errors import DomainError


class AwardError(DomainError):
    """An award is not filed, decided or paid out in this way, and why."""
