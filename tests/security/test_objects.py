"""Role, address and object: what is somebody else's is not there for whoever asks, and nothing changes."""

from collections.abc import Iterator
from typing import Any

from django.core.cache import cache
from django.db import transaction
from django.http import HttpResponse

from foundation.accounts.models import User
from foundation.accounts.states import Role
from tests.portal.access_table import OFFICE, PAGES
from tests.portal.people import person, signed_in
from tests.security.object_table import ALIKE, KINDS, NOBODYS, WITHOUT_CONTROL
from tests.security.walking import address, clients, just_signed_in, state
from tests.security.world import World
from workers.models import Worker

REFUSED = {403, 404, 405}


def with_an_argument() -> Iterator[tuple[str, Any]]:
    return ((route, who) for route, who in PAGES.items() if "<" in route)


def askers(who: Any) -> set[Role]:
    """Whoever may open the address but serves one organisation, or nobody but herself."""
    roles = {"public": set(Role), "signed_in": set(Role)}.get(who, who) if isinstance(who, str) else who
    return set(roles) - OFFICE


def test_every_address_with_an_argument_says_what_it_names():
    named = [route for routes in KINDS.values() for route in routes]
    assert len(named) == len(set(named)), "named twice"
    owned = {route for route, who in with_an_argument() if askers(who)}
    assert sorted(owned - set(named) - set(NOBODYS)) == [], (
        "Say in tests/security/object_table.py whose object the address names, or why it is nobody's."
    )
    assert sorted((set(named) | set(NOBODYS)) - owned) == [], "not routed any more, or only the bureau's"


def asked(world: World) -> Iterator[tuple[str, str, User]]:
    """Each address of each object with each person who may open such addresses and does not own it."""
    for kind, routes in KINDS.items():
        for thing in world.things[kind]:
            for route in routes:
                for role in sorted(askers(PAGES[route])):
                    for user in world.people[role]:
                        if user.pk not in thing.owners:
                            yield route, address(route, thing.names), user


def is_refused(answer: HttpResponse) -> bool:
    """Not there, or not hers; the page editor has doors of its own."""
    doors = ("/cms/", "/staff/sign-in/?next=/cms/")
    return answer.status_code in REFUSED or (answer.status_code == 302 and answer.headers["Location"].startswith(doors))


def test_what_is_somebody_elses_is_not_there_and_stays_as_it_is(world):
    browsers, wrong = clients(world), {}
    before = state()
    for route, path, user in asked(world):
        for method in ("get", "post"):
            cache.clear()
            answer = getattr(browsers[user.pk], method)(path)
            if not is_refused(answer) and not (route in ALIKE and answer.status_code == 302):
                wrong[f"{method.upper()} {path} by {user.username}"] = (
                    f"{answer.status_code} {answer.headers.get('Location', '')}"
                )
    after = state()
    assert not wrong, "\n".join(f"{status}: {what}" for what, status in wrong.items())
    assert {name: (before[name], after[name]) for name in before if before[name] != after[name]} == {}


def test_whose_it_is_finds_it(world):
    """Else the refusals above would only say that nothing is there."""
    browsers, found, tried = clients(world), set(), {}
    for kind, routes in KINDS.items():
        assert world.things[kind], f"Make a {kind} in tests/security/world.py."
        for route in routes:
            tried[route] = answers = []
            for thing in world.things[kind]:
                for user_id in sorted(thing.owners & set(browsers)):
                    for method in ("get", "post"):
                        cache.clear()
                        before = transaction.savepoint()
                        answer = getattr(browsers[user_id], method)(address(route, thing.names))
                        transaction.savepoint_rollback(before)
                        answers.append(answer.status_code)
                        if not is_refused(answer):
                            found.add(route)
    missing = {route: answers for route, answers in tried.items() if route not in found}
    assert set(missing) == set(WITHOUT_CONTROL), "\n".join(f"{route}: {seen}" for route, seen in missing.items())


def pairs(world: World) -> dict[Role, list[str]]:
    """Addresses that name two things, of which one is not the other's."""
    number = {kind: things[0].names for kind, things in world.things.items()}
    other = Worker.objects.get(user=world.people[Role.WORKER][1]).pk
    claim, making = number["claim"]["pk"], number["claim_to_make"]
    steps = ("account", "appeal", "correct", "receipt", "withdraw")
    return {
        Role.OFFICER_INTAKE: [
            *(f"/counter/claims/{other}/{claim}/{step}/" for step in steps),
            f"/counter/claims/{other}/new/{making['scheme']}/level/{making['pk']}/",
            f"/review/{number['paid_claim']['pk']}/papers/{number['claim_paper']['paper']}/",
        ],
        Role.SCHOOL_STAFF: [
            f"/teach/{number['session']['pk']}/people/{number['graduate']['pk']}/",
            f"/school-claims/{number['class_claim']['pk']}/papers/{number['place']['pk']}/",
            f"/scores/rooms/{number['exam_room']['pk']}/rule/{world.things['candidate'][1].names['pk']}/",
        ],
    }


def test_an_object_is_not_there_under_what_it_does_not_belong_to(world):
    browsers = {
        Role.OFFICER_INTAKE: signed_in(person(Role.OFFICER_INTAKE)),
        Role.SCHOOL_STAFF: just_signed_in(world.people[Role.SCHOOL_STAFF][0]),
    }
    asked_for, before = pairs(world), state()
    answers = {
        path: {getattr(browsers[role], method)(path).status_code for method in ("get", "post")}
        for role, paths in asked_for.items()
        for path in paths
    }
    after = state()
    assert {path: codes for path, codes in answers.items() if not codes <= REFUSED} == {}
    assert {name for name in before if before[name] != after[name]} == set()
