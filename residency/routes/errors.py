"""Refusals of this app."""

from foundation.errors import DomainError


class RouteError(DomainError):
    """A pack or an estimate that cannot be handled as asked."""
