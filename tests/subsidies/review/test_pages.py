"""The desk in a browser without scripts: who opens what, what stands on a page, and what comes next."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from foundation.accounts.models import User
from foundation.accounts.states import Role
from subsidies.checks.services import checks_run
from subsidies.claims.models import Claim
from subsidies.claims.states import ClaimState
from tests.portal.people import person, signed_in
from tests.subsidies.builders import a_claim
from tests.subsidies.review.builders import a_decision
from tests.subsidies.review.test_deciding import a_finding, a_refusal_reason

pytestmark = pytest.mark.django_db


def an_intake_officer() -> User:
    return person(Role.OFFICER_INTAKE)


def waiting(number: int) -> list[Claim]:
    """Claims with their decisions, looked at today."""
    claims = [a_claim() for _n in range(number)]
    for claim in claims:
        a_decision(claim)
    checks_run(claim_ids=[claim.pk for claim in claims], moment="review", actor=None, at=timezone.now())
    return claims


def test_a_claim_is_passed_and_the_next_one_opens():
    first, second, _third = waiting(3)
    client = signed_in(an_intake_officer())
    page = client.get(reverse("review_list")).content.decode()
    assert first.number in page
    assert "李*" in page
    answer = client.post(
        reverse("review_decide", args=[first.pk]) + "?risk=none",
        {"decision": "pass", "stage": "submitted", "pass-note": ""},
    )
    assert answer.status_code == 302
    assert answer.url == reverse("review_claim", args=[second.pk]) + "?risk=none"
    assert Claim.objects.get(pk=first.pk).state == ClaimState.INTAKE_PASSED


def test_the_page_shows_how_the_amount_came_about_and_folds_what_is_met():
    claim = waiting(1)[0]
    page = signed_in(an_intake_officer()).get(reverse("review_claim", args=[claim.pk])).content.decode()
    assert "700 元" in page
    assert "示例〔2024〕1号" in page
    assert "checks-passed" in page
    assert claim.worker.id_number not in page
    assert claim.account not in page


def test_a_finding_says_what_was_seen_and_why_and_is_cleared_with_a_reason():
    claim = waiting(1)[0]
    finding = a_finding(claim)
    client = signed_in(an_intake_officer())
    page = client.get(reverse("review_claim", args=[claim.pk])).content.decode()
    assert "S1" in page
    assert "必须处理" in page
    url = reverse("review_finding_clear", args=[finding.pk])
    assert client.post(url, {"reason": ""}).status_code == 422
    assert client.post(url, {"reason": "另一份已撤回，核对过。"}).status_code == 302
    finding.refresh_from_db()
    assert finding.state == "cleared"
    assert Claim.objects.get(pk=claim.pk).risk == 0


def test_what_was_written_is_still_there_after_a_refusal():
    claim = waiting(1)[0]
    client = signed_in(an_intake_officer())
    answer = client.post(
        reverse("review_decide", args=[claim.pk]), {"decision": "refuse", "refuse-text": "这里写了很多"}
    )
    assert answer.status_code == 422
    assert "这里写了很多" in answer.content.decode()
    assert Claim.objects.get(pk=claim.pk).state == ClaimState.SUBMITTED


def test_return_and_refuse_by_the_forms_of_the_page():
    first, second = waiting(2)
    client = signed_in(an_intake_officer())
    client.post(
        reverse("review_decide", args=[first.pk]),
        {"decision": "return", "return-mark_account": "卡号少一位", "return-text": ""},
    )
    client.post(
        reverse("review_decide", args=[second.pk]),
        {"decision": "refuse", "refuse-refusal": a_refusal_reason().pk, "refuse-text": "不符合"},
    )
    assert Claim.objects.get(pk=first.pk).state == ClaimState.RETURNED
    assert Claim.objects.get(pk=second.pk).state == ClaimState.REFUSED


def test_the_second_officer_reads_on_the_page_who_was_first():
    claim = waiting(1)[0]
    signed_in(an_intake_officer()).post(
        reverse("review_decide", args=[claim.pk]), {"decision": "pass", "stage": "submitted"}
    )
    client = signed_in(an_intake_officer())
    answer = client.post(reverse("review_decide", args=[claim.pk]), {"decision": "pass", "stage": "submitted"})
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "林测试" in page
    assert "初审通过" in page


def test_the_clean_ones_are_passed_together_after_their_count_and_sum_were_shown():
    waiting(3)
    client = signed_in(an_intake_officer())
    page = client.get(reverse("review_clean")).content.decode()
    assert "可以通过 3 件" in page
    assert "2,100 元" in page
    changed = client.post(reverse("review_clean"), {"action": "pass", "count": "2", "sum": "140000"})
    assert changed.status_code == 302
    assert Claim.objects.filter(state=ClaimState.INTAKE_PASSED).exists() is False
    client.post(reverse("review_clean"), {"action": "pass", "count": "3", "sum": "210000"})
    assert Claim.objects.filter(state=ClaimState.INTAKE_PASSED).count() == 3


def test_a_long_batch_goes_on_chunk_by_chunk(monkeypatch):
    from subsidies.review import views

    monkeypatch.setattr(views, "CHUNK", 2)
    waiting(3)
    client = signed_in(an_intake_officer())
    answer = client.post(reverse("review_clean"), {"action": "pass", "count": "3", "sum": "210000"})
    assert "2 / 3 件" in answer.content.decode()
    assert Claim.objects.filter(state=ClaimState.INTAKE_PASSED).count() == 2
    client.post(reverse("review_clean"), {"left": answer.context["left"]})
    assert Claim.objects.filter(state=ClaimState.INTAKE_PASSED).count() == 3
    other = signed_in(an_intake_officer())
    assert other.post(reverse("review_clean"), {"left": answer.context["left"]}).status_code == 302


def test_somebody_is_found_by_her_number_which_no_address_keeps():
    claim = waiting(1)[0]
    client = signed_in(an_intake_officer())
    answer = client.post(reverse("review_search"), {"text": claim.worker.id_number})
    assert answer.url == reverse("review_claim", args=[claim.pk])
    assert client.post(reverse("review_search"), {"text": claim.certificate_number}).url == answer.url
    assert client.post(reverse("review_search"), {"text": "S0000000"}).status_code == 422


@pytest.mark.parametrize(
    "query",
    ["state=submitted", "risk=none", "risk=unscreened", "overdue=yes", "channel=self", "district=350203",
     "scheme=example.training", "sort=risk", "sort=-due_on"],
)  # fmt: skip
def test_every_filter_answers(query):
    waiting(1)
    client = signed_in(an_intake_officer())
    assert client.get(f"{reverse('review_list')}?{query}").status_code == 200
    assert client.get(f"{reverse('review_all')}?{query}").status_code == 200


@pytest.mark.parametrize("name", ["review_list", "review_all"])
def test_a_list_asks_as_often_for_many_claims_as_for_one(name):
    client = signed_in(an_intake_officer())
    waiting(1)
    client.get(reverse(name))
    with CaptureQueriesContext(connection) as one:
        client.get(reverse(name))
    waiting(4)
    with CaptureQueriesContext(connection) as five:
        client.get(reverse(name))
    assert len(five) == len(one)


def test_a_page_asks_as_often_whatever_else_she_has_claimed():
    claim, _next = waiting(2)
    client = signed_in(an_intake_officer())
    url = reverse("review_claim", args=[claim.pk])
    client.get(url)
    with CaptureQueriesContext(connection) as one:
        client.get(url)
    for level in (4, 3):
        a_claim(worker=claim.worker, level=level)
    a_finding(claim)
    with CaptureQueriesContext(connection) as more:
        client.get(url)
    assert len(more) == len(one)


@pytest.mark.parametrize(
    ("role", "leads_there"),
    [(Role.OFFICER_REVIEW, True), (Role.AUDITOR, True), (Role.OFFICER_INTAKE, False), (Role.OFFICER_INSPECTION, False)],
)
def test_who_may_read_the_ledger_goes_on_to_the_money_of_a_claim(role, leads_there):
    booked, unbooked = a_claim(ClaimState.APPROVED), a_claim()
    for claim in (booked, unbooked):
        a_decision(claim)
    client = signed_in(person(role))
    page = client.get(reverse("review_claim", args=[booked.pk])).content.decode()
    money = reverse("ledger_claim", args=[booked.pk])
    assert (f'href="{money}"' in page) is leads_there
    assert client.get(money).status_code == (200 if leads_there else 403)
    assert "资金记录" not in client.get(reverse("review_claim", args=[unbooked.pk])).content.decode()


@pytest.mark.parametrize("role", [Role.OFFICER_FINANCE, Role.OFFICER_POLICY, Role.OFFICER_INSPECTION, Role.AUDITOR])
def test_readers_read_and_decide_nothing(role):
    claim = waiting(1)[0]
    client = signed_in(person(role))
    page = client.get(reverse("review_claim", args=[claim.pk]))
    assert page.status_code == 200
    assert 'data-key="a"' not in page.content.decode()
    answer = client.post(reverse("review_decide", args=[claim.pk]), {"decision": "pass", "stage": "submitted"})
    assert answer.status_code == 403
    assert Claim.objects.get(pk=claim.pk).state == ClaimState.SUBMITTED


def test_the_desk_is_on_the_home_page_with_what_waits():
    waiting(2)
    page = signed_in(an_intake_officer()).get(reverse("staff_home")).content.decode()
    assert "补贴审核" in page
    assert "2 件" in page
