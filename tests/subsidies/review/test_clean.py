"""The clean ones passed together: all of a chunk or none, and never by who passed them before."""

from datetime import timedelta

import pytest

from foundation.accounts.models import User
from foundation.accounts.states import Role
from subsidies.checks.models import CheckRun
from subsidies.checks.services import checks_run
from subsidies.claims.models import Claim
from subsidies.claims.states import ClaimState
from subsidies.review.errors import ReviewError
from subsidies.review.selectors.clean import batch_of
from subsidies.review.selectors.desk import work_list
from subsidies.review.services import claims_pass_clean, claims_screen
from tests.subsidies.builders import a_budget, a_claim, an_officer_of, another
from tests.subsidies.review.builders import a_decision
from tests.subsidies.review.test_deciding import a_finding, with_role
from tests.workers.builders import NOW, TODAY

pytestmark = pytest.mark.django_db


def clean_claims(number: int, state: str = ClaimState.SUBMITTED) -> list[int]:
    claims = [a_claim(state) for _n in range(number)]
    for claim in claims:
        a_decision(claim)
    keys = [claim.pk for claim in claims]
    checks_run(claim_ids=keys, moment="review", actor=None, at=NOW)
    return keys


def batch(officer: User) -> tuple[int, int]:
    found = batch_of(work_list(officer, on=TODAY), on=TODAY)
    return len(found.ids), found.amount_fen


def test_the_count_and_the_sum_are_those_of_the_clean_ones():
    officer = an_officer_of(Role.OFFICER_INTAKE)
    keys = clean_claims(3)
    a_claim()  # not looked at today
    assert batch(officer) == (3, 210_000)
    a_finding(Claim.objects.get(pk=keys[0]), severity="note")
    assert batch(officer) == (2, 140_000)


def test_each_claim_of_the_batch_has_an_event_of_its_own():
    officer, keys = an_officer_of(Role.OFFICER_INTAKE), clean_claims(3)
    claims_pass_clean(claim_ids=keys, state=ClaimState.SUBMITTED, actor=officer, at=NOW)
    for claim in Claim.objects.filter(pk__in=keys):
        assert claim.state == ClaimState.INTAKE_PASSED
        assert claim.events.get(action="pass_intake").actor == officer
    assert batch(officer) == (0, 0)


def test_a_batch_of_the_review_commits_all_its_money():
    a_budget(210_000)
    keys = clean_claims(3, ClaimState.INTAKE_PASSED)
    claims_pass_clean(claim_ids=keys, state=ClaimState.INTAKE_PASSED, actor=an_officer_of(Role.OFFICER_REVIEW), at=NOW)
    assert set(Claim.objects.filter(pk__in=keys).values_list("state", flat=True)) == {ClaimState.REVIEWED}


@pytest.mark.parametrize("spoilt", ["finding", "stale", "taken", "amount"])
def test_one_that_is_not_clean_leaves_all_of_the_chunk_where_it_was(spoilt):
    officer, keys = an_officer_of(Role.OFFICER_INTAKE), clean_claims(3)
    last = Claim.objects.get(pk=keys[-1])
    if spoilt == "finding":
        a_finding(last, severity="warn")
    elif spoilt == "stale":
        Claim.objects.filter(pk=last.pk).update(screened_at=NOW - timedelta(days=1))
    elif spoilt == "taken":
        claims_pass_clean(claim_ids=[last.pk], state=ClaimState.SUBMITTED, actor=another(officer_role()), at=NOW)
    else:
        Claim.objects.filter(pk=last.pk).update(amount_fen=90_000)
    with pytest.raises(ReviewError) as refusal:
        claims_pass_clean(claim_ids=keys, state=ClaimState.SUBMITTED, actor=officer, at=NOW)
    expected = {"finding": "not_clean", "stale": "not_screened", "taken": "taken", "amount": "changed"}
    assert refusal.value.code == expected[spoilt]
    assert last.number in refusal.value.message
    assert Claim.objects.filter(pk__in=keys[:2], state=ClaimState.SUBMITTED).count() == 2


def officer_role() -> Role:
    return Role.OFFICER_INTAKE


def test_a_reviewer_finds_none_that_she_passed_in_intake():
    both = with_role(another(Role.OFFICER_INTAKE), Role.OFFICER_REVIEW)
    keys = clean_claims(2)
    claims_pass_clean(claim_ids=keys, state=ClaimState.SUBMITTED, actor=both, at=NOW)
    assert list(work_list(both, on=TODAY)) == []
    with pytest.raises(ReviewError) as refusal:
        claims_pass_clean(claim_ids=keys, state=ClaimState.INTAKE_PASSED, actor=both, at=NOW)
    assert refusal.value.code == "not_hers"
    assert set(Claim.objects.filter(pk__in=keys).values_list("state", flat=True)) == {ClaimState.INTAKE_PASSED}


def test_checking_what_was_not_looked_at_today_is_one_run_and_then_none():
    officer = an_officer_of(Role.OFFICER_INTAKE)
    keys = [a_claim().pk, a_claim().pk]
    claims_screen(claim_ids=keys, actor=officer, at=NOW)
    claims_screen(claim_ids=keys, actor=officer, at=NOW)
    assert CheckRun.objects.get().claims_count == 2
