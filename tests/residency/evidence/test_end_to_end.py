"""Against the real receiver, a process of its own: each delivered once, refused, corrected, accepted, deleted."""

from datetime import timedelta

import pytest
from django.utils import timezone

from exchange import http
from exchange.evidence import EvidenceAdapter
from exchange.models import InboundMessage
from exchange.tasks import inbound_handle
from foundation.outbox.models import OutboxMessage
from foundation.outbox.services import message_deliver, messages_lease
from foundation.privacy.services import consent_withdraw
from residency.evidence.models import EvidencePack, EvidenceResult, EvidenceWithdrawal
from residency.evidence.states import TOPIC, Receiver
from tests.residency.evidence.builders import a_certificate, a_known_worker, consent_for, sent
from tests.residency.evidence.receiver_process import RunningReceiver

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _fresh_connections():
    http._client.cache_clear()
    yield
    http._client().close()
    http._client.cache_clear()


@pytest.fixture
def receiver(tmp_path, settings, live_server):
    url = f"{live_server.url.replace('localhost', '127.0.0.1')}/exchange/evidence/results/"
    found = RunningReceiver(tmp_path, settings.CERTIFICATE_SIGNING_CERTIFICATE_FILE, url)
    settings.EVIDENCE_RECEIVERS = found.settings
    yield found.start()
    found.stop()


def run_outbox(now, *, take=10):
    """One run of the sender at a moment; gives what became of each message."""
    found = []
    while leased := messages_lease(take, now=now, topics=[TOPIC]):
        found += [message_deliver(one, EvidenceAdapter().send, clock=lambda: now) for one in leased]
    return found


def take_answers(receiver, count):
    receiver.until_answered(count)
    for pk in InboundMessage.objects.filter(state="received").values_list("pk", flat=True):
        inbound_handle(pk)


def test_a_refusal_is_corrected_and_accepted(receiver):
    worker, now = a_known_worker(level=None), timezone.now()
    first = sent(worker, at=now)
    assert run_outbox(timezone.now()) == ["delivered"]
    take_answers(receiver, 2)
    first.refresh_from_db()
    assert (first.state, first.version) == ("refused", 1)
    assert first.results.get(outcome="refused").codes == ["level_missing"]
    a_certificate(worker, level=4)
    second = sent(worker, at=timezone.now())
    assert run_outbox(timezone.now()) == ["delivered"]
    take_answers(receiver, 4)
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.state, second.state, second.version) == ("superseded", "accepted", 2)
    assert second.receipt == second.message.receipt["receipt"]
    assert receiver.packs() == [
        (str(second.file.reference), 1, "superseded"),
        (str(second.file.reference), 2, "accepted"),
    ]
    assert list(worker.events.filter(action__startswith="evidence.").values_list("action", flat=True)) == [
        "evidence.refused",
        "evidence.accepted",
    ]


def test_down_for_an_hour_nothing_is_lost_and_each_arrives_once_in_order(receiver):
    workers = [a_known_worker(name=name) for name in ("李梅", "王芳", "陈静")]
    start = timezone.now()
    receiver.control(down="1")
    packs = [sent(one, at=start) for one in workers]
    minutes = range(0, 61, 5)
    for minute in minutes:
        if minute == 30:
            a_certificate(workers[0], level=3)
            packs.append(sent(workers[0], at=timezone.now()))
        run_outbox(timezone.now() + timedelta(minutes=minute))
    assert receiver.packs() == []
    # Each of them says that it waits and how often it was tried.
    waiting = EvidencePack.objects.filter(state="queued")
    assert waiting.count() == 3
    assert all(one.message.state == "waiting" and one.message.attempts > 1 for one in waiting)
    assert set(waiting.values_list("message__last_error_code", flat=True)) == {"http_503"}
    receiver.control(delay_seconds="0")
    for hour in (3, 4):
        run_outbox(start + timedelta(hours=hour))
    assert sorted(receiver.arrivals().values()) == [[1], [1], [2]]
    assert {row["copies"] for row in receiver.overview()["messages"]} == {1}
    take_answers(receiver, 6)
    states = EvidencePack.objects.order_by("file", "version").values_list("version", "state")
    assert sorted(states) == [(1, "accepted"), (1, "accepted"), (1, "superseded"), (2, "accepted")]


def test_the_receiver_away_altogether_comes_back_with_what_it_had(receiver):
    worker, start = a_known_worker(), timezone.now()
    pack = sent(worker, at=start)
    receiver.stop()
    assert run_outbox(timezone.now()) == ["waiting"]
    pack.message.refresh_from_db()
    assert pack.message.last_error_code == "unreachable"
    receiver.start()
    assert run_outbox(start + timedelta(hours=1)) == ["delivered"]
    take_answers(receiver, 2)
    pack.refresh_from_db()
    assert pack.state == "accepted"


def test_the_same_message_sent_again_has_one_effect_and_the_same_receipt(receiver):
    pack = sent(a_known_worker(), at=timezone.now())
    message = messages_lease(1, now=timezone.now(), topics=[TOPIC])[0]
    receipts = {EvidenceAdapter().send(message)["receipt"] for _attempt in range(3)}
    assert len(receipts) == 1
    assert len(receiver.overview()["packs"]) == 1
    take_answers(receiver, 2)
    pack.refresh_from_db()
    assert (pack.state, EvidenceResult.objects.count()) == ("accepted", 2)
    assert pack.events.filter(action="delivered").count() == 1


def test_a_withdrawal_in_mid_queue_lets_nothing_through(receiver):
    worker = a_known_worker()
    sent(worker, at=timezone.now())
    consent_withdraw(consent_id=consent_for(worker).pk, actor=worker.user, at=timezone.now())
    assert run_outbox(timezone.now() + timedelta(hours=1)) == []
    assert receiver.overview()["messages"] == []
    assert EvidencePack.objects.get().state == "cancelled"


def test_what_was_delivered_is_deleted_there_after_a_withdrawal_and_we_hear_of_it(receiver):
    worker = a_known_worker()
    for one in (Receiver.RESIDENCY_DESK, Receiver.TALENT_REGISTER):
        sent(worker, one, at=timezone.now())
    run_outbox(timezone.now())
    take_answers(receiver, 4)
    consent_withdraw(consent_id=consent_for(worker).pk, actor=worker.user, at=timezone.now())
    assert run_outbox(timezone.now()) == ["delivered"]
    take_answers(receiver, 5)
    order = EvidenceWithdrawal.objects.get()
    assert (order.state, order.file.receiver) == ("confirmed", "residency_desk")
    assert sorted(row["state"] for row in receiver.overview()["packs"]) == ["accepted", "deleted"]
    # She may think better of it: a new consent, a new version, later in order than the deletion.
    again = sent(worker, at=timezone.now())
    assert run_outbox(timezone.now()) == ["delivered"]
    take_answers(receiver, 7)
    again.refresh_from_db()
    assert (again.state, again.sequence) == ("accepted", 3)


def test_a_letter_that_was_changed_on_the_way_is_refused_and_waits_for_a_person(receiver):
    pack = sent(a_known_worker(), at=timezone.now())
    message = OutboxMessage.objects.get(pk=pack.message_id)

    class Meddler(EvidenceAdapter):
        @staticmethod
        def _post(parcel, key):
            parcel.document["facts"]["level"] = []
            return EvidenceAdapter._post(parcel, key)

    leased = messages_lease(1, now=timezone.now(), topics=[TOPIC])
    assert message_deliver(leased[0], Meddler().send) == "dead"
    message.refresh_from_db()
    assert message.last_error_code == "http_422"
    assert receiver.packs() == []
    # The topic's listener notes it on the pack, which stays until somebody sends it again.
    pack.refresh_from_db()
    assert pack.state == "queued"
    assert pack.events.filter(action="stuck").count() == 1
