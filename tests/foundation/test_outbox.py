"""What a decision tells other systems is sent once, in order, and never lost."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.transaction import TransactionManagementError

from foundation.accounts.models import User
from foundation.audit.models import AuditEvent
from foundation.outbox.errors import OutboxError, RefusedError, TransientDeliveryError
from foundation.outbox.models import OutboxMessage
from foundation.outbox.policies import DeliveryPolicy, delivery_policy
from foundation.outbox.services import (
    message_deliver,
    message_enqueue,
    message_send_again,
    messages_cancel,
    messages_lease,
)
from foundation.outbox.signals import message_died
from foundation.outbox.states import MessageState
from foundation.sms.services import TOPIC as SMS

pytestmark = pytest.mark.django_db

NOON = datetime(2030, 3, 4, 4, 0, tzinfo=UTC)
TOPIC = "evidence/1"


class OtherSystem:
    """Takes each idempotency key once, and fails when told to."""

    def __init__(self, *failures):
        self.failures = list(failures)
        self.calls = []
        self.taken = {}

    def send(self, message):
        self.calls.append(message.key)
        if self.failures:
            raise self.failures.pop(0)
        self.taken.setdefault(message.key, message.content)
        return {"number": len(self.taken)}


def enqueue(n=1, **changes):
    return message_enqueue(
        **{"topic": TOPIC, "subject": "worker:1", "dedupe_key": f"evidence:{n}", "payload": {"n": n}} | changes
    )


def lease(now=NOON, limit=50, **kwargs):
    return messages_lease(limit, now=now, **kwargs)


def deliver(message, send, now=NOON):
    return message_deliver(message, send, clock=lambda: now)


@pytest.fixture
def administrator():
    return User.objects.create(username="administrator", name="赵管理")


@pytest.fixture
def dead_message():
    message = enqueue()
    [leased] = lease()
    deliver(leased, OtherSystem(RefusedError("http_422", "no")).send)
    return OutboxMessage.objects.get(pk=message.pk)


def test_a_message_is_stored_encrypted_and_scrubbed_once_delivered():
    enqueue(payload={"name": "李梅"})
    with connection.cursor() as cursor:
        cursor.execute("SELECT payload FROM outbox_outboxmessage")
        assert "李梅".encode() not in bytes(cursor.fetchone()[0])
    [message] = lease()
    other = OtherSystem()
    assert deliver(message, other.send) == MessageState.DELIVERED
    message.refresh_from_db()
    assert (message.payload, message.content, message.receipt) == ("", {}, {"number": 1})
    assert (message.delivered_at, message.leased_until) == (NOON, None)
    assert message.keep_until == (NOON + timedelta(days=180)).date()
    assert len(message.payload_sha256) == 64
    assert other.taken == {message.key: {"name": "李梅"}}


def test_the_same_dedupe_key_gives_the_message_that_is_there():
    assert enqueue().pk == enqueue().pk
    assert enqueue(topic="evidence/2").pk != enqueue().pk
    with pytest.raises(IntegrityError), transaction.atomic():
        OutboxMessage.objects.create(topic=TOPIC, dedupe_key="evidence:1", subject="worker:1")


@pytest.mark.parametrize(
    "changes",
    [
        {"topic": "evidence"},
        {"topic": "Evidence/1"},
        {"subject": "worker:350201198805060024"},
        {"dedupe_key": "code:19900001234"},
    ],
)
def test_a_topic_without_version_and_a_key_that_names_a_person_are_refused(changes):
    with pytest.raises(ValueError, match="topic"):
        enqueue(**changes)
    assert OutboxMessage.objects.exists() is False


@pytest.mark.django_db(transaction=True)
def test_nothing_is_enqueued_outside_a_transaction():
    with pytest.raises(TransactionManagementError):
        enqueue()
    assert OutboxMessage.objects.exists() is False


@pytest.mark.django_db(transaction=True)
def test_nothing_is_sent_inside_a_transaction():
    with transaction.atomic():
        enqueue()
    [message] = lease()
    other = OtherSystem()
    with pytest.raises(RuntimeError, match="durable"), transaction.atomic():
        deliver(message, other.send)
    assert other.calls == []


def test_a_leased_message_is_nobody_elses_until_the_lease_ends():
    enqueue()
    [message] = lease()
    assert (message.state, message.attempts, message.leased_until) == ("in_flight", 1, NOON + timedelta(minutes=1))
    assert lease() == []
    assert lease(NOON + timedelta(seconds=59)) == []
    [again] = lease(NOON + timedelta(minutes=1))
    assert (again.pk, again.attempts, again.key) == (message.pk, 2, message.key)


def test_a_sender_killed_between_sending_and_storing_is_repeated_with_the_same_key():
    enqueue()
    other = OtherSystem()
    [message] = lease()

    def send_and_be_killed(message):
        other.send(message)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        deliver(message, send_and_be_killed)
    later = NOON + timedelta(minutes=2)
    [again] = lease(later)
    assert deliver(again, other.send, later) == MessageState.DELIVERED
    assert other.calls == [message.key, message.key]
    assert other.taken == {message.key: {"n": 1}}


def test_a_sender_whose_lease_was_taken_over_sends_nothing_and_stores_nothing():
    enqueue()
    [slow] = lease()
    [fast] = lease(NOON + timedelta(minutes=2))
    other = OtherSystem()
    assert deliver(slow, other.send, NOON + timedelta(minutes=2)) is None
    assert other.calls == []
    assert deliver(fast, other.send, NOON + timedelta(minutes=2)) == MessageState.DELIVERED


def test_a_success_counts_even_when_the_lease_was_lost_on_the_way():
    enqueue()
    [message] = lease()
    taken_over = []

    def slow_success(message):
        taken_over.extend(lease(NOON + timedelta(hours=1)))
        return {"number": 7}

    assert deliver(message, slow_success) == MessageState.DELIVERED
    assert deliver(taken_over[0], OtherSystem().send) is None
    message.refresh_from_db()
    assert message.receipt == {"number": 7}


def test_failures_that_heal_wait_two_four_eight_minutes_and_the_eighth_is_the_last():
    enqueue()
    now, waits = NOON, []
    for _ in range(7):
        [message] = lease(now)
        assert deliver(message, OtherSystem(TransientDeliveryError("http_503", "Answer 503.")).send, now) == "waiting"
        message.refresh_from_db()
        waits.append((message.not_before - now) // timedelta(minutes=1))
        assert lease(message.not_before - timedelta(seconds=1)) == []
        now = message.not_before
    assert waits == [2, 4, 8, 16, 32, 64, 128]
    [message] = lease(now)
    assert deliver(message, OtherSystem(TransientDeliveryError("http_503", "Answer 503.")).send, now) == "dead"
    message.refresh_from_db()
    assert (message.state, message.attempts, message.last_error_code) == ("dead", 8, "http_503")
    assert message.content == {"n": 1}
    assert lease(now + timedelta(days=30)) == []


def test_the_other_side_may_ask_for_a_longer_pause():
    enqueue()
    [message] = lease()
    deliver(message, OtherSystem(TransientDeliveryError("http_429", retry_after=600)).send)
    message.refresh_from_db()
    assert message.not_before == NOON + timedelta(minutes=10)


def test_text_messages_are_tried_again_after_seconds():
    policy = delivery_policy(SMS)
    assert [policy.wait_after(n).total_seconds() for n in (1, 2, 3, 9, 10, 16)] == [2, 4, 8, 512, 900, 900]
    assert DeliveryPolicy().wait_after(60) == timedelta(hours=4)


def test_a_refusal_is_final_and_its_reason_is_kept_masked():
    enqueue()
    [message] = lease()
    heard = []
    message_died.connect(lambda message, **kwargs: heard.append(message.pk), weak=False, dispatch_uid="test")
    try:
        deliver(message, OtherSystem(RefusedError("http_422", "unknown number 35020119880506002X")).send)
    finally:
        message_died.disconnect(dispatch_uid="test")
    message.refresh_from_db()
    assert (message.state, message.last_error_code) == ("dead", "http_422")
    assert message.last_error == "unknown number 350***********002X"
    assert heard == [message.pk]


def test_a_fault_in_an_adapter_is_counted_and_its_text_is_not_kept(caplog):
    enqueue(1)
    enqueue(2, subject="worker:2")
    first, second = lease()
    assert deliver(first, OtherSystem(KeyError("李梅")).send) == MessageState.WAITING
    assert deliver(second, OtherSystem().send) == MessageState.DELIVERED
    first.refresh_from_db()
    assert (first.last_error_code, first.last_error) == ("internal", "KeyError")
    assert "李梅" not in caplog.text


def test_a_message_that_kills_every_sender_dies():
    message = enqueue()
    now = NOON
    for _ in range(8):
        assert len(lease(now)) == 1
        now += timedelta(minutes=2)
    assert lease(now) == []
    message.refresh_from_db()
    assert (message.state, message.last_error_code) == ("dead", "sender_lost")


def test_ordered_messages_about_one_subject_leave_one_after_the_other():
    first = enqueue(1, ordered=True)
    second = enqueue(2, ordered=True)
    enqueue(3, ordered=True, subject="worker:2")
    enqueue(4, ordered=True, topic="other/1")
    enqueue(5)
    leased = lease()
    assert [message.content["n"] for message in leased] == [1, 3, 4, 5]
    later = NOON + timedelta(minutes=30)
    assert deliver(leased[0], OtherSystem(TransientDeliveryError("timeout")).send) == MessageState.WAITING
    assert second.pk not in {message.pk for message in lease(later - timedelta(minutes=29))}
    [again] = [message for message in lease(later) if message.pk == first.pk]
    deliver(again, OtherSystem().send, later)
    assert [message.pk for message in lease(later)] == [second.pk]


def test_a_dead_letter_holds_back_its_successors_until_somebody_decides(dead_message, administrator):
    second = enqueue(2, ordered=True)
    assert lease() == []
    messages_cancel(topic=TOPIC, subject="worker:1", actor=administrator, reason="同意已撤回", at=NOON)
    assert lease() == []
    second.refresh_from_db()
    assert second.state == MessageState.CANCELLED


def test_what_somebody_waits_for_goes_first():
    enqueue(1)
    enqueue(2, urgent=True)
    assert [message.content["n"] for message in lease(limit=1)] == [2]


def test_only_the_named_topics_are_leased():
    enqueue(1)
    enqueue(2, topic="other/1")
    assert [message.topic for message in lease(topics=["other/1"])] == ["other/1"]
    assert lease(topics=[]) == []


def test_a_dead_message_is_sent_again_with_a_reason_and_all_its_attempts(dead_message, administrator):
    message_send_again(message_id=dead_message.pk, actor=administrator, reason="对方已修复")
    [message] = lease()
    other = OtherSystem()
    assert message.attempts == 1
    assert deliver(message, other.send) == MessageState.DELIVERED
    assert other.taken == {dead_message.key: {"n": 1}}
    event = AuditEvent.objects.get(action="outbox.message.sent_again")
    assert (event.actor_id, event.reason, event.object_id) == (administrator.pk, "对方已修复", str(dead_message.pk))
    assert event.data == {"attempts": 1, "last_error_code": "http_422"}


def test_sending_again_without_a_reason_or_what_is_not_dead_is_refused(dead_message, administrator):
    waiting = enqueue(2)
    for message, reason, code in [(dead_message, "  ", "reason_missing"), (waiting, "再试一次", "not_dead")]:
        with pytest.raises(OutboxError) as refusal:
            message_send_again(message_id=message.pk, actor=administrator, reason=reason)
        assert refusal.value.code == code
    dead_message.refresh_from_db()
    assert dead_message.state == MessageState.DEAD
    assert AuditEvent.objects.exists() is False


def test_withdrawing_stops_what_waits_and_what_comes_back_but_not_what_arrives(administrator):
    arriving, returning, waiting, elsewhere = (enqueue(1), enqueue(2), enqueue(3), enqueue(4, subject="worker:2"))
    leased = lease(limit=2)
    assert [message.pk for message in leased] == [arriving.pk, returning.pk]

    def withdrawn_while_sending(message):
        counted = messages_cancel(topic=TOPIC, subject="worker:1", actor=None, reason="撤回同意", at=NOON)
        assert counted == 1
        return {"number": 1}

    assert deliver(leased[0], withdrawn_while_sending) == MessageState.DELIVERED
    other = OtherSystem()
    assert deliver(leased[1], other.send) is None
    assert [message.pk for message in lease(NOON + timedelta(hours=1))] == [elsewhere.pk]
    states = dict(OutboxMessage.objects.values_list("pk", "state"))
    assert (states[arriving.pk], states[returning.pk], states[waiting.pk]) == ("delivered", "cancelled", "cancelled")
    assert OutboxMessage.objects.get(pk=waiting.pk).payload == ""
    assert other.calls == []
    assert AuditEvent.objects.filter(action="outbox.message.cancelled").count() == 3


def test_a_withdrawn_message_that_fails_on_the_way_is_not_tried_again():
    enqueue()
    [message] = lease()

    def withdrawn_then_out(message):
        messages_cancel(topic=TOPIC, subject="worker:1", actor=None, reason="撤回同意", at=NOON)
        raise TransientDeliveryError("timeout")

    assert deliver(message, withdrawn_then_out) == MessageState.CANCELLED
    assert lease(NOON + timedelta(days=1)) == []


def test_withdrawing_needs_a_reason():
    message = enqueue()
    with pytest.raises(OutboxError) as refusal:
        messages_cancel(topic=TOPIC, subject="worker:1", actor=None, reason="", at=NOON)
    assert refusal.value.code == "reason_missing"
    message.refresh_from_db()
    assert message.state == MessageState.WAITING


def test_a_lease_of_many_messages_asks_a_constant_number_of_questions(django_assert_max_num_queries):
    for n in range(20):
        enqueue(n, subject=f"worker:{n}", ordered=True)
    with django_assert_max_num_queries(4 + 20):
        assert len(lease()) == 20
