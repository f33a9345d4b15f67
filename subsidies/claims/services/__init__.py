"""What can be done with claims."""

from subsidies.claims.services.moving import claim_move, claims_move
from subsidies.claims.services.papers import NewPaper
from subsidies.claims.services.sending import claim_prepare, claim_send, claim_submit

__all__ = ["NewPaper", "claim_move", "claim_prepare", "claim_send", "claim_submit", "claims_move"]
