"""One worker per number; the real-name check; the officer's word; corrections that carry everything along."""

import threading
from datetime import date
from io import StringIO

import pytest
from cryptography.fernet import Fernet
from django.core.exceptions import PermissionDenied
from django.core.management import call_command
from django.db import DatabaseError, IntegrityError, connection, transaction

from foundation.accounts.states import Role
from foundation.audit.models import AuditEvent
from foundation.outbox.models import OutboxMessage
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
from workers.models import IdentityCheck, IdentityCheckOutcome, IdentityRevision, Worker, WorkerEvent
from workers.services import (
    JobEntry,
    employment_add,
    identity_check_input,
    identity_check_record,
    identity_check_request,
    identity_correct,
    identity_declare,
    identity_override,
    worker_ensure,
)
from workers.services.common import identity_move
from workers.signals import worker_identity_corrected
from workers.states import IDENTITY_MOVES, AccountProof, CheckState, IdentityState

pytestmark = pytest.mark.django_db


def _counts():
    return [model.objects.count() for model in (Worker, WorkerEvent, IdentityCheck, AuditEvent, OutboxMessage)]


def test_a_declaration_opens_a_file_and_asks_the_real_name_service():
    number = an_id_number(born=date(1978, 5, 6))
    worker = a_worker(name=" 李 梅 ", id_number=f"'{number.lower()}")
    assert (worker.name, worker.id_number) == ("李梅", number)
    assert (worker.sex, worker.birth_year, worker.birth_on) == ("female", 1978, date(1978, 5, 6))
    assert worker.identity_state == IdentityState.CHECKING
    check = worker.checks.get()
    message = OutboxMessage.objects.get(topic="identity-check/1")
    assert message.content == {"check_id": check.pk}
    assert identity_check_input(check_id=check.pk).name == "李梅"
    check.refresh_from_db()
    assert check.attempts == 1


def test_the_name_and_number_are_nowhere_in_plain():
    worker = a_worker(name="李梅梅")
    with connection.cursor() as cursor:
        for table in ("workers_worker", "workers_workerevent", "audit_auditevent", "outbox_outboxmessage"):
            cursor.execute(f"SELECT string_agg(t::text, ' ') FROM {table} t")
            text = cursor.fetchone()[0]
            assert worker.id_number not in text
            assert "李梅梅" not in text
    assert worker.id_number not in str(worker)


@pytest.mark.parametrize(
    ("outcome", "state", "check_state", "is_verified"),
    [
        ("match", IdentityState.VERIFIED, CheckState.ANSWERED, True),
        ("mismatch", IdentityState.MISMATCH, CheckState.ANSWERED, False),
        ("unknown", IdentityState.DECLARED, CheckState.FAILED, False),
    ],
)
def test_each_answer_moves_the_identity(outcome, state, check_state, is_verified):
    worker = a_worker()
    answer(worker, outcome)
    assert worker.identity_state == state
    assert worker.checks.get().state == check_state
    assert (worker.verified_at == NOW) is is_verified
    assert worker.account_proof == (AccountProof.CHECK if is_verified else AccountProof.NONE)


def test_the_same_answer_twice_is_one_answer_and_a_late_one_changes_nothing():
    worker = a_worker(verified=True)
    check = worker.checks.get()
    identity_check_record(check_id=check.pk, outcome="match", reference=f"T{check.pk}", at=NOW)
    assert IdentityCheckOutcome.objects.count() == 1
    identity_check_record(check_id=check.pk, outcome="mismatch", reference="late", at=NOW)
    worker.refresh_from_db()
    assert worker.identity_state == IdentityState.VERIFIED
    assert list(IdentityCheckOutcome.objects.values_list("outcome", "is_applied")) == [
        ("match", True),
        ("mismatch", False),
    ]


def test_an_answer_about_words_that_were_corrected_since_is_kept_and_not_used():
    worker = a_worker()
    check = worker.checks.get()
    officer = an_officer()
    identity_correct(worker_id=worker.pk, name="李玫", id_number=worker.id_number, reason="笔误", actor=officer, at=NOW)
    identity_check_record(check_id=check.pk, outcome="match", reference="old", at=NOW)
    worker.refresh_from_db()
    assert worker.identity_state == IdentityState.CHECKING
    with pytest.raises(WorkerError) as refusal:
        identity_check_input(check_id=check.pk)
    assert refusal.value.code == "check_closed"


def test_an_outage_costs_a_verified_worker_nothing_and_a_mismatch_does():
    worker = a_worker(verified=True)
    identity_check_request(worker_id=worker.pk, actor=an_officer(), at=NOW)
    answer(worker, "unknown")
    assert worker.identity_state == IdentityState.VERIFIED
    identity_check_request(worker_id=worker.pk, actor=an_officer(), at=NOW)
    answer(worker, "mismatch")
    assert worker.identity_state == IdentityState.MISMATCH


def test_a_check_asked_for_twice_is_one_check():
    worker = a_worker()
    first = worker.checks.get()
    assert identity_check_request(worker_id=worker.pk, actor=None, at=NOW) == first
    assert OutboxMessage.objects.filter(topic="identity-check/1").count() == 1


@pytest.mark.parametrize("move", list(IDENTITY_MOVES))
@pytest.mark.parametrize("state", list(IdentityState))
def test_only_the_moves_of_the_table_are_possible(move, state):
    worker = a_roster_worker()
    Worker.objects.filter(pk=worker.pk).update(
        identity_state=state, verified_at=NOW if state == IdentityState.VERIFIED else None
    )
    worker.refresh_from_db()
    events = WorkerEvent.objects.count()
    if state in IDENTITY_MOVES[move].sources:
        identity_move(worker, move, actor=None, at=NOW, reason="理由")
        assert worker.identity_state == IDENTITY_MOVES[move].target
        assert WorkerEvent.objects.count() == events + 1
    else:
        with pytest.raises(WorkerError) as refusal:
            identity_move(worker, move, actor=None, at=NOW, reason="理由")
        assert refusal.value.code == "wrong_state"
        worker.refresh_from_db()
        assert worker.identity_state == state
        assert WorkerEvent.objects.count() == events


@pytest.mark.parametrize(
    "change", [{"identity_state": "verified"}, {"identity_state": "happy"}, {"account_proof": "officer", "user": None}]
)
def test_the_database_refuses_a_state_that_makes_no_sense(change):
    worker = a_worker()
    with pytest.raises(IntegrityError), transaction.atomic():
        Worker.objects.filter(pk=worker.pk).update(**change)


@pytest.mark.parametrize("model", [WorkerEvent, IdentityCheckOutcome, IdentityRevision])
def test_history_is_only_added_to(model):
    worker = a_worker(verified=True)
    identity_correct(
        worker_id=worker.pk, name="李玫", id_number=worker.id_number, reason="笔误", actor=an_officer(), at=NOW
    )
    row = model.objects.first()
    with pytest.raises(DatabaseError), transaction.atomic():
        model.objects.filter(pk=row.pk).delete()
    with pytest.raises(DatabaseError), transaction.atomic():
        model.objects.filter(pk=row.pk).update(at=NOW.replace(year=2020))


def test_a_new_key_can_still_write_old_names_again():
    worker = a_worker()
    identity_correct(
        worker_id=worker.pk, name="李玫", id_number=worker.id_number, reason="笔误", actor=an_officer(), at=NOW
    )
    revision = IdentityRevision.objects.get()
    with pytest.raises(DatabaseError), transaction.atomic():
        revision.save(update_fields=["name", "id_number", "id_number_index"])
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL foundation.rotating_keys = 'on'")
    revision.save(update_fields=["name", "id_number", "id_number_index"])
    with pytest.raises(DatabaseError), transaction.atomic():
        IdentityRevision.objects.update(reason="别的")


@pytest.mark.parametrize("role", sorted(set(Role) - {Role.OFFICER_INTAKE, Role.OFFICER_REVIEW, Role.WORKER}))
def test_only_intake_and_review_stand_in_for_the_check_or_correct(role):
    worker = a_worker()
    other = an_officer(role)
    before = _counts()
    with pytest.raises(PermissionDenied):
        identity_override(worker_id=worker.pk, is_verified=True, reason="看过证件", actor=other, at=NOW)
    with pytest.raises(PermissionDenied):
        identity_correct(worker_id=worker.pk, name="王芳", id_number=worker.id_number, reason="x", actor=other, at=NOW)
    assert _counts() == before


def test_an_override_needs_a_reason_and_leaves_one():
    worker = a_worker()
    officer = an_officer()
    before = _counts()
    with pytest.raises(WorkerError) as refusal:
        identity_override(worker_id=worker.pk, is_verified=True, reason="  ", actor=officer, at=NOW)
    assert refusal.value.code == "reason_missing"
    assert _counts() == before
    identity_override(worker_id=worker.pk, is_verified=True, reason="生僻字，已核对证件", actor=officer, at=NOW)
    worker.refresh_from_db()
    assert worker.identity_state == IdentityState.VERIFIED
    assert worker.account_proof == AccountProof.NONE
    assert worker.checks.get().state == CheckState.SUPERSEDED
    event = worker.events.get(action="identity.override_verify")
    assert (event.actor, event.reason, event.source) == (officer, "生僻字，已核对证件", "checking")
    assert AuditEvent.objects.filter(action="workers.identity.overridden", actor=officer).count() == 1


def test_a_correction_keeps_the_row_and_all_that_hangs_on_it():
    worker = a_worker(name="李悔", verified=True)
    old_number, officer = worker.id_number, an_officer()
    job = employment_add(
        worker_id=worker.pk,
        entry=JobEntry("家庭雇主", "月嫂", "household", date(2020, 1, 1)),
        actor=worker.user,
        at=NOW,
    )
    heard = []

    def listener(sender, **facts):
        heard.append((facts["worker"].pk, facts["name_changed"], facts["id_number_changed"]))

    worker_identity_corrected.connect(listener)
    try:
        new_number = an_id_number(born=date(1978, 5, 8), sequence=4)
        identity_correct(
            worker_id=worker.pk, name="李梅", id_number=new_number, reason="户口本更正", actor=officer, at=NOW
        )
    finally:
        worker_identity_corrected.disconnect(listener)
    worker.refresh_from_db()
    assert (worker.name, worker.id_number, worker.birth_on) == ("李梅", new_number, date(1978, 5, 8))
    assert worker.identity_state == IdentityState.CHECKING
    assert worker.account_proof == AccountProof.CHECK
    assert heard == [(worker.pk, True, True)]
    assert list(worker.employments.values_list("pk", flat=True)) == [job.pk]
    revision = worker.revisions.get()
    assert (revision.name, revision.id_number, revision.reason) == ("李悔", old_number, "户口本更正")
    assert worker.checks.filter(state=CheckState.WAITING).count() == 1
    assert worker_ensure(name="李梅", id_number=new_number, source="名册", actor=officer, at=NOW)[0] == worker


def test_a_receiver_that_fails_undoes_the_correction():
    worker = a_worker(name="李悔")

    def listener(sender, **facts):
        raise RuntimeError

    worker_identity_corrected.connect(listener)
    try:
        with pytest.raises(RuntimeError):
            identity_correct(
                worker_id=worker.pk, name="李梅", id_number=worker.id_number, reason="x", actor=an_officer(), at=NOW
            )
    finally:
        worker_identity_corrected.disconnect(listener)
    worker.refresh_from_db()
    assert worker.name == "李悔"
    assert IdentityRevision.objects.exists() is False


def test_a_correction_to_a_number_of_another_file_is_refused():
    other, worker = a_worker(), a_worker()
    officer = an_officer()
    before = _counts()
    with pytest.raises(WorkerError) as refusal:
        identity_correct(worker_id=worker.pk, name="李梅", id_number=other.id_number, reason="x", actor=officer, at=NOW)
    assert refusal.value.code == "number_taken"
    assert _counts() == before
    assert IdentityRevision.objects.exists() is False


def test_a_roster_finds_the_file_and_refuses_another_name():
    worker = a_worker(name="李梅")
    officer = an_officer()
    found, is_new = worker_ensure(
        name="李梅", id_number=worker.id_number, source="名册", actor=officer, at=NOW, contact_phone="19900008888"
    )
    assert (found.pk, is_new, found.contact_phone) == (worker.pk, False, "19900008888")
    assert worker.events.filter(action="phone.differs").count() == 1
    before = _counts()
    with pytest.raises(WorkerError) as refusal:
        worker_ensure(name="王芳", id_number=worker.id_number, source="名册", actor=officer, at=NOW)
    assert refusal.value.code == "name_differs"
    assert _counts() == before


@pytest.mark.django_db(transaction=True)
def test_two_people_typing_one_number_at_the_same_moment_make_one_file():
    number = an_id_number(born=date(1980, 1, 1))
    accounts = [an_account() for _n in range(4)]
    start = threading.Barrier(4)
    outcomes = []

    def declare(account):
        start.wait()
        try:
            outcomes.append(identity_declare(user=account, name="李梅", id_number=number, at=NOW))
        finally:
            connection.close()

    threads = [threading.Thread(target=declare, args=(account,)) for account in accounts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert Worker.objects.count() == 1
    assert len(outcomes) == 4
    assert sum(outcome.worker is not None for outcome in outcomes) == 1
    assert sum(outcome.request is not None for outcome in outcomes) == 3


def test_old_names_and_numbers_move_to_a_new_key_and_stay_otherwise_unchangeable(settings):
    old, new = settings.PRIVACY_KEYS[0], Fernet.generate_key().decode()
    worker = a_worker(name="李梅")
    identity_correct(
        worker_id=worker.pk, name="李玫", id_number=worker.id_number, reason="笔误", actor=an_officer(), at=NOW
    )
    settings.PRIVACY_KEYS = [new, old]
    call_command("privacy_rotate_keys", stdout=StringIO())
    settings.PRIVACY_KEYS = [new]
    revision = IdentityRevision.objects.get()
    assert revision.name == "李梅"
    with pytest.raises(IntegrityError), transaction.atomic():
        IdentityRevision.objects.filter(pk=revision.pk).update(reason="别的原因")
