"""Whose account opens which file: an attacker who knows a name and a number gets nothing that belongs to another."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied

from foundation.accounts.states import Role
from tests.workers.builders import (
    NOW,
    a_roster_worker,
    a_worker,
    an_account,
    an_id_number,
    an_officer,
    answer,
)
from workers.errors import WorkerError
from workers.models import LinkRequest, Worker
from workers.selectors import dossier_of, workers_visible_to
from workers.services import (
    JobEntry,
    account_release,
    card_set,
    employment_add,
    identity_check_request,
    identity_correct,
    identity_declare,
    identity_override,
    link_confirm,
    link_refuse,
)
from workers.states import AccountProof, LinkState

pytestmark = pytest.mark.django_db


def _ask(worker, *, user, name="李梅"):
    return identity_declare(user=user, name=name, id_number=worker.id_number, at=NOW)


def test_a_file_linked_to_another_phone_is_not_opened_by_name_and_number():
    worker = a_worker(verified=True)
    owner, attacker = worker.user, an_account()
    outcome = _ask(worker, user=attacker)
    worker.refresh_from_db()
    assert outcome.worker is None
    assert outcome.request.state == LinkState.WAITING_OFFICER
    assert worker.user == owner
    assert list(workers_visible_to(attacker, on=NOW.date())) == []
    identity_check_request(worker_id=worker.pk, actor=an_officer(), at=NOW)
    answer(worker, "match")
    assert worker.user == owner


def test_a_roster_file_opens_to_its_phone_once_the_name_is_verified():
    worker = a_roster_worker(phone="19900007001")
    user = an_account("19900007001")
    outcome = _ask(worker, user=user)
    assert outcome.worker is None
    assert outcome.request.state == LinkState.WAITING_CHECK
    worker.refresh_from_db()
    assert worker.user is None
    answer(worker, "match")
    assert (worker.user, worker.account_proof) == (user, AccountProof.CHECK_AND_PHONE)
    assert LinkRequest.objects.get().state == LinkState.LINKED


@pytest.mark.parametrize(
    ("phone", "phone_is_verified", "name"),
    [("19900007002", True, "李梅"), ("19900007001", False, "李梅"), ("19900007001", True, "李玫")],
)
def test_another_phone_an_unproven_phone_or_another_name_goes_to_a_person(phone, phone_is_verified, name):
    worker = a_roster_worker(phone="19900007001")
    user = an_account(phone)
    if not phone_is_verified:
        user.phone_verified_at = None
        user.save(update_fields=["phone_verified_at"])
    outcome = _ask(worker, user=user, name=name)
    worker.refresh_from_db()
    assert outcome.request.state == LinkState.WAITING_OFFICER
    assert worker.user is None
    assert worker.checks.exists() is False


def test_a_phone_that_stands_in_many_files_opens_none():
    worker = a_roster_worker(phone="19900007001")
    a_roster_worker(phone="19900007001")
    assert _ask(worker, user=an_account("19900007001")).request.state == LinkState.WAITING_OFFICER


def test_a_mismatch_sends_the_request_to_a_person():
    worker = a_roster_worker(phone="19900007001")
    request = _ask(worker, user=an_account("19900007001")).request
    answer(worker, "mismatch")
    request.refresh_from_db()
    assert (request.state, worker.user) == (LinkState.WAITING_OFFICER, None)


def test_a_verified_roster_file_opens_at_once_to_its_phone():
    worker = a_roster_worker(phone="19900007001")
    identity_check_request(worker_id=worker.pk, actor=None, at=NOW)
    answer(worker, "match")
    user = an_account("19900007001")
    assert _ask(worker, user=user).worker.user == user


def test_an_officer_gives_the_file_to_the_account_only_when_it_is_verified_and_bears_the_name():
    worker = a_roster_worker(phone="19900007001")
    user, officer = an_account("19900007002"), an_officer()
    request = _ask(worker, user=user).request
    with pytest.raises(WorkerError) as refusal:
        link_confirm(request_id=request.pk, reason="看过身份证", actor=officer, at=NOW)
    assert refusal.value.code == "not_verified"
    identity_override(worker_id=worker.pk, is_verified=True, reason="看过身份证", actor=officer, at=NOW)
    worker.refresh_from_db()
    assert worker.user is None
    link_confirm(request_id=request.pk, reason="看过身份证", actor=officer, at=NOW)
    worker.refresh_from_db()
    assert (worker.user, worker.account_proof) == (user, AccountProof.OFFICER)
    with pytest.raises(WorkerError) as refusal:
        link_refuse(request_id=request.pk, reason="晚了", actor=officer, at=NOW)
    assert refusal.value.code == "wrong_state"


@pytest.mark.parametrize("role", [Role.OFFICER_FINANCE, Role.AUDITOR, Role.ADMINISTRATOR])
def test_only_intake_and_review_decide_about_accounts(role):
    worker = a_worker(verified=True)
    request = _ask(worker, user=an_account()).request
    other = an_officer(role)
    for call in (
        lambda: link_confirm(request_id=request.pk, reason="x", actor=other, at=NOW, former_is_same_person=True),
        lambda: link_refuse(request_id=request.pk, reason="x", actor=other, at=NOW),
        lambda: account_release(worker_id=worker.pk, is_stranger=True, reason="x", actor=other, at=NOW),
    ):
        with pytest.raises(PermissionDenied):
            call()
    request.refresh_from_db()
    worker.refresh_from_db()
    assert request.state == LinkState.WAITING_OFFICER
    assert worker.user is not None


def test_a_new_phone_keeps_what_she_entered_and_a_stranger_takes_his_along():
    officer = an_officer()
    for is_same, lines, card in [(True, 1, "9900003170669074395"), (False, 0, "")]:
        worker = a_worker(verified=True)
        card_set(worker_id=worker.pk, account="9900003170669074395", actor=worker.user, at=NOW)
        employment_add(
            worker_id=worker.pk,
            entry=JobEntry("家庭雇主", "月嫂", "household", date(2020, 1, 1)),
            actor=worker.user,
            at=NOW,
        )
        new = an_account()
        request = _ask(worker, user=new).request
        with pytest.raises(WorkerError) as refusal:
            link_confirm(request_id=request.pk, reason="看过身份证", actor=officer, at=NOW)
        assert refusal.value.code == "former_missing"
        link_confirm(request_id=request.pk, reason="看过身份证", actor=officer, at=NOW, former_is_same_person=is_same)
        worker.refresh_from_db()
        assert (worker.user, worker.social_security_card) == (new, card)
        assert len(dossier_of(worker, new).employments) == lines


def test_somebody_who_opened_a_file_under_anothers_number_sees_only_what_he_wrote():
    squatter = an_account()
    worker = a_worker(name="张三", user=squatter)
    answer(worker, "mismatch")
    officer = an_officer()
    employment_add(
        worker_id=worker.pk,
        entry=JobEntry("家庭雇主", "月嫂", "household", date(2020, 1, 1)),
        actor=officer,
        at=NOW,
        guaranteed_by="劳动合同原件",
    )
    assert dossier_of(worker, squatter).employments == []
    assert dossier_of(worker, squatter).is_limited is True
    assert len(dossier_of(worker, officer).employments) == 1
    # The officer puts the name right for the true owner: that proves nothing about the squatter's account.
    identity_correct(
        worker_id=worker.pk, name="李梅", id_number=worker.id_number, reason="本人到场", actor=officer, at=NOW
    )
    worker.refresh_from_db()
    answer(worker, "match")
    assert (worker.identity_state, worker.account_proof) == ("verified", AccountProof.NONE)
    assert dossier_of(worker, squatter).employments == []


def test_five_attempts_a_day():
    user = an_account()
    for n in range(5):
        outcome = identity_declare(user=user, name=f"李梅{'一二三四五'[n]}", id_number=an_id_number(), at=NOW)
        answer(outcome.worker, "mismatch")
    with pytest.raises(WorkerError) as refusal:
        identity_declare(user=user, name="李梅", id_number=an_id_number(), at=NOW)
    assert refusal.value.code == "too_many"
    assert Worker.objects.get().name == "李梅五"
    identity_declare(user=user, name="李梅", id_number=an_id_number(), at=NOW + timedelta(days=1, seconds=1))
    assert Worker.objects.get().name == "李梅"


def test_her_own_wrong_number_is_put_right_until_somebody_has_confirmed_it():
    user = an_account()
    worker = a_worker(user=user, id_number=an_id_number(sequence=6))
    with pytest.raises(WorkerError) as refusal:
        identity_declare(user=user, name="李梅", id_number=an_id_number(sequence=8), at=NOW)
    assert refusal.value.code == "checking"
    answer(worker, "mismatch")
    again = identity_declare(user=user, name="李梅", id_number=an_id_number(sequence=8), at=NOW).worker
    assert (again.pk, again.id_number) == (worker.pk, an_id_number(sequence=8))
    answer(again, "match")
    with pytest.raises(WorkerError) as refusal:
        identity_declare(user=user, name="李梅", id_number=an_id_number(sequence=6), at=NOW)
    assert refusal.value.code == "already_verified"


def test_her_wrong_number_cannot_be_changed_into_anothers():
    other = a_worker(verified=True)
    worker = a_worker()
    answer(worker, "mismatch")
    with pytest.raises(WorkerError) as refusal:
        identity_declare(user=worker.user, name="李梅", id_number=other.id_number, at=NOW)
    assert refusal.value.code == "number_taken"
    worker.refresh_from_db()
    assert worker.id_number != other.id_number
    assert worker.revisions.exists() is False


def test_one_open_request_at_a_time_and_a_refused_one_may_be_asked_again():
    worker = a_worker(verified=True)
    attacker, officer = an_account(), an_officer()
    request = _ask(worker, user=attacker).request
    with pytest.raises(WorkerError) as refusal:
        _ask(worker, user=attacker)
    assert refusal.value.code == "request_open"
    link_refuse(request_id=request.pk, reason="不是本人", actor=officer, at=NOW)
    request.refresh_from_db()
    assert (request.state, request.decided_by, request.reason) == (LinkState.REFUSED, officer, "不是本人")
    assert _ask(worker, user=attacker).request.pk != request.pk
