"""A training certificate corrected or reissued while its claim is under way: one claim, followed and paid once."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from certifications.certificates.services.life import certificate_reissue, certificate_suspend
from foundation.accounts.states import Role
from foundation.policy.states import Unit
from subsidies.claims.errors import ClaimError
from subsidies.claims.models import Claim
from subsidies.claims.selectors.cases import cases_of
from subsidies.claims.selectors.claimables import claimables_for
from subsidies.claims.services import claim_move, claim_prepare, claim_send, claim_submit
from subsidies.claims.services.refusing import violated
from subsidies.claims.services.sending import case_of_claim
from subsidies.claims.states import ClaimState, Party
from subsidies.review.selectors.again import decided_again
from subsidies.review.services import claim_pass_intake, claim_pass_review
from subsidies.schemes.models import Scheme
from subsidies.schemes.states import Family, Fund
from tests.certifications.certificates.builders import a_graduate, issued, staff_of
from tests.subsidies.builders import a_budget, a_claimant, a_figure, a_scheme, an_officer_of
from tests.subsidies.payments.builders import answer, read, sent
from tests.subsidies.review.builders import EVERY_CHECK
from tests.workers.builders import NOW, TODAY, an_officer

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(hours=1)


def a_training_scheme(code: str = "example.training", **fields) -> Scheme:
    scheme = a_scheme(code, **fields)
    a_figure(f"{code}.certificate.training", 1, unit=Unit.SWITCH)
    return scheme


def claimed(certificate, scheme=None, at=NOW):
    scheme = scheme or a_training_scheme()
    return claim_submit(
        scheme_id=scheme.pk, training_certificate_id=certificate.pk, actor=certificate.worker.user, at=at
    )


def reissued(certificate, days=0):
    later = timedelta(days=days)
    return certificate_reissue(
        certificate_id=certificate.pk, reason="遗失", actor=staff_of(certificate.enrolment.class_run),
        at=LATER + later, issued_on=TODAY + later,
    )  # fmt: skip


def paid_to_the_end(claim):
    """Through both officers, the notice and the bank."""
    a_budget()
    intake, review = an_officer_of(Role.OFFICER_INTAKE), an_officer_of(Role.OFFICER_REVIEW)
    said = {"at": LATER, "note": "已到现场核实", "unchecked": EVERY_CHECK}
    claim_pass_intake(claim_id=claim.pk, actor=intake, **said)
    claim_pass_review(claim_id=claim.pk, actor=review, **said)
    claim_move(claim_id=claim.pk, action="publish", party=Party.REVIEW, actor=review, at=LATER)
    claim_move(claim_id=claim.pk, action="approve", party=Party.SYSTEM, actor=None, at=LATER)
    claim.refresh_from_db()
    read(answer(sent(claims=[claim])))
    claim.refresh_from_db()


def test_a_claim_whose_certificate_was_reissued_is_passed_and_paid_once():
    certificate = issued(a_graduate(worker=a_claimant()))
    claim = claimed(certificate)
    second = reissued(reissued(certificate))
    again = decided_again([claim])[claim.pk]
    assert (again.is_same, again.outcome) == (True, "yes")
    assert case_of_claim(claim).pk == second.pk
    paid_to_the_end(claim)
    assert (claim.state, claim.training_certificate_id) == (ClaimState.PAID, certificate.pk)
    with pytest.raises(ClaimError) as refusal:
        claimed(second, at=LATER)
    assert refusal.value.code == "claimed_before"
    assert Claim.objects.count() == 1


def test_the_day_of_the_first_certificate_is_the_one_that_counts():
    certificate = issued(a_graduate(worker=a_claimant()))
    claim = claimed(certificate)
    second = reissued(certificate, days=1)
    assert (case_of_claim(claim).pk, case_of_claim(claim).issued_on) == (second.pk, certificate.issued_on)
    assert second.issued_on != certificate.issued_on


def test_the_certificate_that_follows_is_not_claimed_for_while_the_first_ones_claim_stands():
    certificate = issued(a_graduate(worker=a_claimant()))
    scheme = a_training_scheme()
    claim = claimed(certificate, scheme)
    second = reissued(certificate)
    other = a_training_scheme("example.insurance", family=Family.INSURANCE, fund=Fund.UNEMPLOYMENT)
    for one in (scheme, other):
        with pytest.raises(ClaimError) as refusal:
            claimed(second, one, at=LATER)
        assert refusal.value.code == "claimed_before"
        assert claim.number in refusal.value.message
    assert Claim.objects.count() == 1
    mine = next(case for case in cases_of(claim.worker, on=TODAY) if case.claimable.pk == second.pk)
    assert {offer.claim for offer in mine.offers} == {claim}
    assert not any(offer.is_claimable for offer in mine.offers)


def test_what_was_withdrawn_may_be_claimed_with_the_certificate_that_follows():
    certificate = issued(a_graduate(worker=a_claimant()))
    claim = claimed(certificate)
    second = reissued(certificate)
    claim_move(claim_id=claim.pk, action="withdraw", party=Party.CLAIMANT, actor=claim.worker.user, at=LATER)
    assert claimed(second, at=LATER).training_certificate_id == second.pk


def test_a_draft_for_the_certificate_that_follows_is_not_sent():
    certificate = issued(a_graduate(worker=a_claimant()))
    scheme, staff = a_training_scheme(), staff_of(certificate.enrolment.class_run)
    claimed(certificate, scheme)
    second = reissued(certificate)
    draft = claim_prepare(scheme_id=scheme.pk, training_certificate_id=second.pk, actor=staff, at=LATER)
    with pytest.raises(ClaimError):
        claim_send(claim_id=draft.pk, actor=staff, at=LATER)
    draft.refresh_from_db()
    assert draft.state == ClaimState.DRAFT


def test_the_database_pays_once_for_a_training_whatever_certificate_is_named():
    certificate = issued(a_graduate(worker=a_claimant()))
    claim = claimed(certificate)
    second = reissued(certificate)
    copy = Claim.objects.get(pk=claim.pk)
    copy.pk, copy.number, copy.training_certificate, copy.level = None, "S202699999999", second, None
    copy._state.adding = True
    with pytest.raises(IntegrityError) as refused, transaction.atomic():
        copy.save()
    assert violated(refused.value) == "claim_once_for_a_training"
    assert Claim.objects.count() == 1


def test_what_is_approved_is_held_when_the_certificate_that_follows_is_suspended():
    certificate = issued(a_graduate(worker=a_claimant()))
    claim = claimed(certificate)
    second = reissued(certificate)
    a_budget()
    said = {"at": LATER, "note": "核实", "unchecked": EVERY_CHECK}
    claim_pass_intake(claim_id=claim.pk, actor=an_officer_of(Role.OFFICER_INTAKE), **said)
    claim_pass_review(claim_id=claim.pk, actor=an_officer_of(Role.OFFICER_REVIEW), **said)
    certificate_suspend(
        certificate_id=second.pk, category="checking", reason="核实", actor=an_officer(Role.OFFICER_INSPECTION),
        at=LATER,
    )  # fmt: skip
    claim.refresh_from_db()
    assert claim.state == ClaimState.INTAKE_PASSED


def test_many_claims_are_followed_in_as_many_queries_as_one():
    claims = [claimed(issued(a_graduate(worker=a_claimant(name=name)))) for name in ("李梅", "王芳", "陈英")]
    for claim in claims:
        reissued(claim.training_certificate)

    def queries(rows):
        with CaptureQueriesContext(connection) as seen:
            assert len(claimables_for(rows)) == len(rows)
        return len(seen)

    assert queries(claims) == queries(claims[:1])
