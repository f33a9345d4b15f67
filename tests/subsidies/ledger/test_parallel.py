"""Two at one second: the last money is committed once, one paper is entered once."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connections

from foundation.accounts.states import Role
from subsidies.claims.models import Claim
from subsidies.claims.services import claim_move, claims_move
from subsidies.claims.states import ClaimState, Party
from subsidies.ledger.models import Posting
from subsidies.ledger.selectors import Budget, balances_of
from subsidies.ledger.services import budget_allot
from tests.subsidies.builders import CITY, a_budget, an_officer_of, another, claims_in
from tests.workers.builders import NOW

pytestmark = pytest.mark.django_db(transaction=True)
CITYS = Budget("employment", 2026, CITY)


def at_once(*steps):
    """What each step gave, or its refusal; all begin together."""
    barrier = Barrier(len(steps))

    def run(step):
        try:
            barrier.wait(20)
            return step()
        except Exception as refusal:  # noqa: BLE001 - the test looks at it
            return refusal
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(steps)) as pool:
        return list(pool.map(run, steps))


def test_two_reviewers_at_the_last_money_commit_it_once_and_the_other_is_told():
    a_budget(100_000)
    claims = claims_in(ClaimState.INTAKE_PASSED, 2)
    officers = [another(Role.OFFICER_REVIEW), another(Role.OFFICER_REVIEW)]

    def passing(claim, officer):
        return lambda: claim_move(claim_id=claim.pk, action="pass_review", party=Party.REVIEW, actor=officer, at=NOW)

    given = at_once(*(passing(claim, officer) for claim, officer in zip(claims, officers, strict=True)))
    refusals = [one for one in given if isinstance(one, Exception)]
    assert [getattr(one, "code", repr(one)) for one in refusals] == ["budget_short"]
    assert refusals[0].message.startswith("2026 就业补助资金 厦门市 可用 300 元，这次需要 700 元，不够。")
    states = sorted(Claim.objects.values_list("state", flat=True))
    assert states == [ClaimState.INTAKE_PASSED, ClaimState.REVIEWED]
    found = balances_of(year=2026)[CITYS]
    assert (found["available"], found["committed"]) == (30_000, 70_000)


def test_two_batches_that_cross_each_other_wait_and_do_not_lock_up():
    a_budget(1_000_000)
    a_budget(1_000_000, district="350206")
    here, there = claims_in(ClaimState.INTAKE_PASSED, 4), claims_in(ClaimState.INTAKE_PASSED, 4, district_code="350206")
    officer = an_officer_of(Role.OFFICER_REVIEW)

    def passing(claims, key):
        ids = [one.pk for one in claims]
        return lambda: claims_move(
            claim_ids=ids, action="pass_review", party=Party.REVIEW, actor=officer, at=NOW, key=key
        )

    mixed, other = [here[0], there[1], here[2], there[3]], [there[0], here[1], there[2], here[3]]
    given = at_once(passing(mixed, "甲"), passing(other, "乙"))
    assert [one for one in given if isinstance(one, Exception)] == []
    assert {budget.district_code: kinds["committed"] for budget, kinds in balances_of(year=2026).items()} == {
        CITY: 280_000,
        "350206": 280_000,
    }


def test_one_paper_entered_by_two_hands_at_once_is_entered_once():
    finance = an_officer_of(Role.OFFICER_FINANCE)

    def entering():
        return budget_allot(
            fund="employment",
            year=2026,
            district_code=CITY,
            amount_fen=5_000,
            reference="示例预〔2026〕7号",
            actor=finance,
            at=NOW,
        )

    given = at_once(entering, entering)
    assert sorted(getattr(one, "code", "entered") for one in given) == ["already_entered", "entered"]
    assert Posting.objects.count() == 1
    assert balances_of(year=2026)[CITYS]["available"] == 5_000
