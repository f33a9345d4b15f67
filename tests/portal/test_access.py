"""Who may open which page: every address of the site carries a rule, and every role meets it."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.apps import apps
from django.core.handlers.base import BaseHandler
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from foundation.accounts.access import AccessRule
from foundation.accounts.states import Role
from portal.operations.access import rule_of
from tests.portal import access_table
from tests.portal.access_table import KWARGS, PAGES
from tests.portal.people import PASSWORD, person, signed_in

OUR_FLOORS = ("portal.", "exchange", "workers", "foundation.", "courses", "certifications", "subsidies", "residency")
SAMPLES = {"int": "1", "str": "x", "slug": "x", "uuid": "00000000-0000-0000-0000-000000000001", "path": "x"}
# Rows that belong to a visit, not to the business.
OF_A_VISIT = {"django_session", "usersessions_usersession"}
DOORS = ("/sign-in/", "/staff/sign-in/")
THROUGH = 299


def patterns(resolver: Any = None, prefix: str = "") -> Iterator[tuple[str, Any]]:
    """Every address with its view, through all includes."""
    for entry in (resolver or get_resolver()).url_patterns:
        if isinstance(entry, URLResolver):
            yield from patterns(entry, prefix + str(entry.pattern))
        elif isinstance(entry, URLPattern):
            yield prefix + str(entry.pattern), entry.callback


def ours() -> dict[str, AccessRule]:
    """The addresses of our own views and of library views that we wrapped, with their rules."""
    return {route: view.access for route, view in patterns() if hasattr(view, "access")}


def who(rule: AccessRule) -> Any:
    return set(rule.roles) if rule.kind == "roles" else rule.kind


def address(route: str) -> str:
    """The route with a sample in the place of each parameter. Rules are decided before anything is looked up."""
    given = KWARGS.get(route, {})

    def sample(match: re.Match[str]) -> str:
        converter, name = match.group(1) or "str", match.group(2)
        if name in given:
            return str(given[name])
        if converter not in SAMPLES:
            pytest.fail(f"{route}: add KWARGS[{route!r}] = {{{name!r}: …}} to tests/portal/access_table.py.")
        return SAMPLES[converter]

    return "/" + re.sub(r"<(?:(\w+):)?(\w+)>", sample, route)


def rows() -> dict[str, int]:
    """How many rows every table holds, but those of a visit."""
    tables = sorted({model._meta.db_table for model in apps.get_models(include_auto_created=True)} - OF_A_VISIT)
    there = set(connection.introspection.table_names())
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(f"SELECT '{name}', count(*) FROM {name}" for name in tables if name in there))
        return dict(cursor.fetchall())


def test_every_address_has_a_rule():
    without = sorted(f"{route} -> {view.__module__}" for route, view in patterns() if rule_of(view) is None)
    assert not without, (
        "These views are closed to everybody, because nothing says who may open them. Wrap ours in public, signed_in "
        "or for_roles; give a library's a line in portal.operations.access.LIBRARY_RULES:\n" + "\n".join(without)
    )


def test_our_own_views_carry_their_rule_themselves():
    bare = sorted(
        route for route, view in patterns() if view.__module__.startswith(OUR_FLOORS) and not hasattr(view, "access")
    )
    assert not bare, f"Wrap each of these in public, signed_in or for_roles: {bare}"


def test_the_table_names_every_address_with_who_may_open_it():
    found = {route: who(rule) for route, rule in ours().items()}
    new = {route: found[route] for route in found if route not in PAGES}
    lines = "\n".join(f'    "{route}": {written(allowed)},' for route, allowed in sorted(new.items()))
    assert not new, f"Decide who may open these, and add them to PAGES in tests/portal/access_table.py:\n{lines}"
    gone = sorted(set(PAGES) - set(found))
    assert not gone, f"These are not routed any more; take them out of tests/portal/access_table.py: {gone}"
    assert {route: allowed for route, allowed in found.items() if allowed != PAGES[route]} == {}


def written(allowed: Any) -> str:
    """The entry as a person would write it."""
    if isinstance(allowed, str):
        return f'"{allowed}"'
    for name, roles in vars(access_table).items():
        if name.isupper() and roles == allowed:
            return name
    return "{" + ", ".join(f"Role.{role.name}" for role in Role if role in allowed) + "}"


def expected(allowed: Any, role: Role | None) -> str:
    if allowed == "public" or (role is not None and (allowed == "signed_in" or role in allowed)):
        return "through"
    return "door" if role is None else "refused"


def met(answer: Any) -> str:
    if answer.status_code == THROUGH:
        return "through"
    if answer.status_code == 302 and answer.url.startswith(DOORS):
        return "door"
    return "refused" if answer.status_code == 403 else f"{answer.status_code}"


@pytest.fixture
def site_that_was_visited(db, frame_drawn_once):
    """The first page ever shown makes the row of the footer's settings."""
    assert signed_in(person(Role.WORKER)).get("/cms/").status_code == 403


@pytest.fixture
def views_that_only_answer(monkeypatch):
    """Whoever may pass meets a plain answer, so that nothing runs.

    The list that it gives holds whoever is to be refused at the moment: she stands before the real view.
    """
    real = BaseHandler.make_view_atomic
    to_be_refused = []

    def made(handler, view):
        if to_be_refused:
            return real(handler, view)
        return lambda request, *args, **kwargs: HttpResponse(status=THROUGH)

    monkeypatch.setattr(BaseHandler, "make_view_atomic", made)
    return to_be_refused


@pytest.mark.django_db
@pytest.mark.parametrize("role", [None, *Role], ids=lambda role: role.value if role else "nobody")
def test_everybody_meets_the_rule_and_a_refusal_changes_nothing(site_that_was_visited, views_that_only_answer, role):
    client = signed_in(person(role)) if role else Client()
    before = rows()
    wrong = {}
    for route, allowed in PAGES.items():
        answer = expected(allowed, role)
        views_that_only_answer[:] = [role] if answer != "through" else []
        for method, entered in (("get", None), ("post", {"name": "x"})):
            seen = met(getattr(client, method)(address(route), entered))
            if seen != answer:
                wrong[f"{method.upper()} {address(route)}"] = (seen, answer)
    assert wrong == {}, "(met, expected)"
    assert rows() == before


@pytest.mark.django_db
def test_the_cms_is_for_staff_only():
    for role, answer in ((Role.WORKER, 403), (None, 302)):
        client = signed_in(person(role)) if role else Client()
        for path in ("/cms/", "/cms/pages/", "/cms/login/", "/cms/users/"):
            assert client.get(path).status_code == answer, (role, path)
    administrator = signed_in(person(Role.ADMINISTRATOR))
    assert administrator.get("/cms/users/").status_code == 403


@pytest.mark.django_db
def test_whoever_is_in_cannot_try_other_peoples_passwords_at_the_door_of_the_cms():
    """That door counts nothing."""
    officer, school = person(Role.ADMINISTRATOR), person(Role.SCHOOL_STAFF)
    client = signed_in(school)
    for entered in ("wrong", PASSWORD):
        assert client.post("/cms/login/", {"username": officer.username, "password": entered}).status_code == 403
    assert client.post("/cms/password_reset/", {"email": "x@example.com"}).status_code == 403
    assert client.session["_auth_user_id"] == str(school.pk)
    assert Client().get("/cms/login/").url.startswith("/staff/sign-in/")


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("role", "path", "is_kept"),
    [
        (Role.ADMINISTRATOR, "/staff/accounts/", False),
        (Role.WORKER, "/account/sessions/", False),
        (Role.WORKER, "/preferences/", True),
    ],
)
def test_the_next_person_at_the_computer_finds_no_page_of_somebody(role, path, is_kept):
    answer = signed_in(person(role)).get(path)
    assert answer.status_code == 200
    assert ("no-store" not in answer.headers.get("Cache-Control", "")) is is_kept
