"""When PostgreSQL or the store of files is away or a disk is full: a sentence that says so, and what was typed is kept.

Django calls ``server_error`` for every exception that no view caught. One that says that either is away, or that a
file did not fit, becomes 503 with ``Retry-After``; a form that was being sent is on the page again, hidden, with one
button that sends it once more.
"""

import sys
from collections.abc import Iterator

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.template import loader
from django.views.defaults import server_error as fault_of_ours

from foundation.storage import FULL, StoreAwayError

RETRY_SECONDS = 15
# What must not stand in a page, and is typed again instead.
SECRETS = frozenset({"password", "password1", "password2", "oldpassword", "code"})
LONGEST = 100_000


def server_error(request: HttpRequest) -> HttpResponse:
    """The page for what nobody foresaw, for a database or store that is away or for a disk that is full."""
    error = sys.exc_info()[1]
    is_full = isinstance(error, OSError) and error.errno in FULL
    is_store = isinstance(error, StoreAwayError)
    if not (is_full or is_store or is_away(error)):
        return fault_of_ours(request)
    fields, is_whole = _typed(request)
    context = {
        "action": request.get_full_path(),
        "fields": fields if is_whole else [],
        "is_whole": is_whole,
        "is_form": request.method == "POST",
        "is_full": is_full,
        "is_store": is_store,
    }
    page = loader.get_template("503.html").render(context)
    return HttpResponse(page, status=503, headers={"Retry-After": str(RETRY_SECONDS), "Cache-Control": "no-store"})


def is_away(error: BaseException | None) -> bool:
    """Whether an exception, or what it came from, says that the database cannot be reached."""
    while error is not None:
        if isinstance(error, OperationalError | InterfaceError):
            return True
        error = error.__cause__
    return False


def _typed(request: HttpRequest) -> tuple[list[tuple[str, str]], bool]:
    """The fields of a form that was being sent, and whether that is all of it: no file and no secret among them."""
    if request.method != "POST" or not (request.content_type or "").startswith(
        ("application/x-www-form-urlencoded", "multipart/form-data")
    ):
        return [], False
    try:
        fields = list(_fields(request))
    except (ValueError, OSError, OperationalError, InterfaceError):
        return [], False
    kept = [(name, value) for name, value in fields if name not in SECRETS]
    if sum(len(value) for _name, value in kept) > LONGEST:
        return [], False
    return kept, len(kept) == len(fields) and not request.FILES


def _fields(request: HttpRequest) -> Iterator[tuple[str, str]]:
    for name, values in request.POST.lists():
        for value in values:
            yield name, str(value)
