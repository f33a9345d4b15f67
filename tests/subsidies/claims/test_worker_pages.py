"""我的补贴 in the browser: what she can have, one page to claim it, and everything after. Nobody else's is there."""

import re
from datetime import date, timedelta

import pytest
from django.urls import reverse

from foundation.accounts.states import Role
from foundation.policy.states import Unit
from subsidies.claims.models import Claim, ClaimAppeal
from subsidies.claims.services import claim_move, claim_resubmit
from subsidies.claims.states import ClaimState, Party
from subsidies.claims.words import timeline_of
from subsidies.review.services import appeal_answer
from subsidies.schemes.models import SchemePaper
from subsidies.schemes.states import Payee
from tests.certifications.certificates.builders import a_closed_run, a_portrait
from tests.portal.people import signed_in
from tests.subsidies.builders import (
    WAYS,
    a_claim,
    a_claimant,
    a_figure,
    a_level_certificate,
    a_scheme,
    an_account_number,
    another,
)
from tests.subsidies.claims.helpers import a_register, requires
from tests.workers.builders import NOW

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _today(time_machine):
    time_machine.move_to(NOW, tick=False)


def hers(worker):
    """Her browser."""
    return signed_in(worker.user)


def text_of(answer):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", answer.content.decode()))


def new(scheme, certificate):
    return reverse("my_claim_new", args=[scheme.pk, "level", certificate.pk])


def test_your_money_says_how_much_and_until_when():
    scheme, certificate = a_scheme(), a_level_certificate()
    a_figure(f"{scheme.code}.claim_window", 12, unit=Unit.MONTH)
    page = hers(certificate.worker).get(reverse("my_money"))
    assert page.status_code == 200
    text = text_of(page)
    assert "可以领" in text
    assert "700 元" in text
    assert "2027年10月8日" in text
    assert new(scheme, certificate) in page.content.decode()


def test_a_no_says_what_is_needed_what_she_has_what_she_can_do_and_the_article():
    scheme, certificate = a_scheme(), a_level_certificate()
    requires(scheme, "not_pensioner")
    a_register("pension", certificate.worker)
    page = hers(certificate.worker).get(reverse("my_money"))
    text = text_of(page)
    assert "现在不能领" in text
    assert "还没有按月领取基本养老保险金" in text
    assert "正在领取养老金" in text
    assert "请到社保窗口更正后再来" in text
    assert "示例〔2024〕1号" in text
    assert new(scheme, certificate) not in page.content.decode()


def test_after_the_last_day_the_page_says_that_the_policy_is_to_be_confirmed():
    code = "example.ended"
    a_figure(f"{code}.amount.level5", 70_000, until=date(2025, 12, 31))
    a_scheme(code)
    text = text_of(hers(a_level_certificate().worker).get(reverse("my_money")))
    assert "政策待确认" in text
    assert "700" not in text


def test_a_claim_is_prefilled_and_sent_with_one_tick():
    scheme, certificate = a_scheme(), a_level_certificate()
    client = hers(certificate.worker)
    page = client.get(new(scheme, certificate))
    assert "提交，申领" in text_of(page)
    assert certificate.worker.social_security_card not in page.content.decode()
    assert certificate.worker.social_security_card[-4:] in page.content.decode()
    sent = client.post(new(scheme, certificate), {"agree": "on"})
    claim = Claim.objects.get()
    assert sent.url == f"{reverse('my_claim', args=[claim.pk])}?done=1"
    after = text_of(client.get(sent.url))
    assert "申领已提交" in after
    assert claim.number in after
    again = client.post(new(scheme, certificate), {"agree": "on"})
    assert again.url == sent.url
    assert Claim.objects.count() == 1
    assert client.get(new(scheme, certificate)).url == reverse("my_claim", args=[claim.pk])


def test_without_the_tick_nothing_is_sent():
    scheme, certificate = a_scheme(), a_level_certificate()
    answer = hers(certificate.worker).post(new(scheme, certificate), {})
    assert answer.status_code == 422
    assert "请先打勾，再提交。" in text_of(answer)
    assert not Claim.objects.exists()


def test_a_paper_the_platform_does_not_have_is_asked_for_on_the_same_page():
    scheme, certificate = a_scheme(), a_level_certificate()
    SchemePaper.objects.create(scheme=scheme, title="身份证", is_on_file=True)
    SchemePaper.objects.create(scheme=scheme, title="收费票据")
    client = hers(certificate.worker)
    field = f"paper_{SchemePaper.objects.get(title='收费票据').pk}"
    assert field in client.get(new(scheme, certificate)).content.decode()
    assert "请上传“收费票据”。" in text_of(client.post(new(scheme, certificate), {"agree": "on"}))
    client.post(new(scheme, certificate), {"agree": "on", field: a_portrait()})
    paper = Claim.objects.get().papers.get()
    assert client.get(reverse("my_claim_paper", args=[paper.claim_id, paper.pk])).status_code == 200


@pytest.mark.parametrize("state", [one for one in WAYS if one != ClaimState.DRAFT])
def test_a_claim_in_every_state_is_told_in_plain_words_with_the_account_masked(state):
    claim = a_claim(state)
    page = hers(claim.worker).get(reverse("my_claim", args=[claim.pk]))
    assert page.status_code == 200
    assert claim.account not in page.content.decode()
    assert claim.number in text_of(page)
    assert "办理经过" in text_of(page)
    receipt = client_pdf(hers(claim.worker), claim)
    assert receipt.startswith(b"%PDF")


def client_pdf(client, claim):
    return client.get(reverse("my_claim_receipt", args=[claim.pk])).content


@pytest.mark.parametrize(
    "name", ["my_claim", "my_claim_receipt", "my_claim_correct", "my_claim_account", "my_claim_appeal"]
)
def test_another_workers_claim_is_not_there(name):
    claim = a_claim(ClaimState.RETURNED)
    stranger = hers(a_claimant(name="王芳"))
    assert stranger.get(reverse(name, args=[claim.pk])).status_code == 404
    assert stranger.post(reverse("my_claim_withdraw", args=[claim.pk])).status_code == 404
    claim.refresh_from_db()
    assert claim.state == ClaimState.RETURNED


def test_another_workers_certificate_is_not_claimed_for():
    scheme, certificate = a_scheme(), a_level_certificate()
    stranger = hers(a_claimant(name="王芳"))
    assert stranger.get(new(scheme, certificate)).status_code == 404
    assert stranger.post(new(scheme, certificate), {"agree": "on"}).status_code == 404
    assert not Claim.objects.exists()


def test_a_file_that_was_not_proven_hers_shows_no_money():
    claim = a_claim()
    type(claim.worker).objects.filter(pk=claim.worker_id).update(account_proof="none")
    client = hers(claim.worker)
    assert client.get(reverse("my_money")).url == reverse("my_home")
    assert client.get(reverse("my_claim", args=[claim.pk])).status_code == 404


def test_she_corrects_what_the_officer_marked():
    claim = a_claim()
    claim_move(
        claim_id=claim.pk, action="return", party=Party.INTAKE, actor=another(Role.OFFICER_INTAKE),
        at=claim.created_at, reason="照片看不清", data={"marks": "申领材料：请重新拍照"},
    )  # fmt: skip
    client = hers(claim.worker)
    page = client.get(reverse("my_claim", args=[claim.pk]))
    assert "申领材料：请重新拍照" in text_of(page)
    answer = client.post(reverse("my_claim_correct", args=[claim.pk]), {"answer": ""})
    assert answer.status_code == 422
    client.post(reverse("my_claim_correct", args=[claim.pk]), {"answer": "重新拍了"})
    claim.refresh_from_db()
    assert claim.state == ClaimState.SUBMITTED


def test_she_puts_the_account_right_after_the_bank_refused():
    claim = a_claim(ClaimState.PAYMENT_FAILED)
    client, url = hers(claim.worker), reverse("my_claim_account", args=[claim.pk])
    assert "示例原因" in text_of(client.get(url))
    wrong = client.post(url, {"account": "123"})
    assert wrong.status_code == 422
    client.post(url, {"account": an_account_number()})
    claim.refresh_from_db()
    assert claim.state == ClaimState.APPROVED


def test_the_way_to_appeal_stands_in_the_refusal_itself():
    claim = a_claim(ClaimState.REFUSED)
    client = hers(claim.worker)
    text = text_of(client.get(reverse("my_claim", args=[claim.pk])))
    assert "行政复议" in text
    assert "我要申诉" in text
    client.post(reverse("my_claim_appeal", args=[claim.pk]), {"words": "我没有领过养老金"})
    appeal = ClaimAppeal.objects.get()
    assert "申诉正在办" in text_of(client.get(reverse("my_claim", args=[claim.pk])))
    client.post(reverse("my_appeal_withdraw", args=[appeal.pk]))
    appeal.refresh_from_db()
    assert appeal.state == "withdrawn"


def test_she_takes_a_claim_back():
    claim = a_claim()
    client = hers(claim.worker)
    client.post(reverse("my_claim_withdraw", args=[claim.pk]))
    claim.refresh_from_db()
    assert claim.state == ClaimState.WITHDRAWN


def test_an_appeal_that_was_answered_is_not_offered_again(time_machine):
    claim = a_claim(ClaimState.REFUSED)
    time_machine.move_to(NOW + timedelta(hours=1), tick=False)
    client, url = hers(claim.worker), reverse("my_claim_appeal", args=[claim.pk])
    client.post(url, {"words": "我没有领过养老金"})
    appeal_answer(
        appeal_id=ClaimAppeal.objects.get().pk, is_upheld=False, answer="查过了，确实在领",
        actor=another(Role.OFFICER_REVIEW),
        at=NOW + timedelta(hours=2),
    )  # fmt: skip
    text = text_of(client.get(reverse("my_claim", args=[claim.pk])))
    assert "维持原决定" in text
    assert "行政复议" in text
    assert "我要申诉" not in text
    assert client.get(url).url == reverse("my_claim", args=[claim.pk])
    client.post(url, {"words": "再来一次"})
    assert ClaimAppeal.objects.count() == 1


@pytest.mark.parametrize("state", [one for one in WAYS if one != ClaimState.DRAFT])
def test_money_of_the_school_is_told_as_the_schools(state):
    run = a_closed_run()
    scheme = a_scheme("example.school", payee=Payee.SCHOOL)
    claim = a_claim(state, scheme=scheme, school=run.school, account=an_account_number())
    client = hers(claim.worker)
    page = client.get(reverse("my_claim", args=[claim.pk]))
    text = text_of(page)
    assert "培训机构" in text
    assert claim.account[-4:] not in page.content.decode()
    for wrong in ("请查一下您的卡", "钱还给您留着", "请您补正", "更正账户。", "我要申诉", "不想领了", "您已经撤回"):
        assert wrong not in text
    assert ("不会打到您的卡上" in text) is (state == ClaimState.PAID)
    for name, given in (("my_claim_account", {"account": an_account_number()}), ("my_claim_appeal", {"words": "不对"}),
                        ("my_claim_correct", {"answer": "补好了"})):  # fmt: skip
        client.post(reverse(name, args=[claim.pk]), given)
    claim.refresh_from_db()
    assert claim.state == state
    assert not ClaimAppeal.objects.exists()


def test_who_did_each_step_is_told_by_who_did_it():
    claim = a_claim(ClaimState.RETURNED)
    claim_resubmit(claim_id=claim.pk, answer="补好了", actor=another(Role.OFFICER_INTAKE), at=NOW + timedelta(hours=1))
    rows = timeline_of(claim, claim.events.all())
    assert [(one["title"], one["actor"]) for one in (rows[0], rows[-1])] == [
        ("补好，重新提交", "窗口代办"), ("提交申领", "您"),
    ]  # fmt: skip
