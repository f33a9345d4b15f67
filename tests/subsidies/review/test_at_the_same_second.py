"""Two officers on one claim at the same second: one decides, the other reads who it was. Real commits."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection

from foundation.accounts.states import Role
from subsidies.claims.models import Claim
from subsidies.claims.states import ClaimState
from subsidies.review.errors import ReviewError
from subsidies.review.services import claim_pass_intake, claim_refuse
from tests.subsidies.builders import a_claim, another
from tests.subsidies.review.test_deciding import LATER, a_refusal_reason

pytestmark = pytest.mark.django_db(transaction=True)


def test_two_officers_at_the_same_second_make_one_decision():
    claim, reason = a_claim(), a_refusal_reason()
    passer, refuser = another(Role.OFFICER_INTAKE), another(Role.OFFICER_INTAKE)
    start = Barrier(2)

    def passes() -> str:
        start.wait()
        return decided(lambda: claim_pass_intake(claim_id=claim.pk, actor=passer, at=LATER))

    def refuses() -> str:
        start.wait()
        return decided(
            lambda: claim_refuse(claim_id=claim.pk, refusal_id=reason.pk, text="不符合", actor=refuser, at=LATER)
        )

    def decided(act) -> str:
        try:
            act()
        except ReviewError as refusal:
            return f"{refusal.code}: {refusal.message}"
        finally:
            connection.close()
        return "done"

    with ThreadPoolExecutor(2) as pool:
        answers = [future.result() for future in [pool.submit(passes), pool.submit(refuses)]]
    first, second = sorted(answers)
    assert first == "done"
    assert second.startswith("taken: ")
    assert "王科员" in second
    claim = Claim.objects.get(pk=claim.pk)
    assert claim.state in {ClaimState.INTAKE_PASSED, ClaimState.REFUSED}
    assert claim.events.filter(action__in=["pass_intake", "refuse"]).count() == 1
