"""What the desk's tests need besides a claim: its decision, worked out as it would be today."""

from subsidies.checks.rules import CHECKS
from subsidies.claims.models import Claim, ClaimDecision
from subsidies.claims.services.deciding import decision_freeze
from subsidies.review.selectors.again import decided_again
from tests.workers.builders import NOW

# For a bureau without lists: the officer knows of every check that did not run.
EVERY_CHECK = frozenset(check.code for check in CHECKS)


def a_decision(claim: Claim, *, outcome: str = "yes") -> ClaimDecision:
    """The decision of the claim, frozen; the rule must say what the test expects."""
    answer = decided_again([claim])[claim.pk].answer
    assert answer is not None
    assert answer.decision is not None
    assert answer.outcome == outcome
    return decision_freeze(claim, answer.decision, actor=None, at=NOW)
