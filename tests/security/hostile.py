"""What somebody hostile types: into the address, the query, the fields of a form."""

import inspect
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

from django.urls import resolve

from tests.security.walking import Field, Form, Page, body_of

SCRIPT = '"><script>alert(1)</script><img src=x onerror=alert(1)>{{7*7}}'
RAW = (b"<script>alert(1)", b"<img src=x onerror")
NUL, SQUARE, BEYOND = "a\0b9", "²", "9" * 30  # SQUARE is a digit to Python, and no number
LONG, TOO_LONG = "长😀" * 2000, "9" * 5000  # Python makes no number of so many digits
FIRST_DAY, LAST_DAY = "0001-01-01", "9999-12-31"  # before and after which there is none
BROKEN = "%ff%fe%00%c3%28"
OF_LISTS = ("page", "sort", "q")
READ_FROM_QUERY = re.compile(r"""GET(?:\.get\(|\.getlist\(|\[)"(\w+)\"""")

# What stands in a field of each kind, turn by turn; None leaves what the page put there.
TURNS: tuple[dict[str, str | None], ...] = (
    {"text": SCRIPT, "date": FIRST_DAY, "number": BEYOND, "select": None, "hidden": None},
    {"text": "示例", "date": LAST_DAY, "number": "-1", "select": SQUARE, "hidden": SQUARE},
    {"text": NUL, "date": "2026-99-99", "number": SQUARE, "select": BEYOND, "hidden": BEYOND},
    {"text": LONG, "date": FIRST_DAY, "number": TOO_LONG, "select": None, "hidden": TOO_LONG},
)
KINDS_OF_FIELD = {
    "date": "date", "datetime-local": "date", "month": "date", "number": "number", "hidden": "hidden",
    "radio": "select", "checkbox": "select", "select": "select",
}  # fmt: skip


def said(one: Field, turn: dict[str, str | None]) -> str:
    odd = turn[KINDS_OF_FIELD.get(one.kind, "text")]
    return one.value if odd is None else odd


def filled(form: Form, turn: dict[str, str | None]) -> dict[str, str]:
    return {one.name: said(one, turn) for one in form.fields}


def broken(form: Form) -> str:
    """Signs that are no text, each field twice, and once as the member of a list."""
    return "&".join(f"{quote(name)}={BROKEN}&{quote(name)}=1&{quote(name)}[]=1" for name in sorted(form.names()))


@cache
def names_read_in(folder: Path) -> tuple[str, ...]:
    """Every name that a view of an app takes from the query."""
    return tuple(sorted({name for path in folder.glob("*.py") for name in READ_FROM_QUERY.findall(path.read_text())}))


def names_read_at(path: str) -> tuple[str, ...]:
    """The names that the app behind an address takes from the query, and those that lists have."""
    view = inspect.unwrap(resolve(path).func)
    return (*names_read_in(Path(inspect.getsourcefile(view) or "").parent), *OF_LISTS)


def odd_queries(page: Page) -> Iterator[str]:
    """Queries for a page: its own fields by their kind, and the names that its app reads."""
    own = Form(page.path, "get", [one for form in page.forms if form.method == "get" for one in form.fields])
    names = names_read_at(page.path)
    for turn in TURNS[: 3 if own.fields else 0]:
        yield urlencode(filled(own, turn))
    yield urlencode(dict.fromkeys(names, SQUARE))
    if len(names) > len(OF_LISTS) or own.fields:
        yield urlencode(dict.fromkeys(names, FIRST_DAY))
        yield f"{broken(own)}&" + "&".join(f"{name}={BROKEN}" for name in names)


def is_wrong(answer: Any) -> bool:
    """A breakdown, or script as it was typed in what a browser reads as a page."""
    is_page = "html" in answer.headers.get("Content-Type", "")
    return answer.status_code >= 500 or (is_page and any(raw in body_of(answer) for raw in RAW))
