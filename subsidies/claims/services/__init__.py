"""What can be done with claims."""

from subsidies.claims.services.appeals import appeal_make, appeal_withdraw
from subsidies.claims.services.changing import claim_account_repair, claim_resubmit, claim_withdraw
from subsidies.claims.services.moving import claim_move, claims_move
from subsidies.claims.services.papers import NewPaper
from subsidies.claims.services.sending import claim_prepare, claim_send, claim_submit
from subsidies.claims.services.together import Together, claims_submit

__all__ = [
    "NewPaper",
    "Together",
    "appeal_make",
    "appeal_withdraw",
    "claim_account_repair",
    "claim_move",
    "claim_prepare",
    "claim_resubmit",
    "claim_send",
    "claim_submit",
    "claim_withdraw",
    "claims_move",
    "claims_submit",
]
