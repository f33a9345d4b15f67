"""What is known of cases and claims."""

from subsidies.claims.selectors.claimables import (
    Claimable,
    claimable_get,
    claimables_by,
    claimables_of,
    claimables_wanted,
)
from subsidies.claims.selectors.claims import claims_of, claims_visible_to
from subsidies.claims.selectors.facts import facts_many, facts_of

__all__ = [
    "Claimable",
    "claimable_get",
    "claimables_by",
    "claimables_of",
    "claimables_wanted",
    "claims_of",
    "claims_visible_to",
    "facts_many",
    "facts_of",
]
