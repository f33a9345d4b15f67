"""An appeal is answered by an officer who had no part in the decision; upheld, others decide anew."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from foundation.accounts.models import User
from foundation.accounts.states import Role
from subsidies.claims.models import Claim, ClaimAppeal
from subsidies.claims.services import claim_move
from subsidies.claims.states import AppealState, ClaimState
from subsidies.review.errors import ReviewError
from subsidies.review.selectors.desk import appeals_to_answer, work_list
from subsidies.review.services import appeal_answer, claim_pass_intake, claim_refuse
from tests.portal.people import signed_in
from tests.subsidies.builders import a_claim, an_officer_of, another, working_for
from tests.subsidies.review.test_deciding import a_refusal_reason
from tests.workers.builders import NOW, TODAY

pytestmark = pytest.mark.django_db

LATER = NOW + timedelta(hours=2)


def an_appeal(refuser: User | None = None) -> ClaimAppeal:
    """Against a refusal at the review."""
    claim = a_claim(ClaimState.INTAKE_PASSED)
    claim_refuse(
        claim_id=claim.pk,
        refusal_id=a_refusal_reason().pk,
        text="次数已满",
        actor=refuser or an_officer_of(Role.OFFICER_REVIEW),
        at=NOW + timedelta(hours=1),
    )
    return ClaimAppeal.objects.create(claim=claim, words="我只领过一次", made_by=claim.worker.user, made_at=NOW)


def answer(
    appeal: ClaimAppeal, actor: User, *, is_upheld: bool = True, words: str = "已核实，确实只有一次"
) -> ClaimAppeal:
    return appeal_answer(appeal_id=appeal.pk, is_upheld=is_upheld, answer=words, actor=actor, at=LATER)


def test_an_upheld_appeal_opens_the_claim_for_other_officers():
    refuser = another(Role.OFFICER_REVIEW)
    appeal = an_appeal(refuser)
    answer(appeal, another(Role.OFFICER_REVIEW))
    claim = Claim.objects.get(pk=appeal.claim_id)
    assert claim.state == ClaimState.SUBMITTED
    assert claim.refusal is None
    claim = claim_pass_intake(claim_id=claim.pk, actor=an_officer_of(Role.OFFICER_INTAKE), at=LATER)
    assert claim.state == ClaimState.INTAKE_PASSED
    assert list(work_list(refuser, on=TODAY)) == []
    assert list(work_list(another(Role.OFFICER_REVIEW), on=TODAY)) == [claim]


def test_a_rejected_appeal_leaves_the_refusal():
    appeal = answer(an_appeal(), another(Role.OFFICER_REVIEW), is_upheld=False)
    assert appeal.state == AppealState.REJECTED
    assert Claim.objects.get(pk=appeal.claim_id).state == ClaimState.REFUSED


def test_whoever_refused_does_not_answer_and_does_not_find_it_among_hers():
    refuser = another(Role.OFFICER_REVIEW)
    appeal = an_appeal(refuser)
    with pytest.raises(ReviewError) as refusal:
        answer(appeal, refuser)
    assert refusal.value.code == "own_decision"
    assert ClaimAppeal.objects.get(pk=appeal.pk).state == AppealState.OPEN
    assert list(appeals_to_answer(refuser, on=TODAY)) == []
    assert list(appeals_to_answer(another(Role.OFFICER_REVIEW), on=TODAY)) == [appeal]


def test_an_intake_officer_answers_nothing():
    appeal = an_appeal()
    with pytest.raises(PermissionDenied):
        answer(appeal, another(Role.OFFICER_INTAKE))
    assert ClaimAppeal.objects.get(pk=appeal.pk).state == AppealState.OPEN


def test_the_second_answer_reads_who_gave_the_first():
    appeal = an_appeal()
    answer(appeal, another(Role.OFFICER_REVIEW), is_upheld=False)
    with pytest.raises(ReviewError) as refusal:
        answer(appeal, another(Role.OFFICER_REVIEW))
    assert refusal.value.code == "answered"
    assert "王科员" in refusal.value.message
    assert "维持原决定" in refusal.value.message
    assert Claim.objects.get(pk=appeal.claim_id).state == ClaimState.REFUSED


def test_an_answer_without_a_word_is_refused():
    appeal = an_appeal()
    with pytest.raises(ReviewError) as refusal:
        answer(appeal, another(Role.OFFICER_REVIEW), words=" ")
    assert refusal.value.code == "reason_missing"
    assert ClaimAppeal.objects.get(pk=appeal.pk).state == AppealState.OPEN


def test_whoever_works_for_the_place_does_not_answer_and_reads_why():
    appeal = an_appeal()
    body = appeal.claim.level_certificate.body
    officer = working_for(another(Role.OFFICER_REVIEW), body.organisation, role=Role.BODY_STAFF)
    with pytest.raises(ReviewError) as refusal:
        answer(appeal, officer)
    assert refusal.value.code == "own_place"
    assert ClaimAppeal.objects.get(pk=appeal.pk).state == AppealState.OPEN
    assert list(appeals_to_answer(officer, on=TODAY)) == []
    page = signed_in(officer).get(reverse("review_appeal", args=[appeal.pk])).content.decode()
    assert "评价机构任职" in page
    assert "提交答复" not in page


def test_whoever_returned_the_claim_before_does_not_find_the_appeal_among_hers():
    claim, first = a_claim(ClaimState.SUBMITTED), another(Role.OFFICER_REVIEW)
    intake = an_officer_of(Role.OFFICER_INTAKE)
    for action, party, actor in (
        ("pass_intake", "intake", intake),
        ("return", "review", first),
        ("resubmit", "claimant", claim.worker.user),
        ("refuse", "intake", intake),
    ):
        claim_move(claim_id=claim.pk, action=action, party=party, actor=actor, at=NOW, reason="原因")
    appeal = ClaimAppeal.objects.create(claim=claim, words="我只领过一次", made_by=claim.worker.user, made_at=NOW)
    assert list(appeals_to_answer(first, on=TODAY)) == []
    with pytest.raises(ReviewError) as refusal:
        answer(appeal, first)
    assert refusal.value.code == "own_decision"
