"""A subsidy that is a share of the fee: she says what it cost, shows the receipt, and an officer compares the two."""

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from foundation.database import period
from foundation.policy.states import Unit
from subsidies.claims.models import Claim
from subsidies.claims.services import claim_move, claim_resubmit, claim_submit
from subsidies.claims.states import ClaimState
from subsidies.review.selectors.again import decided_again
from subsidies.schemes.models import Scheme, SchemePaper
from subsidies.schemes.states import Family, Fund, Payee, SchemeRule, SchemeState, Subject
from tests.certifications.certificates.builders import a_portrait
from tests.portal.people import signed_in
from tests.subsidies.builders import (
    CITY,
    SINCE,
    a_figure,
    a_law,
    a_level_certificate,
    procedure_limits,
    who_moves,
)
from tests.workers.builders import NOW

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def the_day(time_machine):
    time_machine.move_to(NOW, tick=False)


def by_the_fee() -> Scheme:
    """80 percent of what the assessment cost, at most 150 yuan, on the receipt."""
    procedure_limits()
    a_figure("example.assessment.fee.share", 80, unit=Unit.PERCENT)
    a_figure("example.assessment.ceiling", 15_000)
    a_figure("example.assessment.certificate.level", 1, unit=Unit.SWITCH)
    scheme = Scheme.objects.create(
        code="example.assessment",
        city_code=CITY,
        name="示例评价补贴",
        summary="示例",
        rule=SchemeRule.CERTIFICATE,
        family=Family.ASSESSMENT,
        fund=Fund.EMPLOYMENT,
        payee=Payee.WORKER,
        subject=Subject.CERTIFICATE,
        effective=period(SINCE),
        document=a_law(),
        article="第三条",
        provenance="F-A",
        state=SchemeState.PUBLISHED,
        published_at=NOW,
    )
    SchemePaper.objects.create(scheme=scheme, title="收费票据")
    return scheme


def test_her_page_asks_what_it_cost_and_pays_the_share_of_it():
    scheme, certificate = by_the_fee(), a_level_certificate()
    client = signed_in(certificate.worker.user)
    assert "按评价收费的比例发，申领时照票据填写金额。" in client.get(reverse("my_money")).content.decode()
    page = reverse("my_claim_new", args=[scheme.pk, "level", certificate.pk])
    assert "评价收费（元）" in client.get(page).content.decode()
    paper = f"paper_{scheme.papers.get().pk}"
    without = client.post(page, {"agree": "on", paper: a_portrait()})
    assert without.status_code == 422
    assert "请照收费票据填写金额。" in without.content.decode()
    assert not Claim.objects.exists()
    client.post(page, {"agree": "on", "fee": "100.01 元", paper: a_portrait()})
    claim = Claim.objects.get()
    assert (claim.state, claim.fee_fen, claim.amount_fen) == (ClaimState.SUBMITTED, 10_001, 8_001)
    decision = claim.decisions.get()
    assert (decision.outcome, decision.amount_fen) == ("undecided", 8_001)


@pytest.mark.parametrize(("fee", "amount"), [(18_000, 14_400), (18_750, 15_000), (20_400, 15_000)])
def test_the_share_is_worked_out_again_by_what_she_said_and_an_officer_is_asked_to_look(fee, amount):
    claim = claimed(fee)
    assert claim.amount_fen == amount
    again = decided_again([claim])[claim.pk]
    assert (again.is_same, again.outcome, again.amount_fen) == (True, "undecided", amount)
    assert again.unknown == ("评价收费",)


def test_a_fee_that_is_not_that_of_the_receipt_is_put_right_when_the_claim_is_returned():
    claim = claimed(18_000)
    with pytest.raises(IntegrityError) as refusal, transaction.atomic():
        Claim.objects.filter(pk=claim.pk).update(fee_fen=1)
    assert refusal.value.__cause__.diag.constraint_name == "claim_fee_is_frozen"
    returned(claim)
    client = signed_in(claim.worker.user)
    page = reverse("my_claim_correct", args=[claim.pk])
    assert 'value="180.00"' in client.get(page).content.decode()
    client.post(page, {"fee": "120", "answer": "按票据改了"})
    claim.refresh_from_db()
    assert (claim.state, claim.fee_fen, claim.amount_fen) == (ClaimState.SUBMITTED, 12_000, 9_600)
    assert list(claim.decisions.order_by("edition").values_list("amount_fen", flat=True)) == [14_400, 9_600]


def test_a_correction_without_a_new_fee_keeps_the_one_she_said():
    claim = returned(claimed(18_000))
    moved = claim_resubmit(claim_id=claim.pk, answer="补好了", actor=claim.worker.user, at=NOW)
    assert (moved.fee_fen, moved.amount_fen) == (18_000, 14_400)


def claimed(fee: int) -> Claim:
    scheme, certificate = by_the_fee(), a_level_certificate()
    SchemePaper.objects.filter(scheme=scheme).delete()
    return claim_submit(
        scheme_id=scheme.pk,
        level_certificate_id=certificate.pk,
        actor=certificate.worker.user,
        at=NOW,
        fee_fen=fee,
    )


def returned(claim: Claim) -> Claim:
    party, officer = who_moves(claim, "return")
    return claim_move(claim_id=claim.pk, action="return", party=party, actor=officer, at=NOW, reason="请核对票据")
