"""Sending a claim: decided by the rule of the day, frozen, and once."""

import json

import pytest

from foundation.audit.models import AuditEvent
from foundation.policy.engine import from_json
from foundation.sms.models import SmsMessage
from subsidies.claims.models import Claim, ClaimDecision, ClaimEvent
from subsidies.claims.services import claim_submit
from subsidies.claims.states import Channel, ClaimState
from tests.subsidies.builders import (
    a_level_certificate,
    a_scheme,
)
from tests.workers.builders import NOW, TODAY

pytestmark = pytest.mark.django_db


def claimed(certificate, scheme=None, **fields):
    given = {"actor": certificate.worker.user, "at": NOW} | fields
    return claim_submit(scheme_id=(scheme or a_scheme()).pk, level_certificate_id=certificate.pk, **given)


def nothing_happened():
    rows = [Claim, ClaimDecision, ClaimEvent, SmsMessage]
    return not any(model.objects.exists() for model in rows) and not AuditEvent.objects.filter(
        action__startswith="claims."
    )


def test_a_claim_is_filled_in_decided_and_frozen():
    certificate = a_level_certificate()
    claim = claimed(certificate)
    assert (claim.state, claim.amount_fen, claim.channel) == (ClaimState.SUBMITTED, 70_000, Channel.SELF)
    assert (claim.submitted_on, claim.number[:5]) == (TODAY, "S2026")
    assert (claim.occupation_code, claim.work_type_name, claim.level) == ("4-10-01-06", "母婴护理员", 5)
    assert claim.account == certificate.worker.social_security_card
    decision = claim.decisions.get()
    assert (decision.edition, decision.outcome, decision.amount_fen) == (1, "yes", 70_000)
    assert from_json(decision.content).amount_fen == 70_000
    assert certificate.worker.name not in decision.content
    assert json.loads(decision.content)["facts"]["counted"] == 0
    event = claim.events.get()
    assert (event.action, event.source, event.target, event.party) == ("submit", "draft", "submitted", "claimant")
