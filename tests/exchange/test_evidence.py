"""Evidence on the line: once and in order whoever sends or dies, and answers by those who may give them."""

import json
import time
from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from exchange.evidence import EvidenceAdapter
from exchange.models import InboundMessage
from exchange.signing import SIGNATURE_HEADER, TIMESTAMP_HEADER, signature
from exchange.tasks import inbound_handle, messages_send
from foundation.outbox.models import OutboxMessage
from foundation.outbox.services import message_deliver, messages_lease
from foundation.privacy.services import consent_withdraw
from residency.evidence.models import EvidencePack
from residency.evidence.states import TOPIC, Receiver
from tests.exchange.other_system import OtherSystem, Trouble, running
from tests.exchange.test_killed_sender import send_and_be_killed_when
from tests.foundation.test_outbox_parallel import in_threads
from tests.residency.evidence.builders import a_certificate, a_known_worker, an_answer, consent_for, sent

KEY = "office-test-key"
PATH = "/exchange/evidence/results/"
TAKEN = {"receipt": "R-1"}


@pytest.fixture
def office(settings):
    system = OtherSystem(KEY, answer=lambda body, number: {"receipt": f"R-{number}"})
    with running(system) as address:
        settings.EVIDENCE_RECEIVERS = {
            one.value: {"url": f"{address}/{one.value}/messages", "key": KEY if n == 0 else f"{KEY}-{n}"}
            for n, one in enumerate(Receiver)
        }
        yield system


def taken(office):
    """Person and sequence of everything taken, in order."""
    return [(one["document"]["subject"]["reference"], one["document"]["sequence"]) for one in office.taken.values()]


@pytest.mark.django_db(transaction=True)
def test_a_killed_senders_pack_goes_out_after_the_lease_and_only_once(office):
    office.troubles = [Trouble(delay=0.5)]
    pack = sent(a_known_worker(), at=timezone.now())
    OutboxMessage.objects.exclude(topic=TOPIC).delete()
    send_and_be_killed_when(lambda: office.calls)
    message = OutboxMessage.objects.get()
    assert (message.state, message.attempts) == ("in_flight", 1)
    assert messages_send() == 0
    with time_machine.travel(timezone.now() + timedelta(minutes=1, seconds=1), tick=True):
        assert messages_send() == 1
    pack.refresh_from_db()
    assert (pack.state, pack.receipt) == ("delivered", "R-1")
    assert [call["key"] for call in office.calls] == [str(message.key)] * 2
    assert len(office.taken) == 1


@pytest.mark.django_db(transaction=True)
def test_killed_before_the_answer_was_read_and_withdrawn_meanwhile_the_order_to_delete_follows(office):
    office.troubles = [Trouble(delay=0.5)]
    worker = a_known_worker()
    pack = sent(worker, at=timezone.now())
    OutboxMessage.objects.exclude(topic=TOPIC).delete()
    send_and_be_killed_when(lambda: office.calls)
    consent_withdraw(consent_id=consent_for(worker).pk, actor=worker.user, at=timezone.now())
    for minutes in (2, 4):
        with time_machine.travel(timezone.now() + timedelta(minutes=minutes), tick=True):
            messages_send()
    pack.refresh_from_db()
    assert (pack.state, pack.message.state) == ("withdrawn", "cancelled")
    schemas = [one["document"]["schema"] for one in office.taken.values()]
    assert schemas[-1] == "evidence-withdrawal/1"
    assert schemas.count("evidence-pack/1") <= 1


@pytest.mark.django_db(transaction=True)
def test_parallel_senders_with_failures_deliver_each_once_and_in_order_of_the_person(office):
    workers = [a_known_worker(name=name) for name in ("李梅", "王芳", "陈静")]
    for worker in workers:
        pack = sent(worker, at=timezone.now())
        # A delivered first version, a withdrawal, then a new version: three messages that must stay in order.
        OutboxMessage.objects.filter(pk=pack.message_id).update(attempts=1)
        consent_withdraw(consent_id=consent_for(worker).pk, actor=worker.user, at=timezone.now())
        a_certificate(worker, level=3)
        sent(worker, at=timezone.now())
    office.troubles = [Trouble(status=503), Trouble(hang_up=True, after_taking=True), Trouble(status=503)]
    clock = [timezone.now()]

    def sender(index):
        for _round in range(12):
            for message in messages_lease(2, now=clock[0], topics=[TOPIC]):
                message_deliver(message, EvidenceAdapter().send, clock=lambda: clock[0])
            clock[0] += timedelta(minutes=5)

    in_threads(3, sender)
    assert set(OutboxMessage.objects.filter(topic=TOPIC).values_list("state", flat=True)) == {"cancelled", "delivered"}
    found = {}
    for person, sequence in taken(office):
        found.setdefault(person, []).append(sequence)
    assert sorted(found.values()) == [[2, 3]] * 3
    assert set(EvidencePack.objects.filter(version=2).values_list("state", flat=True)) == {"delivered"}


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("trouble", "state", "code"),
    [
        (Trouble(status=503), "waiting", "http_503"),
        (Trouble(status=429, headers={"Retry-After": "600"}), "waiting", "http_429"),
        (Trouble(status=422), "dead", "http_422"),
        (Trouble(status=401), "dead", "http_401"),
        (Trouble(hang_up=True), "waiting", "unreachable"),
        (Trouble(raw=b"{}"), "waiting", "bad_answer"),
        (Trouble(raw=b'{"receipt": ""}'), "waiting", "bad_answer"),
        (Trouble(raw=b'{"receipt": 5}'), "waiting", "bad_answer"),
    ],
)
def test_what_becomes_of_a_message_that_is_not_taken(office, trouble, state, code):
    office.troubles = [trouble]
    pack = sent(a_known_worker(), at=timezone.now())
    messages_send()
    pack.message.refresh_from_db()
    pack.refresh_from_db()
    assert (pack.message.state, pack.message.last_error_code, pack.state) == (state, code, "queued")
    assert "19900001234" not in pack.message.last_error


@pytest.mark.django_db
def test_the_receipt_is_kept_with_the_message_and_names_nobody(office):
    pack = sent(a_known_worker(), at=timezone.now())
    messages_send()
    pack.message.refresh_from_db()
    assert (pack.message.receipt, pack.message.payload) == (TAKEN, "")


def post(body, *, key=KEY, at=None):
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    timestamp = str(int(time.time() if at is None else at))
    headers = {
        TIMESTAMP_HEADER: timestamp,
        SIGNATURE_HEADER: signature(key, timestamp=timestamp, path=PATH, body=content),
    }
    return Client(enforce_csrf_checks=True).post(PATH, content, content_type="application/json", headers=headers)


@pytest.fixture
def pack(office):
    found = sent(a_known_worker(), at=timezone.now())
    messages_send()
    found.refresh_from_db()
    return found


@pytest.mark.django_db
def test_an_answer_is_kept_as_it_came_and_applied_once(pack):
    body = an_answer(pack, "accepted")
    answers = [post(body) for _again in range(3)]
    assert {one.content for one in answers} == {answers[0].content}
    assert answers[0].json() == {"id": body["id"], "accepted": True}
    stored = InboundMessage.objects.get(source="evidence-result/1")
    assert [inbound_handle(stored.pk) for _again in range(2)] == ["handled", "handled"]
    pack.refresh_from_db()
    assert (pack.state, pack.results.count()) == ("accepted", 1)


@pytest.mark.django_db
def test_one_number_for_two_answers_is_refused(pack):
    body = an_answer(pack, "accepted")
    assert post(body).status_code == 200
    assert post(body | {"case_number": "另一个"}).status_code == 409
    assert InboundMessage.objects.filter(source="evidence-result/1").count() == 1


@pytest.mark.django_db
def test_an_office_answers_for_itself_only(pack):
    body = an_answer(pack, "accepted")
    for response in (
        post(body, key=f"{KEY}-1"),
        post(body | {"receiver": "talent_register"}),
        post(body, key="nobodys"),
        post(body, key=""),
        post(body, at=time.time() - 301),
    ):
        assert (response.status_code, response.json()) == (401, {"error": "not_genuine"})
    # With its own key, but about a pack that never went to it: kept, and given up.
    stranger = body | {"receiver": "talent_register"}
    assert post(stranger, key=f"{KEY}-1").status_code == 200
    assert inbound_handle(InboundMessage.objects.get(source="evidence-result/1").pk) == "failed"
    pack.refresh_from_db()
    assert pack.state == "delivered"


@pytest.mark.django_db
@pytest.mark.parametrize("body", [b"", b"[]", b"\xff", b"[" * 30_000, b"{}", b'{"schema": "evidence-result/1"}'])
def test_what_is_no_answer_is_refused(office, body):
    assert post(body).status_code == 400
    assert InboundMessage.objects.exists() is False


@pytest.mark.django_db
def test_a_large_body_is_refused_unread(office):
    assert post(b" " * (64 * 1024 + 1)).status_code == 413
