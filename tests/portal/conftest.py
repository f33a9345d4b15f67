"""Policy for the pages: the rates a test names."""

from collections.abc import Callable
from datetime import date

import pytest
from django.core.management import call_command

from foundation.policy.models import Parameter
from tests.foundation.policy_builders import a_parameter, a_published_version


@pytest.fixture
def base_policy(db) -> None:
    """The policy rows that come with the platform."""
    call_command("policy_load_base", verbosity=0)


@pytest.fixture
def a_rate(db) -> Callable[..., Parameter]:
    """A parameter in fen with the given published values: ``a_rate((70000, first day, last day), …)``."""

    def make(*rates: tuple[int, date, date | None], provenance: str = "F-A") -> Parameter:
        parameter = a_parameter(code="example.amount", unit="fen")
        for value, first, last in rates:
            a_published_version(parameter, value, first, last, provenance=provenance)
        return parameter

    return make
