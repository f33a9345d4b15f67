"""The papers queue: making the certificates of a class, and taking up what was left lying."""

import structlog
from celery import shared_task
from django.utils import timezone

from certifications.certificates.services.batches import batch_wake, batch_work, batches_silent

log = structlog.get_logger(__name__)


@shared_task
def batch_make(batch_id: int) -> None:
    """Work on a batch. Safe to run any number of times, and in several processes at once: the lines decide."""
    batch_work(batch_id=batch_id, at=timezone.now())


@shared_task
def batches_resume() -> int:
    """Take up the batches whose task was lost or whose process died. May overlap with itself."""
    silent = batches_silent(at=timezone.now())
    for batch_id in silent:
        batch_wake(batch_id)
    if silent:
        log.warning("certificates.batches_resumed", batches=silent)
    return len(silent)
