"""A class is sent: what is ready goes once, the rest stays with its reasons, and nothing goes without her word."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connections

from foundation.accounts.states import Role
from foundation.policy.states import Unit
from subsidies.checks.models import Finding
from subsidies.checks.services import checks_run
from subsidies.checks.states import FindingState, Moment
from subsidies.claims.models import Claim, ClaimDecision, ClassClaim
from subsidies.claims.services import claim_move, claim_withdraw
from subsidies.claims.services.school_accounts import school_account_confirm, school_account_enter
from subsidies.claims.states import ClaimState, ClassClaimState, Party
from subsidies.schemes.states import Payee
from subsidies.school_claims.errors import SchoolClaimError
from subsidies.school_claims.models import ClassSend, SendLine
from subsidies.school_claims.selectors.sent import states_of
from subsidies.school_claims.services.mandates import mandate_withdraw
from subsidies.school_claims.services.papers import returned_claim_answer
from subsidies.school_claims.services.sending import class_claim_send, class_send_work
from tests.certifications.certificates.builders import a_portrait, staff_of
from tests.courses.builders import a_school, school_staff
from tests.subsidies.builders import a_figure, an_account_number, an_officer_of
from tests.subsidies.school_claims.builders import a_certified, a_certified_class, a_class_scheme, agreed, prepared
from tests.workers.builders import NOW
from workers.services import card_set

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("_today")]


@pytest.fixture
def _today(time_machine):
    time_machine.move_to(NOW, tick=False)


def sent(made):
    run = made.class_run
    sending = class_claim_send(class_claim_id=made.pk, actor=staff_of(run), at=NOW)
    return class_send_work(sending_id=sending.pk, at=NOW)


def test_what_is_ready_is_sent_and_the_rest_stays_with_its_reasons():
    run, people = a_certified_class(3)
    agreed(*people[:2])
    made = prepared(run)
    sending = sent(made)
    assert (sending.state, sending.sent, sending.stayed, sending.total_fen) == ("done", 2, 1, 140_000)
    claims = Claim.objects.filter(class_claim=made).order_by("pk")
    assert sorted(claims.values_list("state", flat=True)) == ["draft", "submitted", "submitted"]
    assert ClaimDecision.objects.filter(claim__class_claim=made, outcome="yes", amount_fen=70_000).count() == 2
    stayed = SendLine.objects.get(state="stayed")
    assert (stayed.code, "没有本人同意" in stayed.reason) == ("mandate", True)
    assert [(line.label, line.count, line.amount_fen) for line in states_of(made)] == [("待初审", 2, 140_000)]
    made.refresh_from_db()
    assert made.state == ClassClaimState.SUBMITTED


def test_what_stayed_is_prepared_and_sent_later():
    run, (one, other) = a_certified_class(2)
    agreed(one)
    first = prepared(run)
    sent(first)
    agreed(other)
    second = prepared(run)
    assert second != first
    assert sent(second).sent == 1
    assert set(Claim.objects.values_list("state", flat=True)) == {ClaimState.SUBMITTED}
    assert Claim.objects.count() == 2


def test_fixed_by_the_linter_nothing_new_is_found_when_it_is_sent():
    run = a_certified_class(1)[0]
    a_figure("check.account.people_max", 1, unit=Unit.PERSON)
    shared = a_certified(run)
    lacking = a_certified(run, with_card=False)
    people = list(run.enrolments.all())
    agreed(*people)
    card_set(
        worker_id=people[0].worker_id, account=shared.worker.social_security_card, actor=people[0].worker.user, at=NOW
    )
    made = prepared(run)
    found = set(Finding.objects.filter(state=FindingState.OPEN).values_list("check_code", flat=True))
    assert "same_account" in found
    for one in (people[0], lacking):
        card_set(worker_id=one.worker_id, account=an_account_number(), actor=one.worker.user, at=NOW)
    prepared(run)
    before = set(Finding.objects.filter(state=FindingState.OPEN).values_list("claim", "check_code"))
    assert sent(made).sent == 3
    ids = list(Claim.objects.filter(state=ClaimState.SUBMITTED).values_list("pk", flat=True))
    checks_run(claim_ids=ids, moment=Moment.SUBMIT, actor=None, at=NOW)
    assert set(Finding.objects.filter(state=FindingState.OPEN).values_list("claim", "check_code")) == before
    assert not Finding.objects.filter(state=FindingState.OPEN, severity="block").exists()


def test_taken_back_between_asking_and_sending_her_claim_stays():
    run, (one, other) = a_certified_class(2)
    hers, _others = agreed(one, other)
    made = prepared(run)
    sending = class_claim_send(class_claim_id=made.pk, actor=staff_of(run), at=NOW)
    mandate_withdraw(mandate_id=hers.pk, actor=one.worker.user, at=NOW)
    done = class_send_work(sending_id=sending.pk, at=NOW)
    assert (done.sent, done.stayed) == (1, 1)
    assert Claim.objects.get(worker=one.worker).state == ClaimState.WITHDRAWN


def test_taken_back_after_sending_her_claim_goes_on_until_she_withdraws_it_herself():
    run, (one,) = a_certified_class(1)
    (hers,) = agreed(one)
    sent(prepared(run))
    mandate_withdraw(mandate_id=hers.pk, actor=one.worker.user, at=NOW)
    claim = Claim.objects.get()
    assert claim.state == ClaimState.SUBMITTED
    claim_withdraw(claim_id=claim.pk, actor=one.worker.user, at=NOW)
    claim.refresh_from_db()
    assert claim.state == ClaimState.WITHDRAWN


def test_nothing_is_sent_where_nothing_is_ready():
    run, _people = a_certified_class(1)
    made = prepared(run)
    with pytest.raises(SchoolClaimError) as refusal:
        class_claim_send(class_claim_id=made.pk, actor=staff_of(run), at=NOW)
    assert refusal.value.code == "nobody_ready"
    assert not ClassSend.objects.exists()
    assert ClassClaim.objects.get().state == ClassClaimState.DRAFT


def test_another_school_sends_nothing():
    run, people = a_certified_class(1)
    agreed(*people)
    made = prepared(run)
    with pytest.raises(PermissionDenied):
        class_claim_send(class_claim_id=made.pk, actor=school_staff(a_school()), at=NOW)
    assert not ClassSend.objects.exists()
    assert Claim.objects.get().state == ClaimState.DRAFT


def test_a_sending_that_died_is_taken_up_where_it_stopped(monkeypatch):
    run, people = a_certified_class(3)
    agreed(*people)
    sending = class_claim_send(class_claim_id=prepared(run).pk, actor=staff_of(run), at=NOW)
    monkeypatch.setattr("subsidies.school_claims.services.sending.CHUNK", 1)
    from subsidies.school_claims.services import sending as module

    real, calls = module._chunk, []

    def dies(*args, **kwargs):
        calls.append(1)
        if len(calls) == 3:
            raise KeyboardInterrupt
        return real(*args, **kwargs)

    monkeypatch.setattr(module, "_chunk", dies)
    with pytest.raises(KeyboardInterrupt):
        class_send_work(sending_id=sending.pk, at=NOW)
    assert Claim.objects.filter(state=ClaimState.SUBMITTED).count() == 2
    monkeypatch.setattr(module, "_chunk", real)
    assert class_send_work(sending_id=sending.pk, at=NOW).sent == 3
    assert Claim.objects.filter(state=ClaimState.SUBMITTED).count() == 3


@pytest.mark.parametrize("mandated", [True, False])
def test_a_returned_claim_is_answered_by_the_school_only_while_she_lets_it(mandated):
    run, (one,) = a_certified_class(1)
    (hers,) = agreed(one)
    sent(prepared(run))
    claim = Claim.objects.get()
    officer = an_officer_of(Role.OFFICER_INTAKE)
    claim_move(claim_id=claim.pk, action="return", party=Party.INTAKE, actor=officer, at=NOW, reason="请说明证书编号")
    given = {"claim_id": claim.pk, "answer": "编号无误", "papers": [], "actor": staff_of(run), "at": NOW}
    if mandated:
        returned_claim_answer(**given)
    else:
        mandate_withdraw(mandate_id=hers.pk, actor=one.worker.user, at=NOW)
        with pytest.raises(SchoolClaimError):
            returned_claim_answer(**given)
    claim.refresh_from_db()
    assert claim.state == (ClaimState.SUBMITTED if mandated else ClaimState.RETURNED)


def test_money_of_the_school_itself_needs_no_consent_but_an_account_an_officer_confirmed():
    run, _people = a_certified_class(1)
    scheme = a_class_scheme(payee=Payee.SCHOOL)
    made = prepared(run, scheme)
    with pytest.raises(SchoolClaimError):
        class_claim_send(class_claim_id=made.pk, actor=staff_of(run), at=NOW)
    row = school_account_enter(
        school_id=run.school_id,
        holder=run.school.organisation.name,
        bank="示例银行厦门支行",
        account="3500 2026 0000 1234",
        proof=a_portrait(),
        actor=staff_of(run),
        at=NOW,
    )
    school_account_confirm(
        account_id=row.pk, typed="3500202600001234", actor=an_officer_of(Role.OFFICER_INTAKE), at=NOW
    )
    assert sent(prepared(run, scheme)).sent == 1
    claim = Claim.objects.get(state=ClaimState.SUBMITTED)
    assert (claim.payee, claim.account, claim.amount_fen) == (Payee.SCHOOL, "3500202600001234", 70_000)


@pytest.mark.django_db(transaction=True)
def test_sent_twice_at_the_same_second_it_is_sent_once():
    run, people = a_certified_class(3)
    agreed(*people)
    made, staff, gate = prepared(run), staff_of(run), Barrier(4)

    def both(_n):
        try:
            gate.wait()
            sending = class_claim_send(class_claim_id=made.pk, actor=staff, at=NOW)
            class_send_work(sending_id=sending.pk, at=NOW)
            return sending.pk
        finally:
            connections.close_all()

    with ThreadPoolExecutor(4) as pool:
        assert len(set(pool.map(both, range(4)))) == 1
    assert ClassSend.objects.get().sent == 3
    assert Claim.objects.filter(state=ClaimState.SUBMITTED).count() == 3
    assert ClaimDecision.objects.count() == 3
