"""Sending tasks to the machine's workers, and knowing when nothing is left to do."""

import time
from typing import Any

import redis
from django.conf import settings

from portal.celery import app
from tests.faults.machine import QUEUES, wait_for

DONE_SECONDS = 120


def broker() -> Any:
    return redis.Redis.from_url(settings.BROKER_URL)


def is_idle(line: Any) -> bool:
    """Nothing waits and nothing is worked on; looked at twice, for a task on its way between the two is in neither."""
    for _time in range(2):
        if any(line.llen(queue) for queue in QUEUES.split(",")) or line.hlen("unacked"):
            return False
        time.sleep(0.01)
    return True


def forget() -> None:
    """Whatever an earlier test left waiting."""
    broker().flushdb()


def run(*tasks: str, arguments: tuple[Any, ...] = ()) -> None:
    """Send the tasks, and wait until they and what they woke have ended."""
    for task in tasks:
        app.send_task(task, args=arguments)
    line = broker()
    wait_for(f"{', '.join(tasks)[:200]} to end", lambda: is_idle(line), DONE_SECONDS)
