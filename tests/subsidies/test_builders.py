"""The builders themselves: a claim can be brought to every state, and its money lies where its state says."""

import pytest

from subsidies.claims.states import MONEY_LIES, ClaimState
from subsidies.ledger.models import Entry
from tests.subsidies.builders import WAYS, a_claim, claims_in

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize("state", list(WAYS))
def test_a_claim_is_brought_to_every_state_and_its_money_lies_there(state):
    claim = a_claim(state)
    assert claim.state == state
    lying: dict[str, int] = {}
    for kind, amount in Entry.objects.filter(claim_ref=claim.pk).values_list("account__kind", "amount_fen"):
        lying[kind] = lying.get(kind, 0) + amount
    place = MONEY_LIES.get(ClaimState(state))
    where = {kind: amount for kind, amount in lying.items() if amount and kind != "available"}
    assert where == ({place: 70_000} if place else {})


def test_several_claims_are_brought_on_together():
    claims = claims_in(ClaimState.PAID, 3)
    assert [(one.state, one.amount_fen) for one in claims] == [(ClaimState.PAID, 70_000)] * 3
