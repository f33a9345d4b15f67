"""What comes with the platform, and who may see a claim."""

from datetime import date

import pytest

from foundation.accounts.states import Role
from foundation.policy.services import base_data_load
from subsidies.claims.base_loading import claims_base_load
from subsidies.claims.models import RefusalReason
from subsidies.claims.selectors import claims_visible_to
from subsidies.claims.states import Channel, ClaimState
from tests.courses.builders import a_school, school_staff
from tests.subsidies.builders import a_claim, a_draft, another
from tests.workers.builders import TODAY

pytestmark = pytest.mark.django_db


def test_the_reasons_of_refusal_load_once_each_with_advice_and_its_paper():
    base_data_load(on=TODAY)
    claims_base_load(on=TODAY)
    first = list(RefusalReason.objects.values_list("pk", "code"))
    claims_base_load(on=TODAY)
    assert list(RefusalReason.objects.values_list("pk", "code")) == first
    assert len(first) >= 20
    assert not RefusalReason.objects.filter(advice="").exists()
    pension = RefusalReason.objects.get(code="pension")
    assert (pension.effective.lower, pension.document.base_key) == (date(2024, 7, 1), "fj-2024-scheme")


@pytest.mark.parametrize(
    "role",
    [
        Role.OFFICER_INTAKE,
        Role.OFFICER_REVIEW,
        Role.OFFICER_FINANCE,
        Role.OFFICER_INSPECTION,
        Role.OFFICER_POLICY,
        Role.AUDITOR,
    ],
)
def test_the_bureau_and_its_auditors_see_every_claim_that_was_sent(role):
    claim = a_claim()
    assert list(claims_visible_to(another(role), on=TODAY)) == [claim]


def test_a_worker_sees_her_own_once_her_file_is_proven_hers():
    claim, _other = a_claim(), a_claim()
    assert list(claims_visible_to(claim.worker.user, on=TODAY)) == [claim]
    type(claim.worker).objects.filter(pk=claim.worker_id).update(account_proof="none")
    assert not claims_visible_to(claim.worker.user, on=TODAY).exists()


def test_a_school_sees_what_it_claimed_without_the_account():
    school = a_school()
    staff = school_staff(school)
    mine = a_claim(ClaimState.SUBMITTED, school=school, channel=Channel.SCHOOL)
    a_claim(ClaimState.SUBMITTED, school=school)
    a_claim(ClaimState.SUBMITTED, school=a_school(), channel=Channel.SCHOOL)
    seen = list(claims_visible_to(staff, on=TODAY))
    assert seen == [mine]
    assert {"account", "account_index"} <= seen[0].get_deferred_fields()


def test_a_draft_of_a_school_is_nobody_elses():
    draft = a_draft(school=a_school(), channel=Channel.SCHOOL)
    assert not claims_visible_to(draft.worker.user, on=TODAY).exists()
    assert not claims_visible_to(another(Role.OFFICER_INTAKE), on=TODAY).exists()
