"""Sending what waits and handling what came. Every task may run twice, and beside itself."""

import time

import structlog
from celery import shared_task
from django.utils import timezone

from exchange.selectors import inbound_due
from exchange.services import HANDLER, inbound_message_handle
from exchange.topics import adapter_for, topics_carried
from foundation.outbox.services import SENDER, message_deliver, messages_lease
from foundation.outbox.wake import task_wake

log = structlog.get_logger(__name__)

# A batch waits under one lease of a minute: ten calls of at most five seconds fit in.
BATCH = 10
RUN_SECONDS = 120


@shared_task(name=SENDER, soft_time_limit=RUN_SECONDS + 60, time_limit=RUN_SECONDS + 75)
def messages_send() -> int:
    """Send whatever is due until nothing is, or until the time is up; gives the number of messages tried."""
    ends_at = time.monotonic() + RUN_SECONDS
    tried = 0
    while time.monotonic() < ends_at:
        leased = messages_lease(BATCH, now=timezone.now(), topics=topics_carried())
        if not leased:
            break
        for message in leased:
            message_deliver(message, adapter_for(message.topic).send)
        tried += len(leased)
    if tried:
        log.info("exchange.messages_sent", tried=tried)
    return tried


@shared_task(name=HANDLER, soft_time_limit=30, time_limit=45)
def inbound_handle(inbound_id: int) -> str:
    """Handle one inbound message."""
    return str(inbound_message_handle(inbound_id=inbound_id, at=timezone.now()))


@shared_task(name="exchange.tasks.inbound_handle_waiting", soft_time_limit=60, time_limit=75)
def inbound_handle_waiting() -> int:
    """Wake the handler for what still waits: the first wake-up was lost, or the first try came too early."""
    waiting = list(inbound_due(now=timezone.now(), limit=500).values_list("pk", flat=True))
    for inbound_id in waiting:
        if not task_wake(HANDLER, inbound_id):
            break  # No broker: the next run finds the same rows.
    return len(waiting)
