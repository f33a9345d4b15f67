"""Deciding claims at the desk."""

from subsidies.review.services.appeals import appeal_answer
from subsidies.review.services.clean import claims_pass_clean, claims_screen
from subsidies.review.services.deciding import (
    claim_hold,
    claim_pass_intake,
    claim_pass_review,
    claim_refuse,
    claim_return,
)

__all__ = [
    "appeal_answer",
    "claim_hold",
    "claim_pass_intake",
    "claim_pass_review",
    "claim_refuse",
    "claim_return",
    "claims_pass_clean",
    "claims_screen",
]
