"""The packs take a while to come in: once a module, in a transaction around all of its tests."""

from collections.abc import Iterator
from datetime import date

import pytest
from django.db import transaction

from courses.catalogue.base_loading import catalogue_base_load
from foundation.policy.services import base_data_load
from subsidies.schemes.base_loading import schemes_base_load, schemes_demo_load

TODAY = date(2026, 11, 23)


@pytest.fixture(scope="module")
def all_packs(django_db_setup: None, django_db_blocker: pytest.FixtureRequest) -> Iterator[None]:
    with django_db_blocker.unblock(), transaction.atomic():
        base_data_load(on=TODAY)
        catalogue_base_load(on=TODAY)
        schemes_base_load(on=TODAY)
        schemes_demo_load(on=TODAY)
        yield
        transaction.set_rollback(True)


@pytest.fixture
def loaded(all_packs: None, db: None) -> None:
    """Every pack, the demonstration's too. What the test changes is undone."""
