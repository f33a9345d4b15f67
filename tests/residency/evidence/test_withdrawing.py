"""Her consent ends: nothing goes any more, and what went is to be deleted."""

import json
from datetime import timedelta

import pytest

from foundation.outbox.errors import TransientDeliveryError
from foundation.outbox.models import OutboxMessage
from foundation.outbox.services import message_deliver, messages_lease
from foundation.privacy.services import consent_withdraw
from residency.evidence.errors import EvidenceError
from residency.evidence.models import EvidenceWithdrawal
from residency.evidence.rules.documents import problems
from residency.evidence.services import parcel_delivered, parcel_of, result_record
from residency.evidence.states import Receiver
from tests.residency.evidence.builders import (
    NOW,
    a_certificate,
    a_known_worker,
    answered,
    connected,
    consent_for,
    sent,
)

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(hours=1)
TOPIC = "evidence-pack/1"


@pytest.fixture(autouse=True)
def _connected(settings):
    settings.EVIDENCE_RECEIVERS = connected()


def leased():
    OutboxMessage.objects.filter(topic=TOPIC).update(not_before=NOW)
    return messages_lease(10, now=LATER, topics=[TOPIC])


def withdraw(worker, receiver=Receiver.RESIDENCY_DESK):
    consent_withdraw(consent_id=consent_for(worker, receiver).pk, actor=worker.user, at=LATER)


def test_what_waits_is_cancelled_with_the_consent_and_nobody_hears_of_her():
    worker = a_known_worker()
    pack = sent(worker)
    withdraw(worker)
    pack.refresh_from_db()
    assert (pack.state, pack.message.state) == ("cancelled", "cancelled")
    assert leased() == []
    assert EvidenceWithdrawal.objects.exists() is False
    with pytest.raises(EvidenceError) as refusal:
        parcel_of(content={"pack": pack.pk})
    assert refusal.value.code == "not_to_send"


def test_what_was_delivered_is_to_be_deleted():
    worker = a_known_worker()
    pack = sent(worker)
    parcel_delivered(content={"pack": pack.pk}, receipt="R-1", at=NOW)
    withdraw(worker)
    pack.refresh_from_db()
    order = EvidenceWithdrawal.objects.get()
    document = json.loads(order.content)
    assert problems(document, "evidence-withdrawal/1") == []
    assert (pack.state, order.state, order.sequence) == ("withdrawn", "queued", 2)
    assert (document["through_sequence"], document["packs"]) == (1, [str(pack.reference)])
    assert worker.id_number not in order.content
    assert worker.name not in order.content
    parcel = parcel_of(content={"withdrawal": order.pk})
    assert parcel.document == document
    parcel_delivered(content={"withdrawal": order.pk}, receipt="R-2", at=LATER)
    body = {
        "schema": "evidence-result/1", "id": "d-1", "receiver": "residency_desk", "about": "withdrawal",
        "reference": str(order.reference), "sequence": 2, "number": 1, "outcome": "deleted", "reasons": [],
        "case_number": "", "at": LATER.isoformat(),
    }  # fmt: skip
    for _twice in range(2):
        result_record(body=body, at=LATER, now=LATER)
    order.refresh_from_db()
    assert (order.state, order.results.count()) == ("confirmed", 1)


def test_a_pack_that_was_tried_once_may_have_arrived_so_it_is_recalled():
    worker = a_known_worker()
    pack = sent(worker)

    def lost(message):
        raise TransientDeliveryError("timeout")

    message_deliver(leased()[0], lost, clock=lambda: LATER)
    withdraw(worker)
    pack.refresh_from_db()
    assert pack.state == "withdrawn"
    assert EvidenceWithdrawal.objects.count() == 1
    assert [sorted(one.content) for one in leased()] == [["withdrawal"]]


def test_one_in_flight_is_followed_by_the_order_to_delete_and_never_sent_again():
    worker = a_known_worker()
    pack = sent(worker)
    flying = leased()[0]
    withdraw(worker)
    assert leased() == []
    message_deliver(flying, lambda message: pytest.fail("it was sent"), clock=lambda: LATER)
    pack.refresh_from_db()
    assert (pack.state, pack.delivered_at) == ("withdrawn", None)
    after = messages_lease(10, now=LATER + timedelta(minutes=2), topics=[TOPIC])
    assert [sorted(one.content) for one in after] == []
    assert [sorted(one.content) for one in messages_lease(10, now=LATER + timedelta(minutes=2), topics=[TOPIC])] == [
        ["withdrawal"]
    ]


def test_a_sender_that_was_in_the_call_notes_the_arrival_of_what_was_recalled():
    worker = a_known_worker()
    pack = sent(worker)
    flying = leased()[0]

    def send(message):
        parcel_of(content=message.content)
        withdraw(worker)
        parcel_delivered(content=message.content, receipt="R-1", at=LATER)
        return {"receipt": "R-1"}

    assert message_deliver(flying, send, clock=lambda: LATER) == "delivered"
    pack.refresh_from_db()
    assert (pack.state, pack.receipt) == ("withdrawn", "R-1")
    assert [sorted(one.content) for one in leased()] == [["withdrawal"]]


def test_the_withdrawal_stands_for_one_receiver_only():
    worker = a_known_worker()
    kept = sent(worker, Receiver.TALENT_REGISTER)
    sent(worker)
    withdraw(worker)
    kept.refresh_from_db()
    assert (kept.state, kept.message.state) == ("queued", "waiting")


def test_every_version_that_may_be_there_is_named():
    worker = a_known_worker()
    first = sent(worker)
    answered(first, "accepted")
    a_certificate(worker, level=3)
    second = sent(worker)
    answered(second, "accepted")
    withdraw(worker)
    document = json.loads(EvidenceWithdrawal.objects.get().content)
    assert document["packs"] == sorted([str(first.reference), str(second.reference)])
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.state, second.state) == ("superseded", "withdrawn")


def test_a_late_answer_about_what_was_withdrawn_is_kept_and_changes_nothing():
    worker = a_known_worker()
    pack = sent(worker)
    answered(pack, "received")
    withdraw(worker)
    pack.refresh_from_db()
    result = answered(pack, "accepted", number=2)
    assert (result.is_applied, pack.state) == (False, "withdrawn")
