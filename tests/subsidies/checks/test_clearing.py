"""A finding is cleared by an officer who has nothing to do with the claim, with a reason, and stays cleared."""

import pytest
from django.core.exceptions import PermissionDenied

from foundation.accounts.states import Role
from foundation.audit.models import AuditEvent
from subsidies.checks.errors import CheckError
from subsidies.checks.models import Finding
from subsidies.checks.services import finding_clear
from subsidies.checks.states import FindingState
from subsidies.claims.services import claim_move
from tests.subsidies.builders import a_claim, a_claimant, a_level_certificate, an_officer_of, another, working_for
from tests.subsidies.checks.builders import run_over
from tests.workers.builders import NOW

pytestmark = pytest.mark.django_db


@pytest.fixture
def finding(db):
    """A lower level claimed after a higher one; the claim was passed by the first intake officer."""
    worker = a_claimant()
    a_claim("submitted", certificate=a_level_certificate(worker, level=3))
    claim = a_claim("intake_passed", certificate=a_level_certificate(worker, level=4))
    run_over(claim)
    return Finding.objects.get(claim=claim)


def test_it_is_cleared_with_a_reason_and_the_risk_goes(finding):
    officer = another(Role.OFFICER_INSPECTION)
    cleared = finding_clear(finding_id=finding.pk, reason=" 两个不同的工种 ", actor=officer, at=NOW)
    assert (cleared.state, cleared.cleared_by, cleared.cleared_reason) == ("cleared", officer, "两个不同的工种")
    finding.claim.refresh_from_db()
    assert finding.claim.risk == 0
    assert AuditEvent.objects.filter(action="checks.finding.cleared").count() == 1


def test_it_stays_cleared_while_the_same_is_seen(finding):
    finding_clear(finding_id=finding.pk, reason="核实", actor=another(Role.OFFICER_INSPECTION), at=NOW)
    run_over(finding.claim)
    assert [one.state for one in Finding.objects.filter(claim=finding.claim)] == [FindingState.CLEARED]
    finding.claim.refresh_from_db()
    assert finding.claim.risk == 0


@pytest.mark.parametrize(
    ("role", "reason", "refusal"),
    [
        (Role.OFFICER_FINANCE, "核实", PermissionDenied),
        (Role.AUDITOR, "核实", PermissionDenied),
        (Role.OFFICER_REVIEW, "  ", CheckError),
    ],
)
def test_who_may_not_or_says_nothing_changes_nothing(finding, role, reason, refusal):
    with pytest.raises(refusal):
        finding_clear(finding_id=finding.pk, reason=reason, actor=another(role), at=NOW)
    finding.refresh_from_db()
    assert finding.state == FindingState.OPEN


def test_whoever_passed_the_claim_does_not_clear_it(finding):
    with pytest.raises(CheckError) as refusal:
        finding_clear(finding_id=finding.pk, reason="核实", actor=an_officer_of(Role.OFFICER_INTAKE), at=NOW)
    assert refusal.value.code == "own_work"
    finding.refresh_from_db()
    assert finding.state == FindingState.OPEN


def test_what_is_no_longer_seen_is_gone_and_opens_again_when_it_is_back(finding):
    other = finding.claim.worker.claims.exclude(pk=finding.claim_id).get()
    claim_move(claim_id=other.pk, action="withdraw", party="claimant", actor=other.worker.user, at=NOW)
    run_over(finding.claim)
    finding.refresh_from_db()
    assert finding.state == FindingState.GONE
    with pytest.raises(CheckError) as refusal:
        finding_clear(finding_id=finding.pk, reason="核实", actor=another(Role.OFFICER_REVIEW), at=NOW)
    assert refusal.value.code == "not_open"


def test_whoever_works_for_the_body_that_issued_the_certificate_does_not_clear_it(finding):
    body = finding.claim.level_certificate.body
    officer = working_for(another(Role.OFFICER_INSPECTION), body.organisation, role=Role.BODY_STAFF)
    with pytest.raises(CheckError) as refusal:
        finding_clear(finding_id=finding.pk, reason="核实", actor=officer, at=NOW)
    assert refusal.value.code == "own_place"
    finding.refresh_from_db()
    assert finding.state == FindingState.OPEN


def test_whoever_acted_for_her_at_the_counter_does_not_clear_it(finding):
    officer = another(Role.OFFICER_INTAKE)
    claim_move(claim_id=finding.claim_id, action="return", party="review",
               actor=another(Role.OFFICER_REVIEW), at=NOW, reason="请补")  # fmt: skip
    claim_move(claim_id=finding.claim_id, action="resubmit", party="claimant", actor=officer, at=NOW)
    with pytest.raises(CheckError) as refusal:
        finding_clear(finding_id=finding.pk, reason="核实", actor=officer, at=NOW)
    assert refusal.value.code == "own_work"
    finding.refresh_from_db()
    assert finding.state == FindingState.OPEN
