"""What the services of the catalogue raise when they refuse."""

from foundation.errors import DomainError


class CatalogueError(DomainError):
    """A refusal about occupations or training packages: what happened, why, and what to do next."""
