"""Money of the school itself: it learns why it was refused or came back, and sends it out again to a new account."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from foundation.accounts.states import Role
from foundation.database import period
from foundation.policy.services import base_data_load
from foundation.sms.models import SmsMessage
from portal.staff.subsidy_duties import subsidy_duties
from subsidies.claims.base_loading import claims_base_load
from subsidies.claims.models import Claim, ClaimAppeal, RefusalReason, SchoolAccount
from subsidies.claims.services import appeal_make, claim_move
from subsidies.claims.services.school_accounts import school_account_confirm, school_account_enter
from subsidies.claims.states import TRANSITIONS, ClaimState
from subsidies.review.services import appeal_answer
from subsidies.schemes.states import Payee
from subsidies.school_claims.services.sending import class_claim_send, class_send_work
from tests.certifications.certificates.builders import a_portrait, staff_of
from tests.courses.builders import a_school, school_staff
from tests.portal.people import signed_in
from tests.subsidies.builders import SINCE, WAYS, a_budget, an_officer_of, another, who_moves
from tests.subsidies.school_claims.builders import a_certified_class, a_class_scheme, agreed, prepared
from tests.workers.builders import NOW

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("_today")]
NUMBER, OTHER = "3500202600001234", "3500202600005678"
TODAY = NOW.date()
TITLES = {"退回补正的补贴申领", "不予核定的本校补贴", "银行退回的本校补贴"}


@pytest.fixture
def _today(time_machine):
    time_machine.move_to(NOW, tick=False)


def an_account(run, number, at=NOW):
    row = school_account_enter(
        school_id=run.school_id, holder=run.school.organisation.name, bank="示例银行", account=number,
        proof=a_portrait(), actor=staff_of(run), at=at,
    )  # fmt: skip
    school_account_confirm(account_id=row.pk, typed=number, actor=an_officer_of(Role.OFFICER_INTAKE), at=at)


def a_claim_of_a_school(state, *, payee=Payee.SCHOOL, data=None):
    """One claim of a class, brought to that state."""
    run, people = a_certified_class(1)
    if payee == Payee.SCHOOL:
        an_account(run, NUMBER)
    else:
        agreed(*people)
    made = prepared(run, a_class_scheme(payee=payee))
    class_send_work(sending_id=class_claim_send(class_claim_id=made.pk, actor=staff_of(run), at=NOW).pk, at=NOW)
    claim = Claim.objects.get()
    a_budget()
    for step, action in enumerate(WAYS[state][1:]):
        party, actor = who_moves(claim, action)
        reason = "账户已销户" if TRANSITIONS[action].needs_reason else ""
        at = NOW + timedelta(seconds=step)
        claim_move(claim_id=claim.pk, action=action, party=party, actor=actor, at=at, reason=reason, data=data or {})
    claim.refresh_from_db()
    return run, claim


def waits(run, on=TODAY):
    duties = subsidy_duties(staff_of(run), frozenset({Role.SCHOOL_STAFF}), on=on)
    return {str(duty.label) for duty in duties if str(duty.label) in TITLES and duty.rows.count()}


def test_a_school_reads_why_its_money_was_refused_and_where_to_appeal():
    reason = RefusalReason.objects.create(
        code="example", title="示例情形", advice="补齐以后重新申领。", article="第九条", effective=period(SINCE)
    )
    run, claim = a_claim_of_a_school(ClaimState.REFUSED, data={"refusal_id": reason.pk})
    assert waits(run) == {"不予核定的本校补贴"}
    assert waits(run, TODAY + timedelta(days=61)) == set()
    desk = signed_in(staff_of(run))
    page = desk.get(reverse("class_claim_person", args=[claim.pk])).content.decode()
    for words in (reason.title, reason.article, reason.advice, "账户已销户", "我要申诉", "行政复议"):
        assert words in page
    listed = desk.get(f"{reverse('class_claims')}?holds=refused").content.decode()
    assert run.name in listed.split("<tbody>")[1]
    assert run.name not in desk.get(f"{reverse('class_claims')}?holds=returned").content.decode().split("<tbody>")[1]


def test_a_school_reads_the_banks_reason_and_sends_its_money_out_again_once_another_account_is_confirmed():
    run, claim = a_claim_of_a_school(ClaimState.PAYMENT_FAILED)
    assert waits(run) == {"银行退回的本校补贴"}
    desk, url = signed_in(staff_of(run)), reverse("class_claim_person", args=[claim.pk])
    again = reverse("class_claim_person_repair", args=[claim.pk])
    page = desk.get(url).content.decode()
    assert "账户已销户" in page
    assert again not in page
    refused = desk.post(again, follow=True).content.decode()
    assert "账户还是银行退回的那一个" in refused
    claim.refresh_from_db()
    assert claim.state == ClaimState.PAYMENT_FAILED
    an_account(run, OTHER, at=NOW + timedelta(hours=1))
    page = desk.get(url).content.decode()
    assert again in page
    done = desk.post(again, follow=True).content.decode()
    claim.refresh_from_db()
    assert (claim.state, claim.account) == (ClaimState.APPROVED, OTHER)
    assert claim.events.get(action="repair").party == "school"
    assert waits(run) == set()
    assert not [number for number in SchoolAccount.objects.values_list("account", flat=True) if number in page + done]


@pytest.mark.parametrize("state", [ClaimState.REFUSED, ClaimState.PAYMENT_FAILED])
def test_what_concerns_a_workers_own_money_is_left_to_her(state):
    run, claim = a_claim_of_a_school(state, payee=Payee.WORKER)
    assert waits(run) == set()
    desk = signed_in(staff_of(run))
    page = desk.get(reverse("class_claim_person", args=[claim.pk])).content.decode()
    assert "由本人登录平台" in page
    assert ("账户已销户" in page) == (state == ClaimState.REFUSED)
    again = reverse("class_claim_person_repair", args=[claim.pk])
    assert again not in page
    assert desk.post(again).status_code == 404
    claim.refresh_from_db()
    assert claim.state == state


def test_a_school_appeals_for_its_own_money_and_reads_the_answer():
    claims_base_load_laws()
    run, claim = a_claim_of_a_school(ClaimState.REFUSED)
    staff = staff_of(run)
    desk, url = signed_in(staff), reverse("class_claim_person", args=[claim.pk])
    page = desk.get(url).content.decode()
    assert "60 天内申请行政复议，或者 6 个月内向法院起诉" in page
    assert "第四十六条" in page
    make = reverse("class_claim_person_appeal", args=[claim.pk])
    refused = desk.post(make, {"words": ""})
    assert (refused.status_code, ClaimAppeal.objects.exists()) == (422, False)
    texts = SmsMessage.objects.count()
    assert desk.post(make, {"words": "账户没有销户"}).status_code == 302
    appeal = ClaimAppeal.objects.get()
    assert (appeal.made_by, SmsMessage.objects.count()) == (staff, texts)
    page = desk.get(url).content.decode()
    assert "最迟 2026-12-07 答复" in page
    assert f'action="{make}"' not in page
    officer = another(Role.OFFICER_REVIEW)
    assert "培训机构说" in signed_in(officer).get(reverse("review_appeal", args=[appeal.pk])).content.decode()
    appeal_answer(appeal_id=appeal.pk, is_upheld=True, answer="核实属实", actor=officer, at=NOW + timedelta(hours=1))
    claim.refresh_from_db()
    assert (claim.state, SmsMessage.objects.count()) == (ClaimState.SUBMITTED, texts)


def test_an_appeal_of_a_school_is_taken_back_and_nobody_elses_office_or_the_worker_makes_one():
    run, claim = a_claim_of_a_school(ClaimState.REFUSED)
    make = reverse("class_claim_person_appeal", args=[claim.pk])
    assert signed_in(school_staff(a_school())).post(make, {"words": "不对"}).status_code == 404
    for who in (claim.worker.user, an_officer_of(Role.OFFICER_INTAKE)):
        with pytest.raises(PermissionDenied):
            appeal_make(claim_id=claim.pk, words="不对", actor=who, at=NOW)
    assert not ClaimAppeal.objects.exists()
    desk = signed_in(staff_of(run))
    desk.post(make, {"words": "账户没有销户"})
    desk.post(reverse("class_claim_person_appeal_back", args=[claim.pk]))
    assert ClaimAppeal.objects.get().state == "withdrawn"
    assert make in desk.get(reverse("class_claim_person", args=[claim.pk])).content.decode()


def test_a_school_does_not_appeal_for_a_workers_money():
    run, claim = a_claim_of_a_school(ClaimState.REFUSED, payee=Payee.WORKER)
    desk, make = signed_in(staff_of(run)), reverse("class_claim_person_appeal", args=[claim.pk])
    assert make not in desk.get(reverse("class_claim_person", args=[claim.pk])).content.decode()
    assert desk.post(make, {"words": "不对"}).status_code == 403
    assert not ClaimAppeal.objects.exists()


def test_a_school_reads_until_when_to_correct_and_that_it_is_late(time_machine):
    run, claim = a_claim_of_a_school(ClaimState.RETURNED)
    desk, url = signed_in(staff_of(run)), reverse("class_claim_person", args=[claim.pk])
    page = desk.get(url).content.decode()
    assert f"请在 {claim.due_on.isoformat()} 前补好" in page
    assert "已超过期限" not in page
    time_machine.move_to(NOW + timedelta(days=60), tick=False)
    assert "已超过期限" in signed_in(staff_of(run)).get(url).content.decode()


def claims_base_load_laws():
    """The law's figures and the platform's, and the lists of refusals with them."""
    base_data_load(on=TODAY)
    claims_base_load(on=TODAY)
