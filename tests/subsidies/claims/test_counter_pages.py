"""窗口代办: what is claimed at the counter goes on there, by an officer who never decides it."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse

from foundation.accounts.states import Role
from foundation.audit.models import AuditEvent
from subsidies.claims.errors import ClaimError
from subsidies.claims.models import Claim, ClaimAppeal
from subsidies.claims.services import claim_move
from subsidies.claims.states import ClaimState, Party
from subsidies.review.errors import ReviewError
from subsidies.review.services import appeal_answer
from tests.portal.people import person, signed_in
from tests.subsidies.builders import (
    a_claim,
    a_claimant,
    a_level_certificate,
    a_scheme,
    an_account_number,
    an_officer_of,
    another,
)
from tests.subsidies.claims.helpers import holds_also
from tests.workers.builders import NOW

pytestmark = pytest.mark.django_db
ACTS = ("counter_withdraw", "counter_correct", "counter_account", "counter_appeal")
OTHERS = (Role.OFFICER_REVIEW, Role.OFFICER_FINANCE, Role.AUDITOR, Role.SCHOOL_STAFF)


@pytest.fixture(autouse=True)
def _today(time_machine):
    time_machine.move_to(NOW, tick=False)


def text_of(answer):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", answer.content.decode()))


def test_an_intake_officer_claims_at_the_counter():
    scheme, certificate = a_scheme(), a_level_certificate()
    client = signed_in(an_officer_of(Role.OFFICER_INTAKE))
    home = reverse("counter_claims", args=[certificate.worker_id])
    url = reverse("counter_claim_new", args=[certificate.worker_id, scheme.pk, "level", certificate.pk])
    page = client.get(home)
    assert page.status_code == 200
    assert url in page.content.decode()
    assert certificate.worker.social_security_card not in client.get(url).content.decode()
    sent = client.post(url, {"agree": "on"})
    claim = Claim.objects.get()
    assert sent.url == f"{home}?done=1"
    assert (claim.channel, claim.worker) == ("counter", certificate.worker)
    receipt = client.get(reverse("counter_receipt", args=[claim.worker_id, claim.pk]))
    assert receipt.content.startswith(b"%PDF")


@pytest.mark.parametrize("role", OTHERS)
def test_nobody_else_works_at_the_counter(role):
    scheme, certificate = a_scheme(), a_level_certificate()
    client = signed_in(person(role))
    url = reverse("counter_claim_new", args=[certificate.worker_id, scheme.pk, "level", certificate.pk])
    assert client.get(reverse("counter_claims", args=[certificate.worker_id])).status_code == 403
    assert client.post(url, {"agree": "on"}).status_code == 403
    assert not Claim.objects.exists()


def at_the_counter(name, claim):
    return reverse(name, args=[claim.worker_id, claim.pk])


def test_what_was_claimed_at_the_counter_goes_on_there_to_its_end(time_machine):
    scheme, certificate = a_scheme(), a_level_certificate()
    officer = another(Role.OFFICER_INTAKE)
    client, home = signed_in(officer), reverse("counter_claims", args=[certificate.worker_id])
    client.post(
        reverse("counter_claim_new", args=[certificate.worker_id, scheme.pk, "level", certificate.pk]), {"agree": "on"}
    )
    claim = Claim.objects.get()
    decide = another(Role.OFFICER_INTAKE)

    def moved(action, hours, party=Party.INTAKE, actor=decide):
        at = NOW + timedelta(hours=hours)
        time_machine.move_to(at, tick=False)
        claim_move(claim_id=claim.pk, action=action, party=party, actor=actor, at=at, reason="照片看不清")
        time_machine.move_to(at + timedelta(minutes=30), tick=False)
        return client.get(home).content.decode()

    assert at_the_counter("counter_correct", claim) in moved("return", 1)
    form = client.get(at_the_counter("counter_correct", claim))
    assert "照片看不清" in text_of(form)
    assert client.post(at_the_counter("counter_correct", claim), {"answer": ""}).status_code == 422
    assert client.post(at_the_counter("counter_correct", claim), {"answer": "重新拍了"}).url == home
    assert at_the_counter("counter_appeal", claim) in moved("refuse", 2)
    client.post(at_the_counter("counter_appeal", claim), {"words": "我没有领过养老金"})
    appeal = ClaimAppeal.objects.get()
    assert (appeal.made_by, appeal.words) == (officer, "我没有领过养老金")
    appeal_answer(
        appeal_id=appeal.pk, is_upheld=True, answer="属实", actor=another(Role.OFFICER_REVIEW),
        at=NOW + timedelta(hours=3),
    )  # fmt: skip
    assert at_the_counter("counter_withdraw", claim) in client.get(home).content.decode()
    assert client.post(at_the_counter("counter_withdraw", claim)).url == home
    claim.refresh_from_db()
    assert (claim.state, claim.channel) == (ClaimState.WITHDRAWN, "counter")
    trail = AuditEvent.objects.filter(actor=officer, action__startswith="claims.").order_by("pk")
    assert [one.action for one in trail] == [
        "claims.claim.submitted", "claims.claim.resubmitted", "claims.appeal.made", "claims.claim.withdrawn",
    ]  # fmt: skip
    assert {one.on_behalf_of for one in trail} == {claim.worker.user}


def test_an_account_is_put_right_at_the_counter_but_not_by_who_decided():
    claim = a_claim(ClaimState.PAYMENT_FAILED)
    url, account = at_the_counter("counter_account", claim), an_account_number()
    own = signed_in(claim.intake_by).post(url, {"account": account})
    assert own.status_code == 422
    assert "请由另一位工作人员办理" in text_of(own)
    client = signed_in(another(Role.OFFICER_INTAKE))
    assert claim.account not in client.get(url).content.decode()
    client.post(url, {"account": account})
    claim.refresh_from_db()
    assert (claim.state, claim.account) == (ClaimState.APPROVED, account)


def test_who_acted_for_her_at_the_counter_never_decides_the_claim():
    claim = a_claim(ClaimState.RETURNED)
    officer = another(Role.OFFICER_INTAKE)
    signed_in(officer).post(at_the_counter("counter_correct", claim), {"answer": "补好了"})
    with pytest.raises(ClaimError) as refusal:
        claim_move(claim_id=claim.pk, action="pass_intake", party=Party.INTAKE, actor=officer, at=NOW)
    assert refusal.value.code == "own_work"


def test_who_appealed_for_her_neither_answers_nor_decides():
    claim = a_claim(ClaimState.REFUSED)
    officer = another(Role.OFFICER_INTAKE)
    holds_also(officer, Role.OFFICER_REVIEW)
    signed_in(officer).post(at_the_counter("counter_appeal", claim), {"words": "不对"})
    appeal = ClaimAppeal.objects.get()
    later = NOW + timedelta(hours=1)
    for is_upheld in (True, False):
        with pytest.raises(ReviewError):
            appeal_answer(appeal_id=appeal.pk, is_upheld=is_upheld, answer="好", actor=officer, at=later)
    appeal_answer(appeal_id=appeal.pk, is_upheld=True, answer="好", actor=another(Role.OFFICER_REVIEW), at=later)
    with pytest.raises(ClaimError) as refusal:
        claim_move(claim_id=claim.pk, action="pass_intake", party=Party.INTAKE, actor=officer, at=later)
    assert refusal.value.code == "own_work"


@pytest.mark.parametrize(
    "role", [Role.OFFICER_REVIEW, Role.OFFICER_FINANCE, Role.AUDITOR, Role.SCHOOL_STAFF, Role.WORKER]
)
def test_nobody_else_goes_on_with_a_claim_at_the_counter(role):
    claim = a_claim(ClaimState.RETURNED)
    client = signed_in(person(role))
    assert {client.post(at_the_counter(name, claim), {"answer": "x"}).status_code for name in ACTS} == {403}
    claim.refresh_from_db()
    assert claim.state == ClaimState.RETURNED


@pytest.mark.parametrize("name", ACTS)
def test_a_claim_of_another_person_is_not_at_this_counter(name):
    claim, other = a_claim(ClaimState.RETURNED), a_claimant(name="王芳")
    client = signed_in(another(Role.OFFICER_INTAKE))
    assert client.post(reverse(name, args=[other.pk, claim.pk]), {"answer": "x"}).status_code == 404
