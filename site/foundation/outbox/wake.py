"""Starting a task by its name, without ever standing in the way of the business."""

import structlog
from celery import current_app
from kombu.exceptions import OperationalError

log = structlog.get_logger(__name__)

# A broker that is down answers within a tenth of a second; the periodic run does what a lost wake-up did not.
BRIEFLY = {"max_retries": 1, "interval_start": 0, "interval_step": 0.1, "interval_max": 0.1}
EXPIRES_SECONDS = 300


def task_wake(name: str, *ids: int) -> bool:
    """Ask a worker to run the task soon. False, and a line in the log, when the broker cannot be reached."""
    try:
        current_app.send_task(name, args=ids, retry=True, retry_policy=BRIEFLY, expires=EXPIRES_SECONDS)
    except OperationalError:
        log.warning("outbox.wake_up_lost", task=name, ids=ids)
        return False
    return True
