"""The world, and browsers of everybody in it."""

import pytest
from django.test import Client

from tests.portal.access_table import OFFICE
from tests.portal.people import person, signed_in
from tests.security.walking import Who, clients
from tests.security.world import World, the_world
from tests.workers.builders import NOW


@pytest.fixture
def world(db, time_machine, frame_drawn_once) -> World:
    time_machine.move_to(NOW, tick=False)
    return the_world()


@pytest.fixture
def browsers(world) -> dict[Who, Client]:
    """Of everybody in the world, of an officer of each role, and of a visitor; a breakdown is an answer there."""
    found: dict[Who, Client] = {**clients(world), None: Client()}
    found |= {role: signed_in(person(role)) for role in sorted(OFFICE)}
    for client in found.values():
        client.raise_request_exception = False
    return found
