"""Claims, what was decided about them and by what, what happened to them."""

from subsidies.claims.models.appeals import ClaimAppeal
from subsidies.claims.models.claims import Claim, ClaimEvent, ClaimPaper, ClassClaim, RefusalReason
from subsidies.claims.models.decisions import ClaimDecision
from subsidies.claims.models.school_accounts import SchoolAccount

__all__ = [
    "Claim",
    "ClaimAppeal",
    "ClaimDecision",
    "ClaimEvent",
    "ClaimPaper",
    "ClassClaim",
    "RefusalReason",
    "SchoolAccount",
]
