"""Checks that did not run are seen before a claim is passed, and who passed it had said so."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from foundation.accounts.states import Role
from subsidies.checks.models import Finding
from subsidies.checks.services import checks_run
from subsidies.claims.models import Claim
from subsidies.claims.states import ClaimState
from subsidies.registers.models import Register
from subsidies.review.errors import ReviewError
from subsidies.review.selectors.clean import batch_of
from subsidies.review.selectors.desk import work_list
from subsidies.review.services import claim_pass_intake, claim_pass_review, claims_pass_clean
from tests.portal.people import person, signed_in
from tests.subsidies.builders import a_budget, a_claim, a_figure, a_scheme, an_officer_of
from tests.subsidies.checks.test_corrected import on_paper, sent_by_school
from tests.subsidies.claims.helpers import a_register
from tests.subsidies.review.builders import a_decision
from tests.subsidies.review.test_deciding import LATER, nothing_happened
from tests.workers.builders import NOW, TODAY

pytestmark = pytest.mark.django_db
KNOWN = {"unchecked": "custody:no_register,dead:old_register"}


@pytest.fixture
def gaps(lists):
    """One list is not there, another is old."""
    Register.objects.filter(kind="custody").update(state="withdrawn")
    Register.objects.filter(kind="death").update(as_of=TODAY - timedelta(days=36))


def a_decided_claim(state=ClaimState.SUBMITTED, *, at=NOW):
    claim = a_claim(state)
    a_decision(claim)
    checks_run(claim_ids=[claim.pk], moment="review", actor=None, at=at)
    return claim


@pytest.mark.parametrize("said", [(), ("custody",)])
def test_a_claim_is_not_passed_by_who_has_not_seen_what_did_not_run(gaps, said):
    claim = a_decided_claim()
    with pytest.raises(ReviewError) as refusal:
        claim_pass_intake(claim_id=claim.pk, actor=an_officer_of(Role.OFFICER_INTAKE), at=LATER, unchecked=said)
    assert refusal.value.code == "not_checked"
    assert "“死亡登记”名册截至 2026-10-18，数据旧了" in refusal.value.message
    assert ("没有“服刑”名册" in refusal.value.message) is (not said)
    assert nothing_happened(claim)


def test_what_she_knew_is_kept_with_each_pass(gaps):
    a_budget()
    claim = a_decided_claim()
    said = {"claim_id": claim.pk, "at": LATER, "unchecked": ["dead", "custody", "pension"]}
    claim_pass_intake(actor=an_officer_of(Role.OFFICER_INTAKE), **said)
    claim_pass_review(actor=an_officer_of(Role.OFFICER_REVIEW), **said)
    for action in ("pass_intake", "pass_review"):
        assert claim.events.get(action=action).data in (
            KNOWN, {"unchecked": "dead:old_register,custody:no_register"},
        )  # fmt: skip


def test_with_every_list_nothing_is_asked_and_nothing_kept():
    claim = a_decided_claim()
    claim_pass_intake(claim_id=claim.pk, actor=an_officer_of(Role.OFFICER_INTAKE), at=LATER)
    assert claim.events.get(action="pass_intake").data == {}


def test_a_batch_takes_none_that_a_check_did_not_look_at(gaps):
    claim, officer = a_decided_claim(), an_officer_of(Role.OFFICER_INTAKE)
    with pytest.raises(ReviewError) as refusal:
        claims_pass_clean(claim_ids=[claim.pk], state=ClaimState.SUBMITTED, actor=officer, at=LATER)
    assert refusal.value.code == "not_checked"
    assert "没有“服刑”名册" in refusal.value.message
    assert nothing_happened(claim)
    found = batch_of(work_list(officer, on=TODAY), on=TODAY)
    assert (found.ids, found.amount_fen, found.unchecked) == ((), 0, 1)
    assert {one.code for one in found.missing} == {"custody", "dead"}


def test_a_batch_takes_none_on_a_paper_mandate():
    claim = sent_by_school(on_paper)
    with pytest.raises(ReviewError) as refusal:
        claims_pass_clean(
            claim_ids=[claim.pk], state=ClaimState.SUBMITTED, actor=an_officer_of(Role.OFFICER_INTAKE), at=NOW
        )
    assert refusal.value.code == "not_clean"
    assert Claim.objects.get(pk=claim.pk).state == ClaimState.SUBMITTED


@pytest.mark.parametrize(("role", "is_led"), [(Role.OFFICER_INTAKE, True), (Role.AUDITOR, False)])
def test_the_page_leads_officers_to_the_paper_she_signed(role, is_led):
    claim = sent_by_school(on_paper)
    page = signed_in(person(role)).get(reverse("review_claim", args=[claim.pk])).content.decode()
    finding = Finding.objects.get(claim=claim, check_code="paper_mandate")
    assert "纸质委托，请看原件照片" in page
    assert (reverse("mandate_paper", args=[finding.seen["mandate"]]) in page) is is_led


def test_the_page_names_what_did_not_run_and_asks_for_a_tick(gaps):
    claim = a_decided_claim(at=timezone.now())
    client = signed_in(person(Role.OFFICER_INTAKE))
    page = client.get(reverse("review_claim", args=[claim.pk])).content.decode()
    assert "未能核查：服刑期间上课、取证或申领，原因：没有“服刑”名册" in page
    assert 'name="pass-confirm"' in page
    codes = page.split('name="pass-unchecked" value="')[1].split('"')[0]
    assert set(codes.split(",")) == {"custody", "dead"}
    given = {"decision": "pass", "stage": "submitted", "pass-note": "已电话核实", "pass-unchecked": codes}
    url = reverse("review_decide", args=[claim.pk])
    refused = client.post(url, given)
    assert refused.status_code == 422
    assert "已电话核实" in refused.content.decode()
    assert "勾选“已知悉”以后再通过" in refused.content.decode()
    assert Claim.objects.get(pk=claim.pk).state == ClaimState.SUBMITTED
    fewer = client.post(url, given | {"pass-unchecked": "custody", "pass-confirm": "on"})
    assert fewer.status_code == 422
    assert " checked" not in fewer.content.decode().split('name="pass-confirm"')[1].split(">")[0]
    assert client.post(url, given | {"pass-confirm": "on"}).status_code == 302
    event = claim.events.get(action="pass_intake")
    assert set(event.data["unchecked"].split(",")) == {"custody:no_register", "dead:old_register"}
    auditor = signed_in(person(Role.AUDITOR)).get(reverse("review_claim", args=[claim.pk])).content.decode()
    assert "已知悉未能核查：" in auditor


def test_the_page_of_the_batch_says_why_none_is_in_it(gaps):
    a_decided_claim(at=timezone.now())
    page = signed_in(person(Role.OFFICER_INTAKE)).get(reverse("review_clean")).content.decode()
    assert "1 件没有发现，但有的未能核查" in page
    assert "没有“服刑”名册" in page
    assert "现在没有可以批量通过的" in page


def test_what_becomes_known_in_her_favour_after_sending_is_no_change():
    scheme = a_scheme("example.registered")
    a_figure("example.registered.requires.registered", 1, unit="switch")
    claim = a_claim(scheme=scheme)
    a_decision(claim, outcome="undecided")
    a_register("registration", claim.worker)
    passed = claim_pass_intake(claim_id=claim.pk, actor=an_officer_of(Role.OFFICER_INTAKE), at=LATER)
    assert passed.state == ClaimState.INTAKE_PASSED
