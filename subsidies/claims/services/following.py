"""What a claim was made for follows it: the part of an award stands as its claim does."""

from collections.abc import Sequence
from datetime import datetime

from foundation.accounts.models import User
from subsidies.awards.services import instalment_claimed, instalment_follow
from subsidies.claims.models import Claim
from subsidies.claims.states import ClaimState


def awards_follow(claims: Sequence[Claim], *, actor: User | None, at: datetime, reason: str) -> None:
    """Called in the transaction that moved these claims, which are under lock; most are of no award."""
    for claim in claims:
        if claim.award_instalment_id is None or claim.state not in FOLLOWED:
            continue
        if claim.state == ClaimState.SUBMITTED and claim.events.count() == 1:
            instalment_claimed(
                instalment_id=claim.award_instalment_id,
                claim_number=claim.number,
                amount_fen=claim.amount_fen,
                actor=actor,
                at=at,
            )
            continue
        instalment_follow(
            instalment_id=claim.award_instalment_id,
            claim_state=claim.state,
            amount_fen=claim.amount_fen,
            paid_on=claim.paid_on,
            reason=reason if claim.state in TOLD else "",
            actor=actor,
            at=at,
        )


# The states that show at the part; while its claim is on its way, it is claimed and no more.
FOLLOWED = frozenset({ClaimState.SUBMITTED, ClaimState.PAID}) | {
    ClaimState.RETURNED,
    ClaimState.REFUSED,
    ClaimState.WITHDRAWN,
    ClaimState.PAYMENT_FAILED,
}
# Why, where she and her employer have to know it.
TOLD = frozenset({ClaimState.RETURNED, ClaimState.REFUSED, ClaimState.WITHDRAWN, ClaimState.PAYMENT_FAILED})
