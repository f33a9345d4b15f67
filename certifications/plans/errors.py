"""What plans of assessments refuse."""

from foundation.errors import DomainError


class PlanError(DomainError):
    """Raised with a code for machines and a sentence for people."""
