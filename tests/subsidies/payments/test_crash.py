"""Two at once, and a kill at every step: nobody is paid twice, nobody is lost, the books balance, the work goes on."""

import os
import signal
import time
from contextlib import suppress
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import connections

from subsidies.claims.models import Claim
from subsidies.payments.errors import PaymentError
from subsidies.payments.models import BankReturn, PaymentBatch, PaymentLine
from subsidies.payments.services import building, jobs, returning, signing
from subsidies.payments.services.building import batch_build
from subsidies.payments.services.jobs import job_ask, job_work
from subsidies.payments.services.signing import batch_send, batch_sign
from subsidies.payments.states import JobKind
from tests.foundation.test_outbox_parallel import in_threads
from tests.subsidies.payments.builders import ANSWERED, LATER, answer, built, finance, read, sent, signed, waiting

pytestmark = pytest.mark.django_db(transaction=True)
MODULES = {"build": building, "sign": signing, "send": signing, "read": returning}
PEOPLE = 3


def killed_at(module, place, mark, work):
    """Run ``work`` in a process of its own and kill it when it has just done ``place``."""
    honest = getattr(module, place)

    def hangs(*args, **fields):
        made = honest(*args, **fields)
        mark.touch()
        time.sleep(600)
        return made

    connections.close_all()
    child = os.fork()
    if child == 0:
        try:
            setattr(module, place, hangs)
            work()
        finally:
            os._exit(0)  # whatever happens, the child is never a second test runner
    ends_at = time.monotonic() + 30
    while not mark.exists() and time.monotonic() < ends_at:
        time.sleep(0.02)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    assert mark.exists(), f"{place} was never reached"


def the_books_agree():
    out = StringIO()
    with suppress(SystemExit):
        call_command("payments_reconcile", stdout=out)
    assert "不一致 0 处" in out.getvalue(), out.getvalue()


def everybody_is_paid_once():
    assert sorted(PaymentLine.objects.filter(state="paid").values_list("claim", flat=True)) == sorted(
        Claim.objects.values_list("pk", flat=True)
    )
    assert set(Claim.objects.values_list("state", flat=True)) == {"paid"}
    the_books_agree()


def states():
    return (
        sorted(Claim.objects.values_list("state", flat=True)),
        list(PaymentBatch.objects.values_list("state", flat=True)),
        sorted(PaymentLine.objects.values_list("state", flat=True)),
    )


def goes_on():
    """Whatever is left is done by the next officer."""
    officer = finance()
    if Claim.objects.filter(state="approved").exists():
        batch_build(fund="employment", actor=officer, at=LATER)
    for batch in PaymentBatch.objects.filter(state="built"):
        batch_sign(batch_id=batch.pk, actor=officer, at=LATER)
    for batch in PaymentBatch.objects.filter(state="signed"):
        batch_send(batch_id=batch.pk, actor=officer, at=LATER)
    for batch in PaymentBatch.objects.filter(state="sent"):
        assert read(answer(batch)).state == "read"


PLACES = {
    "build": ["checks_run", "claims_move", "audit_record"],
    "sign": ["stopped_remove", "audit_record"],
    "send": ["batch_move", "claims_move", "audit_record"],
    "read": ["file_keep", "claims_move", "batch_move"],
}


@pytest.mark.parametrize("kind", sorted(PLACES))
def test_killed_at_every_place_of_a_step_nothing_of_it_is_there_and_going_on_pays_everybody_once(tmp_path, kind):
    officer, content = finance(), b""
    if kind == "build":
        waiting(PEOPLE)
        fields = {"fund": "employment"}
    elif kind == "read":
        content = answer(sent(PEOPLE))
        fields = {"content": content}
    else:
        fields = {"batch_id": (built if kind == "sign" else signed)(PEOPLE).pk}
    job = job_ask(kind=JobKind(kind), actor=officer, at=LATER, size=PEOPLE, **fields)
    before, at = states(), ANSWERED if kind == "read" else LATER
    for place in PLACES[kind]:
        killed_at(MODULES[kind], place, tmp_path / place, lambda: job_work(job_id=job.pk, at=at))
        assert states() == before, place
        the_books_agree()
    done = job_work(job_id=job.pk, at=at)
    assert (done.state, states() != before) == ("done", True), done.message
    if kind == "read":
        assert returning.file_of(BankReturn.objects.get()) == content
    goes_on()
    everybody_is_paid_once()


def test_two_officers_building_at_once_share_no_claim_and_no_number():
    claims = waiting(6)
    officer = finance()

    def chosen(n):
        one = [claims[n].pk]
        return batch_build(fund="employment", claim_ids=one, actor=officer, at=LATER).number[-3:]

    assert sorted(in_threads(2, chosen)) == ["001", "002"]

    def build(_n):
        try:
            return batch_build(fund="employment", actor=officer, at=LATER).lines_count
        except PaymentError as refusal:
            return refusal.code

    assert sorted(map(str, in_threads(2, build))) == ["4", "nothing_to_pay"]
    assert sorted(PaymentBatch.objects.values_list("lines_count", flat=True)) == [1, 1, 4]
    goes_on()
    everybody_is_paid_once()


def outcomes(count, work):
    def once(_n):
        try:
            return work().state
        except PaymentError as refusal:
            return refusal.code

    return sorted(in_threads(count, once))


def test_signing_sending_and_reading_twice_at_once_happens_once():
    officer, batch = finance(), built(2)
    at = LATER + timedelta(minutes=1)
    assert outcomes(2, lambda: batch_sign(batch_id=batch.pk, actor=officer, at=at)) == ["signed", "wrong_state"]
    assert outcomes(2, lambda: batch_send(batch_id=batch.pk, actor=officer, at=at)) == ["sent", "wrong_state"]
    content = answer(batch)
    assert outcomes(3, lambda: read(content)) == ["read", "read", "read"]
    assert BankReturn.objects.count() == 1
    everybody_is_paid_once()


def test_a_job_that_several_hands_take_is_done_once_and_one_left_lying_is_found():
    waiting(2)
    job = job_ask(kind=JobKind.BUILD, actor=finance(), at=LATER, size=1000, fund="employment")
    assert jobs.jobs_silent(at=LATER + timedelta(seconds=30)) == []
    assert jobs.jobs_silent(at=LATER + timedelta(minutes=2)) == [job.pk]
    in_threads(3, lambda _n: job_work(job_id=job.pk, at=LATER).pk)
    assert PaymentBatch.objects.count() == 1
    assert jobs.jobs_silent(at=LATER + timedelta(minutes=5)) == []
