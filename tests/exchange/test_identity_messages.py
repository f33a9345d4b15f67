"""A worker's real-name check goes to the register and its answer comes back, through every trouble."""

from datetime import timedelta

import pytest
import time_machine

from exchange.tasks import messages_send
from foundation.outbox.models import OutboxMessage
from tests.exchange.other_system import OtherSystem, Trouble, running
from tests.workers.builders import NOW, a_worker, an_id_number, an_officer
from workers.services import identity_check_record, identity_check_request, identity_override

pytestmark = pytest.mark.django_db

KEY = "identity-test-key"


@pytest.fixture(autouse=True)
def _now():
    with time_machine.travel(NOW, tick=True):
        yield


@pytest.fixture
def register(settings):
    system = OtherSystem(KEY, answer=lambda body, number: {"outcome": "match", "reference": f"ref-{number}"})
    with running(system) as address:
        settings.IDENTITY_CHECK = "http"
        settings.IDENTITY_CHECK_URL = f"{address}/check"
        settings.IDENTITY_CHECK_KEY = KEY
        yield system


def state_of(worker):
    worker.refresh_from_db()
    check = worker.checks.order_by("-pk")[0]
    message = OutboxMessage.objects.get(dedupe_key=f"identity-check:{check.pk}")
    return worker.identity_state, check.outcome, message.state


@pytest.mark.parametrize(
    ("sequence", "identity", "outcome"),
    [(2, "verified", "match"), (998, "mismatch", "mismatch"), (996, "declared", "unknown")],
)
def test_the_answer_of_the_register_reaches_the_file(sequence, identity, outcome):
    worker = a_worker(id_number=an_id_number(sequence=sequence))
    assert messages_send() == (1 if outcome == "unknown" else 2), "the check, and the text message with its result"
    assert state_of(worker) == (identity, outcome, "delivered")
    message = OutboxMessage.objects.get(topic="identity-check/1")
    assert message.receipt["outcome"] == outcome
    assert message.payload == ""


def test_a_register_that_is_out_twice_answers_the_third_time():
    worker = a_worker(id_number=an_id_number(sequence=997))
    for attempt, minutes in enumerate((1, 2, 3), start=1):
        with time_machine.travel(NOW + timedelta(minutes=minutes), tick=True):
            assert messages_send() == (2 if attempt == 3 else 1), "with the answer goes a text message"
        message = OutboxMessage.objects.get(topic="identity-check/1")
        assert message.attempts == attempt
    assert state_of(worker) == ("verified", "match", "delivered")


def test_the_citys_register_gets_name_and_number_and_the_log_gets_neither(register, caplog, capsys):
    worker = a_worker(name="李梅")
    register.troubles = [Trouble(status=503)]
    messages_send()
    message = OutboxMessage.objects.get(topic="identity-check/1")
    with time_machine.travel(message.not_before + timedelta(seconds=1), tick=True):
        messages_send()
    assert state_of(worker) == ("verified", "match", "delivered")
    body = {"reference": str(message.key), "name": "李梅", "id_number": worker.id_number}
    assert register.taken == {str(message.key): body}
    written = caplog.text + "".join(capsys.readouterr())
    assert "李梅" not in written
    assert worker.id_number not in written


def test_a_check_that_an_officer_settled_meanwhile_is_not_asked(register):
    worker = a_worker()
    identity_override(worker_id=worker.pk, is_verified=True, reason="已核对身份证原件", actor=an_officer(), at=NOW)
    assert messages_send() == 1
    assert register.calls == []
    assert OutboxMessage.objects.get(topic="identity-check/1").receipt == {"outcome": "closed"}
    worker.refresh_from_db()
    assert worker.identity_state == "verified"


def test_a_sender_killed_after_the_answer_was_kept_asks_nothing_again(register):
    worker = a_worker()
    check = worker.checks.get()
    identity_check_record(check_id=check.pk, outcome="match", reference="ref-1", at=NOW)
    assert messages_send() == 2, "the check, and the text message with its result"
    assert register.calls == []
    assert state_of(worker) == ("verified", "match", "delivered")


def test_a_check_the_register_refuses_ends_and_can_be_asked_again(register):
    register.troubles = [Trouble(status=422)]
    worker = a_worker()
    messages_send()
    assert state_of(worker) == ("declared", "unknown", "dead")
    identity_check_request(worker_id=worker.pk, actor=None, at=NOW)
    messages_send()
    assert state_of(worker) == ("verified", "match", "delivered")
