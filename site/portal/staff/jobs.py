"""When each job that runs by itself last succeeded, and last failed."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import structlog
from celery.schedules import crontab
from celery.signals import task_failure, task_success
from django.conf import settings
from django.core.cache import cache
from django.utils import timezone
from redis.exceptions import RedisError

from portal.staff.words import task_word

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise

log = structlog.get_logger(__name__)

KEPT_SECONDS = 30 * 24 * 3600
# Late by more than this many rounds means that nobody does the job.
ROUNDS_LATE = 3
SHORTEST_LATE = timedelta(minutes=5)


@dataclass(frozen=True)
class Job:
    """One job of the schedule and how it fares; ``state`` is well, late, failing or unknown."""

    title: "StrPromise | str"
    task: str
    state: str
    succeeded_at: datetime | None
    failed_at: datetime | None


def connect() -> None:
    """Listen to the workers. Weak references would be gone at once."""
    task_success.connect(_succeeded, weak=False, dispatch_uid="portal.staff.jobs")
    task_failure.connect(_failed, weak=False, dispatch_uid="portal.staff.jobs")


def _scheduled() -> dict[str, Any]:
    entries = getattr(settings, "CELERY_BEAT_SCHEDULE", {}).values()
    return {entry["task"]: entry["schedule"] for entry in entries}


def _succeeded(sender: Any = None, **_kwargs: object) -> None:
    _note(sender, "succeeded")


def _failed(sender: Any = None, **_kwargs: object) -> None:
    _note(sender, "failed")


def _note(sender: Any, outcome: str) -> None:
    name = getattr(sender, "name", "")
    if name not in _scheduled():
        return
    try:
        cache.set(f"jobs.{outcome}.{name}", timezone.now().isoformat(), KEPT_SECONDS)
    except (RedisError, OSError):
        log.warning("jobs.not_noted", task=name)


def jobs_state(*, at: datetime) -> list[Job]:
    """Every job of the schedule, those in trouble first."""
    names = list(_scheduled())
    kept = cache.get_many([f"jobs.{outcome}.{name}" for name in names for outcome in ("succeeded", "failed")])

    def moment(outcome: str, name: str) -> datetime | None:
        text = kept.get(f"jobs.{outcome}.{name}")
        return datetime.fromisoformat(text) if text else None

    found = []
    for name, schedule in _scheduled().items():
        succeeded, failed = moment("succeeded", name), moment("failed", name)
        state = _state(succeeded, failed, _late_after(schedule), at)
        found.append(Job(task_word(name), name, state, succeeded, failed))
    order = ["failing", "late", "unknown", "well"]
    return sorted(found, key=lambda job: (order.index(job.state), job.task))


def _late_after(schedule: Any) -> timedelta:
    if isinstance(schedule, crontab):
        every_hour = len(schedule.hour) == 24
        return timedelta(hours=ROUNDS_LATE) if every_hour else timedelta(days=ROUNDS_LATE)
    length = schedule if isinstance(schedule, timedelta) else timedelta(seconds=float(schedule))
    return max(SHORTEST_LATE, ROUNDS_LATE * length)


def _state(succeeded: datetime | None, failed: datetime | None, late: timedelta, at: datetime) -> str:
    if failed and (succeeded is None or failed > succeeded):
        return "failing"
    if succeeded is None:
        return "unknown"
    return "late" if at - succeeded > late else "well"
