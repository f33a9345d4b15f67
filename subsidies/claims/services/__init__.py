"""What can be done with claims."""

from subsidies.claims.services.moving import claim_move, claims_move

__all__ = ["claim_move", "claims_move"]
