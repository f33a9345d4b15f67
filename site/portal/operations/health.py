"""Whether the parts the site stands on answer, each looked at for a second or two at most."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.core.cache import cache
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from kombu.connection import Connection

HEARTBEAT = "operations.heartbeat"
HEARTBEAT_KEPT_SECONDS = 24 * 3600
TIMEOUT = 2


@dataclass(frozen=True)
class Part:
    """One part's answer. Says which part fails, never why: causes name hosts and users, and belong in the log."""

    ok: bool
    milliseconds: int


class _Known:
    """Migrations, once seen to be applied, stay applied as long as this process runs."""

    migrations = False


def database() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        return bool(cursor.fetchone() == (1,))


def migrations() -> bool:
    if not _Known.migrations:
        executor = MigrationExecutor(connection)
        _Known.migrations = not executor.migration_plan(executor.loader.graph.leaf_nodes())
    return _Known.migrations


def the_cache() -> bool:
    cache.set("operations.ready", 1, 10)
    return bool(cache.get("operations.ready") == 1)


def broker() -> bool:
    with Connection(settings.CELERY_BROKER_URL, connect_timeout=TIMEOUT) as line:
        line.ensure_connection(max_retries=1, timeout=TIMEOUT)
        if line.transport.driver_type == "redis":
            line.default_channel.client.ping()
    return True


PARTS: dict[str, Callable[[], bool]] = {
    "database": database,
    "migrations": migrations,
    "cache": the_cache,
    "broker": broker,
}


def heartbeat_put(*, at: datetime) -> None:
    """Remember that a task ran: the scheduler sent it and a worker took it."""
    cache.set(HEARTBEAT, at.isoformat(), HEARTBEAT_KEPT_SECONDS)


def heartbeat_seconds(*, at: datetime) -> int | None:
    """How long ago the background work last showed itself; ``None`` when it has not within a day."""
    last = cache.get(HEARTBEAT)
    return round((at - datetime.fromisoformat(last)).total_seconds()) if last else None


def measured(look: Callable[[], bool]) -> tuple[Part, Exception | None]:
    begun = time.monotonic()
    error: Exception | None = None
    try:
        is_well = look()
    except Exception as caught:  # noqa: BLE001 - whatever a library raises, the part does not answer
        is_well, error = False, caught
    return Part(ok=is_well, milliseconds=round((time.monotonic() - begun) * 1000)), error


def background(*, at: datetime) -> int | None:
    """Like ``heartbeat_seconds``, and ``None`` too when the cache does not answer."""
    try:
        return heartbeat_seconds(at=at)
    except Exception:  # noqa: BLE001 - the cache has a part of its own
        return None
