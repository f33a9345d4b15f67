"""A walk through the site: every page somebody may see, with its links and its forms."""

import re
import time
from collections import Counter
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass, field
from functools import cache as cached
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urlsplit

from allauth.account.internal.flows.login import (
    _AUTHENTICATION_METHODS_USER_SESSION_KEY,
    AUTHENTICATION_METHODS_SESSION_KEY,
)
from django.apps import apps
from django.core.cache import cache
from django.db import connection, transaction
from django.test import Client
from django.urls import Resolver404, resolve

from foundation.accounts.models import User
from foundation.accounts.states import Role
from tests.portal.access_table import OFFICE, PAGES
from tests.portal.people import signed_in
from tests.security.object_table import KINDS, WORDS, WORDS_OF
from tests.security.world import World

HEALTH = {"healthz", "readyz"}
TRIES = 3
# Rows that belong to a visit, the record of who looked, and the footer's row, which the first page shown makes.
OF_A_VISIT = {
    "django_session", "usersessions_usersession", "audit_auditevent", "accounts_user", "cms_governmentfooter",
}  # fmt: skip
# Somebody of the world by her account's number, an officer by her role, a visitor.
Who = int | Role | None


@dataclass
class Field:
    name: str
    kind: str
    value: str = ""


@dataclass
class Form:
    action: str
    method: str
    fields: list[Field] = field(default_factory=list)

    def names(self) -> set[str]:
        return {one.name for one in self.fields}


class Page(HTMLParser):
    """The links and forms of a page."""

    def __init__(self, path: str, answer: Any) -> None:
        super().__init__()
        self.path, self.answer = path, answer
        self.links: list[str] = []
        self.forms: list[Form] = []
        self._select: Field | None = None
        self.feed(body_of(answer).decode())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "a" and given.get("href", "").startswith("/"):
            self.links.append(given["href"])
        if tag == "form":
            action = urlsplit(given.get("action") or self.path).path or self.path
            self.forms.append(Form(action, given.get("method", "get").lower()))
        if tag in {"input", "textarea", "select", "button"} and self.forms and given.get("name"):
            self._field(tag, given)
        if tag == "option" and self._select and given.get("value"):
            is_chosen = "selected" in given
            self._select.value = given["value"] if is_chosen or not self._select.value else self._select.value

    def _field(self, tag: str, given: dict[str, str]) -> None:
        kind = given.get("type", "text") if tag in {"input", "button"} else tag
        if kind == "file" or given["name"] == "csrfmiddlewaretoken":
            return
        made = Field(given["name"], "hidden" if tag == "button" else kind, given.get("value", ""))
        self.forms[-1].fields.append(made)
        self._select = made if tag == "select" else self._select


@dataclass(frozen=True)
class Place:
    """An address, a browser that may open it, and whose it is."""

    client: Client
    path: str
    who: str


def address(route: str, names: dict[str, Any]) -> str:
    words = WORDS | WORDS_OF.get(route, {}) | names
    return "/" + re.sub(r"<(?:\w+:)?(\w+)>", lambda match: str(words[match.group(1)]), route)


def state() -> dict[str, Any]:
    """A mark for each table that any changed row changes."""
    tables = sorted({model._meta.db_table for model in apps.get_models(include_auto_created=True)} - OF_A_VISIT)
    there = set(connection.introspection.table_names())
    marks = " UNION ALL ".join(
        f"SELECT '{name}', count(*), sum(hashtext(t::text)::bigint) FROM {name} t" for name in tables if name in there
    )
    with connection.cursor() as cursor:
        cursor.execute(marks)
        return {name: (number, mark) for name, number, mark in cursor.fetchall()}


def clients(world: World) -> dict[int, Any]:
    return {user.pk: just_signed_in(user) for users in world.people.values() for user in users}


def just_signed_in(user: User) -> Client:
    """Nothing asks for the password again before it says whose the object is."""
    client = signed_in(user)
    session = client.session
    session[AUTHENTICATION_METHODS_SESSION_KEY] = [{"method": "password", "at": time.time(), "reauthenticated": True}]
    session[_AUTHENTICATION_METHODS_USER_SESSION_KEY] = str(user.pk)
    session.save()
    return client


@cached
def route_of(path: str) -> str:
    try:
        return str(resolve(path).route)
    except Resolver404:
        return ""


def asked(place: Place, method: str, path: str, data: Any = None, **more: Any) -> Any:
    """The answer; whatever was changed on the way is taken back, in the database and in the browser."""
    cookies = deepcopy(place.client.cookies)
    cache.clear()
    before = transaction.savepoint()
    try:
        return getattr(place.client, method)(path, data, **more)
    finally:
        transaction.savepoint_rollback(before)
        place.client.cookies = cookies


def body_of(answer: Any) -> bytes:
    return b"".join(answer.streaming_content) if answer.streaming else answer.content


def page_of(place: Place) -> Page | None:
    answer = asked(place, "get", place.path)
    is_page = answer.status_code in {200, 422} and "html" in answer.headers.get("Content-Type", "")
    return Page(place.path, answer) if is_page else None


def openers(route: str, world: World) -> list[Who]:
    """Whoever opens an address: somebody of the bureau, somebody of each other role, a visitor."""
    who = PAGES[route]
    if who == "public":
        return [None]
    roles = set(Role) if who == "signed_in" else who
    office = sorted(roles & (OFFICE - {Role.AUDITOR})) or sorted(roles & OFFICE)
    others = [world.people[role][0].pk for role in sorted(roles - OFFICE) if world.people[role]]
    return [*office[:1], *others]


def beginnings(world: World, browsers: dict[Who, Client]) -> Iterator[Place]:
    """Every address without an argument, and every object's addresses for somebody whose it is."""
    for route in PAGES:
        if "<" not in route and route not in HEALTH:
            for who in openers(route, world):
                yield Place(browsers[who], f"/{route}", str(who))
    for kind, routes in KINDS.items():
        for thing in world.things[kind]:
            for owner in sorted(thing.owners & set(browsers))[:1]:
                for route in routes:
                    yield Place(browsers[owner], address(route, thing.names), f"owner of {kind}")


def pages(
    world: World, browsers: dict[Who, Client], *, of_the_bureau: bool | None = None
) -> Iterator[tuple[Place, Page]]:
    """Every page there is to see, once for the bureau and once for the others: those above and what they link to."""
    officers = {id(browsers[role]) for role in OFFICE}
    begun = beginnings(world, browsers)
    waiting = [place for place in begun if of_the_bureau in {None, id(place.client) in officers}]
    tried = Counter[tuple[str, bool]]()
    while waiting:
        place = waiting.pop(0)
        seen = (route_of(place.path), id(place.client) in officers)
        tried[seen] += 1
        page = page_of(place) if seen[0] in PAGES and tried[seen] <= TRIES else None
        if page is not None:
            tried[seen] = TRIES
            yield place, page
            links = sorted({link.partition("?")[0] for link in page.links})
            waiting += [Place(place.client, link, place.who) for link in links]
