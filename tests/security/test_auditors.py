"""An auditor reads, and whatever she sends to whatever address changes nothing."""

import re
from collections.abc import Iterator
from typing import Any

from django.core.cache import cache
from django.db import transaction

from foundation.accounts.states import Role
from tests.portal.access_table import PAGES
from tests.portal.people import person, signed_in
from tests.security.object_table import KINDS, WORDS, WORDS_OF
from tests.security.walking import address, state
from tests.security.world import World

# Her own account, her own language, her own session.
HER_OWN = ("account/", "sign-out/", "sign-in/", "staff/sign-in/", "preferences/")
# What most forms and steps ask for.
SAID = {
    "reason": "示例理由", "purpose": "示例", "note": "示例", "name": "示例", "title": "示例", "format": "csv",
    "decision": "pass", "action": "pass", "move": "accept", "answer": "yes", "outcome": "upheld", "step": "send",
}  # fmt: skip


def addresses(world: World) -> Iterator[tuple[str, str]]:
    """Every address of ours: with the world's objects where it names one of them, else with small numbers."""
    known = {route: kind for kind, routes in KINDS.items() for route in routes}
    for route in PAGES:
        if route.startswith(HER_OWN):
            continue
        if route in known:
            for thing in world.things[known[route]]:
                yield route, address(route, thing.names)
        else:
            for number in (1, 2, 3) if "<" in route else (1,):
                names = dict.fromkeys(re.findall(r"<(?:\w+:)?(\w+)>", route), number)
                yield route, address(route, names | words(route))


def words(route: str) -> dict[str, Any]:
    return WORDS | WORDS_OF.get(route, {})


def test_whatever_an_auditor_sends_changes_nothing(world):
    auditor = signed_in(person(Role.AUDITOR))
    auditor.raise_request_exception = False
    before, broken, changed, count = state(), [], {}, 0
    for route, path in addresses(world):
        cache.clear()
        point, count = transaction.savepoint(), count + 1
        answer = auditor.post(path, SAID)
        if answer.status_code >= 500:
            broken.append(path)
        if answer.status_code < 400:
            after = state()
            rows = {name for name in before if before[name] != after[name]}
            changed |= {route: rows} if rows else {}
        transaction.savepoint_rollback(point)
    assert (broken, changed) == ([], {})
    assert count > 500
