"""Sending classes, and taking up what was left lying."""

import structlog
from celery import shared_task
from django.utils import timezone

from foundation.outbox.wake import task_wake
from subsidies.school_claims.services.sending import TASK, class_send_work, sends_silent

log = structlog.get_logger(__name__)


@shared_task
def class_send(sending_id: int) -> None:
    """Work on a sending. Safe to run any number of times, and in several processes at once: the lines decide."""
    class_send_work(sending_id=sending_id, at=timezone.now())


@shared_task
def sends_resume() -> int:
    """Take up the sendings whose task was lost or whose process died. May overlap with itself."""
    silent = sends_silent(at=timezone.now())
    for sending_id in silent:
        task_wake(TASK, sending_id)
    if silent:
        log.warning("school_claims.sends_resumed", sendings=silent)
    return len(silent)
