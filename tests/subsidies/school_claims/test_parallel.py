"""Two at one second: what a school answers, and what it asks of the same person."""

from datetime import timedelta
from threading import Event

import pytest

from foundation.accounts.states import Role
from subsidies.claims.models import Claim
from subsidies.claims.services import claim_move
from subsidies.claims.states import ClaimState, Party
from subsidies.school_claims.models import Mandate
from subsidies.school_claims.services import papers
from subsidies.school_claims.services.mandates import mandates_ask
from subsidies.school_claims.services.papers import returned_claim_answer
from subsidies.school_claims.services.sending import class_claim_send, class_send_work
from tests.certifications.certificates.builders import staff_of
from tests.subsidies.builders import an_officer_of
from tests.subsidies.ledger.test_parallel import at_once
from tests.subsidies.school_claims.builders import a_certified_class, agreed, prepared
from tests.workers.builders import NOW

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _today(time_machine):
    time_machine.move_to(NOW, tick=False)


def test_a_returned_claim_is_answered_while_the_class_is_asked(monkeypatch):
    """Both want the person's file and her mandate, and take them in this order."""
    run, people = a_certified_class(1)
    agreed(*people)
    made = prepared(run)
    sending = class_claim_send(class_claim_id=made.pk, actor=staff_of(run), at=NOW)
    class_send_work(sending_id=sending.pk, at=NOW)
    claim, officer = Claim.objects.get(), an_officer_of(Role.OFFICER_INTAKE)
    claim_move(claim_id=claim.pk, action="return", party=Party.INTAKE, actor=officer, at=NOW, reason="请说明")
    staff, has_mandate, resubmit = staff_of(run), Event(), papers.claim_resubmit

    def slowly(**given):
        has_mandate.set()
        Event().wait(1.5)  # long enough for the other to have come to what it waits for
        return resubmit(**given)

    monkeypatch.setattr(papers, "claim_resubmit", slowly)

    def answering():
        return returned_claim_answer(claim_id=claim.pk, answer="编号无误", papers=[], actor=staff, at=NOW).state

    def asking():
        has_mandate.wait(10)
        at = NOW + timedelta(days=2)
        return mandates_ask(class_run_id=run.pk, enrolment_ids=[people[0].pk], actor=staff, at=at).not_yet

    assert at_once(answering, asking) == [ClaimState.SUBMITTED, 1]
    assert Mandate.objects.get().state == "given"
