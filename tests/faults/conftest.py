"""What the fault tests stand on: a machine of their own. `make test` passes this folder by."""

import os
import signal
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest
from django.conf import settings

pytest.register_assert_rewrite(
    "tests.faults.cases_courses", "tests.faults.cases_ground", "tests.faults.cases_money", "tests.faults.cases_portal"
)

IS_ASKED_FOR = settings.SETTINGS_MODULE == "tests.faults.settings"
if IS_ASKED_FOR:
    from tests.faults import clock

    clock.follow()
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # what was started is ended first
else:
    collect_ignore_glob = ["test_*.py"]

if TYPE_CHECKING:
    from tests.faults.machine import Postgres, Redis


@dataclass
class Machine:
    postgres: "Postgres"
    redis: "Redis"


@pytest.fixture(scope="session", autouse=True)
def machine(django_db_blocker: Any) -> Iterator[Machine]:
    """PostgreSQL with the migrated database and its base data, and Redis; ended when the tests are."""
    from tests.faults import disk
    from tests.faults.machine import Postgres, Redis
    from tests.faults.prepared import prepare

    disk.mount()
    made = Machine(Postgres(), Redis(os.environ["BROKER_URL"]))
    made.postgres.make()
    try:
        made.postgres.start()
        made.redis.start()
        prepare(made.postgres)
        with django_db_blocker.unblock():
            yield made
    finally:
        from django.db import connections

        connections.close_all()
        made.redis.stop()
        made.postgres.stop()
        disk.unmount()


@pytest.fixture(autouse=True)
def _empty_cache() -> None:
    """The cache is the machine's Redis, which a test may have ended: nothing is emptied here."""
