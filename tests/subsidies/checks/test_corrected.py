"""A certificate corrected while its claim is under way, and a claim made on a paper mandate."""

from datetime import timedelta
from decimal import Decimal

import pytest

from certifications.certificates.models import CertificateEvent
from certifications.certificates.services.level import level_certificate_record
from certifications.certificates.services.level_life import Correction, level_certificate_correct
from foundation.accounts.states import Role
from subsidies.checks.models import Finding
from subsidies.checks.selectors import blocks_open
from subsidies.checks.services import finding_clear
from subsidies.claims.models import Claim
from subsidies.claims.services import claim_move
from subsidies.claims.services.deciding import decision_freeze
from subsidies.claims.states import Channel, ClaimState, Party
from subsidies.ledger.models import Account
from subsidies.review.selectors.again import decided_again
from subsidies.school_claims.models import Mandate
from subsidies.school_claims.services.mandates import mandate_give, mandate_record
from subsidies.school_claims.services.sending import class_claim_send, class_send_work
from tests.certifications.certificates.builders import a_portrait, staff_of
from tests.certifications.certificates.builders_level import a_body, a_body_scope, an_entry, body_staff
from tests.subsidies.builders import a_budget, a_claim, a_claimant, an_officer_of, another
from tests.subsidies.checks.builders import run_over, seen_of
from tests.subsidies.school_claims.builders import a_certified_class, agreed, prepared, wording
from tests.workers.builders import NOW

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(hours=1)


def another_work_type(claim):
    """The certificate now says another work type, as a row: nobody decided by it."""
    certificate = claim.level_certificate
    other = certificate.occupation.work_types.exclude(pk=certificate.work_type_id).first()
    assert other is not None
    type(certificate).objects.filter(pk=certificate.pk).update(work_type=other)
    return other


def finding_of(claim):
    return Finding.objects.exclude(state="gone").get(claim=claim, check_code="certificate_changed")


def test_another_work_type_than_was_decided_is_seen():
    claim = a_claim()
    assert seen_of(claim, "certificate_changed") is None
    other = another_work_type(claim)
    seen = seen_of(claim, "certificate_changed")
    assert seen["trade"].endswith(claim.work_type_name)
    assert seen["now_trade"].endswith(other.name)
    assert "severity" not in seen
    assert finding_of(claim).severity == "warn"


@pytest.mark.parametrize(
    ("state", "severity"),
    [
        (ClaimState.SUBMITTED, "warn"),
        (ClaimState.INTAKE_PASSED, "warn"),
        (ClaimState.REVIEWED, "block"),
        (ClaimState.APPROVED, "block"),
        (ClaimState.IN_BATCH, "block"),
        (ClaimState.PAYMENT_FAILED, "block"),
    ],
)
def test_after_the_review_it_must_be_dealt_with(state, severity):
    claim = a_claim(state)
    another_work_type(claim)
    run_over(claim)
    assert finding_of(claim).severity == severity
    assert (blocks_open([claim.pk]) == {claim.pk}) is (severity == "block")


def test_what_was_open_before_the_review_grows_graver_with_it():
    claim = a_claim(ClaimState.REVIEWED)
    another_work_type(claim)
    claim_move(
        claim_id=claim.pk, action="hold", party=Party.REVIEW, actor=an_officer_of(Role.OFFICER_REVIEW), at=LATER,
        reason="再看",
    )  # fmt: skip
    run_over(claim, at=LATER)
    assert finding_of(claim).severity == "warn"
    claim_move(
        claim_id=claim.pk, action="pass_review", party=Party.REVIEW, actor=another(Role.OFFICER_REVIEW), at=LATER
    )
    run_over(claim, at=LATER)
    assert (finding_of(claim).severity, finding_of(claim).state) == ("block", "open")
    assert Claim.objects.get(pk=claim.pk).risk == 100


def test_what_somebody_cleared_stays_cleared_after_the_review():
    claim = a_claim(ClaimState.INTAKE_PASSED)
    another_work_type(claim)
    run_over(claim)
    finding_clear(finding_id=finding_of(claim).pk, reason="查过原件", actor=another(Role.OFFICER_INSPECTION), at=NOW)
    a_budget()
    claim_move(
        claim_id=claim.pk, action="pass_review", party=Party.REVIEW, actor=an_officer_of(Role.OFFICER_REVIEW), at=LATER
    )
    run_over(claim, at=LATER)
    assert finding_of(claim).state == "cleared"
    assert blocks_open([claim.pk]) == set()


def test_what_was_decided_again_after_the_correction_is_no_difference():
    claim = a_claim()
    another_work_type(claim)
    CertificateEvent.objects.create(
        level=claim.level_certificate, action="corrected", source="valid", target="valid", reason="打印有误",
        actor=claim.level_certificate.recorded_by, at=NOW,
    )  # fmt: skip
    assert seen_of(claim, "certificate_changed") is not None
    decision_freeze(claim, decided_again([claim])[claim.pk].answer.decision, actor=None, at=LATER)
    assert seen_of(claim, "certificate_changed", at=LATER) is None


def recorded():
    """A certificate as a body of the city records it."""
    body = a_body()
    a_body_scope(body)
    return level_certificate_record(body_id=body.pk, entry=an_entry(a_claimant()), actor=body_staff(body), at=NOW)


def correct(certificate):
    correction = Correction(
        occupation="家政服务员", work_type="家务服务员", issued_on=certificate.issued_on,
        theory=Decimal(78), practical=Decimal("85.5"),
    )  # fmt: skip
    return level_certificate_correct(
        certificate_id=certificate.pk, correction=correction, reason="打印有误", actor=body_staff(certificate.body),
        at=LATER,
    )  # fmt: skip


@pytest.mark.parametrize("state", [ClaimState.REVIEWED, ClaimState.PUBLISHED, ClaimState.APPROVED])
def test_a_correction_brings_what_was_approved_back_to_the_reviewer(state):
    certificate = recorded()
    claim = a_claim(state, certificate=certificate)
    other = a_claim(state)
    run_over(claim)
    correct(certificate)
    claim.refresh_from_db()
    assert (claim.state, claim.review_by, claim.screened_at) == (ClaimState.INTAKE_PASSED, None, None)
    event = claim.events.get(action="hold")
    assert (event.party, event.actor) == (Party.SYSTEM, None)
    assert "已更正" in event.reason
    assert Account.objects.get(kind="committed").balance_fen == other.amount_fen
    other.refresh_from_db()
    assert other.state == state


@pytest.mark.parametrize("state", [ClaimState.SUBMITTED, ClaimState.INTAKE_PASSED])
def test_what_waits_is_not_taken_for_checked_after_a_correction(state):
    certificate = recorded()
    claim = a_claim(state, certificate=certificate)
    run_over(claim)
    correct(certificate)
    claim.refresh_from_db()
    assert (claim.state, claim.screened_at) == (state, None)
    run_over(claim, at=LATER)
    assert finding_of(claim).seen["now_trade"].endswith("家务服务员")


def test_what_is_in_a_batch_is_stopped_by_the_checks():
    certificate = recorded()
    claim = a_claim(ClaimState.IN_BATCH, certificate=certificate)
    correct(certificate)
    run_over(claim, at=LATER)
    claim.refresh_from_db()
    assert claim.state == ClaimState.IN_BATCH
    assert blocks_open([claim.pk]) == {claim.pk}


def sent_by_school(record):
    """A claim that a school sent for somebody of its class; ``record`` says how she agreed."""
    run, (one,) = a_certified_class(1)
    wording()
    record(run, one)
    sending = class_claim_send(class_claim_id=prepared(run).pk, actor=staff_of(run), at=NOW)
    class_send_work(sending_id=sending.pk, at=NOW)
    return Claim.objects.get(channel=Channel.SCHOOL)


def on_paper(run, one):
    mandate_record(class_run_id=run.pk, enrolment_id=one.pk, paper=a_portrait(), actor=staff_of(run), at=NOW)


def test_a_claim_on_a_paper_mandate_says_so_until_she_agrees_herself():
    claim = sent_by_school(on_paper)
    finding = Finding.objects.get(claim=claim, check_code="paper_mandate")
    mandate = Mandate.objects.get()
    assert (finding.severity, finding.seen) == ("note", {"mandate": mandate.pk, "recorded_on": "2026-11-23"})
    claim.refresh_from_db()
    assert claim.risk == 1
    mandate_give(mandate_id=mandate.pk, text=wording(), actor=mandate.worker.user, at=LATER)
    run_over(claim, at=LATER)
    finding.refresh_from_db()
    assert finding.state == "gone"


def test_a_claim_she_agreed_to_herself_says_nothing_of_paper():
    claim = sent_by_school(lambda _run, one: agreed(one))
    assert seen_of(claim, "paper_mandate") is None
