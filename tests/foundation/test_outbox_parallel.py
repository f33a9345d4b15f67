"""Several senders at once, and a broker that is not there."""

import socket
import threading
import time
from contextlib import suppress
from datetime import UTC, datetime

import pytest
from celery import Celery
from django.db import connection, transaction

from foundation.outbox import services, wake
from foundation.outbox.models import OutboxMessage
from foundation.outbox.services import message_deliver, message_enqueue, messages_lease

NOON = datetime(2030, 3, 4, 4, 0, tzinfo=UTC)


def enqueue(n, **changes):
    return message_enqueue(
        **{"topic": "evidence/1", "subject": f"worker:{n}", "dedupe_key": f"evidence:{n}", "payload": {"n": n}}
        | changes
    )


def enqueue_and_fail(n):
    with suppress(RuntimeError), transaction.atomic():
        enqueue(n)
        raise RuntimeError


def in_threads(count, work):
    """Run ``work(index)`` in threads that start together; re-raise what failed."""
    start, results, failures = threading.Barrier(count), [None] * count, []

    def run(index):
        try:
            start.wait()
            results[index] = work(index)
        except Exception as error:  # noqa: BLE001 - raised again in the main thread
            failures.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(index,)) for index in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failures:
        raise failures[0]
    return results


@pytest.mark.django_db(transaction=True)
def test_parallel_senders_never_share_a_message_and_leave_none():
    with transaction.atomic():
        for n in range(60):
            enqueue(n)
    sent = []

    def sender(index):
        while leased := messages_lease(7, now=NOON):
            for message in leased:
                message_deliver(message, lambda message: sent.append(message.pk) or {}, clock=lambda: NOON)

    in_threads(4, sender)
    assert sorted(sent) == sorted(OutboxMessage.objects.values_list("pk", flat=True))
    assert set(OutboxMessage.objects.values_list("state", "attempts")) == {("delivered", 1)}


@pytest.mark.django_db(transaction=True)
def test_parallel_senders_keep_the_order_of_a_subject():
    with transaction.atomic():
        for n in range(24):
            enqueue(n, subject=f"worker:{n % 3}", ordered=True)
    sent = []

    def sender(index):
        while OutboxMessage.objects.exclude(state="delivered").exists():
            for message in messages_lease(5, now=NOON):
                message_deliver(message, lambda message: sent.append(message.content["n"]) or {}, clock=lambda: NOON)

    in_threads(3, sender)
    for subject in range(3):
        assert [n for n in sent if n % 3 == subject] == list(range(subject, 24, 3))


@pytest.mark.django_db(transaction=True)
def test_the_same_message_enqueued_at_once_is_one_message():
    def decide(index):
        with transaction.atomic():
            return enqueue(1).pk

    assert len(set(in_threads(6, decide))) == 1
    assert OutboxMessage.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_one_transaction_wakes_the_sender_once_and_a_rolled_back_one_never(monkeypatch):
    woken = []
    monkeypatch.setattr(services, "task_wake", woken.append)
    with transaction.atomic():
        enqueue_and_fail(1)
        for n in range(2, 6):
            enqueue(n)
        assert woken == []
    assert woken == ["exchange.tasks.messages_send"]
    enqueue_and_fail(9)
    assert len(woken) == 1
    assert OutboxMessage.objects.count() == 4


@pytest.fixture
def closed_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


@pytest.mark.django_db(transaction=True)
def test_a_broker_that_is_down_neither_breaks_nor_delays_the_business(closed_port, monkeypatch):
    lost = []
    monkeypatch.setattr(wake.log, "warning", lambda event, **fields: lost.append((event, fields)))
    broken = Celery("broken", broker=f"redis://127.0.0.1:{closed_port}/0", set_as_current=False)
    monkeypatch.setattr(wake, "current_app", broken)
    with transaction.atomic():
        enqueue(1)
    started = time.monotonic()
    with transaction.atomic():
        enqueue(2)
    assert time.monotonic() - started < 2
    assert lost == [("outbox.wake_up_lost", {"task": "exchange.tasks.messages_send", "ids": ()})] * 2
    assert [message.content["n"] for message in messages_lease(50, now=NOON)] == [1, 2]
