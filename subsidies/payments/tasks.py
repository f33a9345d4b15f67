"""Long works of the payments' desk, and taking up what was left lying."""

import structlog
from celery import shared_task
from django.utils import timezone

from foundation.outbox.wake import task_wake
from subsidies.payments.services import job_work, jobs_silent
from subsidies.payments.services.jobs import TASK

log = structlog.get_logger(__name__)


@shared_task
def job_do(job_id: int) -> None:
    """Do a job. Safe to run any number of times and at once: the job's row decides."""
    job_work(job_id=job_id, at=timezone.now())


@shared_task
def jobs_resume() -> int:
    """Take up the jobs whose task was lost or whose process died. May overlap with itself."""
    silent = jobs_silent(at=timezone.now())
    for job_id in silent:
        task_wake(TASK, job_id)
    if silent:
        log.warning("payments.jobs_resumed", jobs=silent)
    return len(silent)
