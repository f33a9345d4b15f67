"""The desk of a bureau that has every list and every threshold: what is missing, a test takes away."""

import pytest

from courses.catalogue.base_loading import catalogue_base_load
from subsidies.checks.base_loading import checks_base_load
from subsidies.registers.models import Register
from subsidies.registers.states import GROWING, RegisterKind
from tests.subsidies.checks.builders import a_register
from tests.workers.builders import TODAY


@pytest.fixture(autouse=True)
def lists(db: None) -> dict[str, Register]:
    """A fresh list of every kind that can stop a claim, with nobody in it: not that of the registered."""
    catalogue_base_load(on=TODAY)
    checks_base_load(on=TODAY)
    return {kind.value: a_register(kind, as_of=TODAY) for kind in RegisterKind if kind not in GROWING}
