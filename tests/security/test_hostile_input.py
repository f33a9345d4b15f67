"""Every page with what somebody hostile would type into address, query and fields: no breakdown, no script."""

import re
from collections.abc import Iterator
from typing import Any

import pytest

from tests.portal.access_table import PAGES
from tests.security.hostile import BEYOND, TURNS, broken, filled, is_wrong, odd_queries
from tests.security.object_table import KINDS
from tests.security.walking import Form, Place, address, asked, openers, pages, route_of

FORM = "application/x-www-form-urlencoded"
ODD_WORDS = ("%00", "x" * 300, "%F0%9F%98%80", "%C2%B2")


@pytest.mark.parametrize("of_the_bureau", [True, False], ids=["the bureau", "everybody else"])
def test_no_query_and_no_field_breaks_a_page_or_comes_back_as_script(world, browsers, of_the_bureau):
    wrong, known, queries = [], set(), 0
    for place, page in pages(world, browsers, of_the_bureau=of_the_bureau):
        for query in odd_queries(page):
            queries += 1
            if is_wrong(asked(place, "get", f"{place.path}?{query}")):
                wrong.append(f"{place.path}?{query[:300]} by {place.who}")
        for form in page.forms:
            named = (route_of(form.action), *sorted(form.names()))
            if form.method == "post" and form.fields and named not in known:
                known.add(named)
                wrong += [f"{form.action} by {place.who}: {data}"[:400] for data in wrongly_taken(place, form)]
    assert not wrong, "\n".join(wrong)
    assert (queries > 100, len(known) > 20) == (True, True)


def wrongly_taken(place: Place, form: Form) -> Iterator[Any]:
    """What a form is sent that breaks the page, or comes back as script."""
    for data in (filled(form, turn) for turn in TURNS):
        if is_wrong(asked(place, "post", form.action, data)):
            yield data
    if is_wrong(asked(place, "post", form.action, broken(form), content_type=FORM)):
        yield broken(form)


def test_no_address_breaks_down(world, browsers):
    wrong = {}
    for route in PAGES:
        for who in openers(route, world)[:1]:
            for path in odd_addresses(route):
                place = Place(browsers[who], path, str(who))
                for method in ("get", "post"):
                    if is_wrong(asked(place, method, path)):
                        wrong[f"{method} {path[:120]} by {who}"] = True
    assert not wrong, "\n".join(wrong)


def odd_addresses(route: str) -> set[str]:
    """The address with numbers beyond any row's, and with words that are none."""
    numbered = re.sub(r"<int:\w+>", BEYOND, route)
    words = ODD_WORDS if "<str:" in route else ("x" * 300,)
    return {"/" + re.sub(r"<(?:\w+:)?\w+>", word, numbered) for word in words} if "<" in route else set()


def test_words_that_are_none_break_no_page_of_an_object_that_is_there(world, browsers):
    wrong = {}
    for kind, routes in KINDS.items():
        for thing in world.things[kind]:
            owner = min(thing.owners & set(browsers), default=None)
            for route in routes:
                if owner is None or not re.search(r"<slug:", route):
                    continue
                words = dict.fromkeys(re.findall(r"<slug:(\w+)>", route), "x-9")
                path = address(route, words | thing.names)
                place = Place(browsers[owner], path, f"owner of {kind}")
                if any(is_wrong(asked(place, method, path)) for method in ("get", "post")):
                    wrong[path] = place.who
    assert wrong == {}
