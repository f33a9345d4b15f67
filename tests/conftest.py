"""What every test stands on: PostgreSQL from a template, no network, an empty cache."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.core.cache import cache, caches
from django.db import connections
from django.test import TransactionTestCase

from tests import databases
from tests.files_store import FilesStore, a_store


@pytest.fixture(scope="session")
def django_db_setup(request: pytest.FixtureRequest, django_db_blocker: Any) -> Iterator[None]:
    """Copy the migrated template; each xdist worker has a copy of its own."""
    from django.conf import settings

    base = settings.DATABASES["default"]["TEST"]["NAME"]
    worker = getattr(request.config, "workerinput", {}).get("workerid", "main")
    name = f"{base}_{worker}"
    with django_db_blocker.unblock():
        template = databases.make_template(base)
        databases.use(name)
        databases.create_from(template, name)
    databases_state.update(template=template, name=name)
    yield
    with django_db_blocker.unblock():
        connections.close_all()
        with databases.server() as line:
            line.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


databases_state: dict[str, str] = {}


def _renew_database(self: TransactionTestCase) -> None:
    """After a test that really commits: a fresh copy. A flush would be refused by the append-only tables, rightly."""
    connections.close_all()
    databases.create_from(databases_state["template"], databases_state["name"])


@pytest.fixture(scope="session", autouse=True)
def _committing_tests_get_a_fresh_copy() -> Iterator[None]:
    patch = pytest.MonkeyPatch()
    patch.setattr(TransactionTestCase, "_fixture_teardown", _renew_database)
    yield
    patch.undo()


@pytest.fixture(autouse=True)
def _empty_cache() -> None:
    cache.clear()


@pytest.fixture
def frame_drawn_once(settings: Any) -> None:
    """For a walk over very many pages: what all of them show is read once, as in a process that serves people."""
    settings.CACHES = settings.CACHES | {"local": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
    caches["local"].clear()


@pytest.fixture(scope="session")
def files_store() -> Iterator[FilesStore]:
    """A server of S3-compatible storage, started by the first test that asks for it."""
    with a_store() as store:
        yield store
