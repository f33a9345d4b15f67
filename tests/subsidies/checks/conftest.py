"""Thresholds and lists that the checks compare with."""

from datetime import date

import pytest

from courses.catalogue.base_loading import catalogue_base_load
from subsidies.checks.base_loading import checks_base_load
from subsidies.registers.models import Register
from subsidies.registers.states import RegisterKind
from tests.subsidies.checks.builders import a_register
from tests.workers.builders import TODAY


@pytest.fixture
def thresholds(db: None) -> None:
    catalogue_base_load(on=TODAY)
    checks_base_load(on=TODAY)


@pytest.fixture
def every_register(thresholds: None) -> dict[str, Register]:
    """A list of every kind, with nobody in it whom a test knows."""
    return {kind.value: a_register(kind, as_of=date(2026, 11, 20)) for kind in RegisterKind}
