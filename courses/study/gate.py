"""The fast way for beats: answered before Django's middleware, because the signed token says all there is to know.

A beat needs no session, no user, no page frame; walking through all of that would cost several times what recording
it does. Everything else goes on to Django, of which only ``pages_at_once`` requests run at the same time: the many
threads that let beats share a transaction would only get into each other's way on a page.
"""

from collections.abc import Callable, Iterable
from http.cookies import CookieError, SimpleCookie
from threading import BoundedSemaphore
from typing import Any

from django.conf import settings

from courses.study.messages import MOST_BYTES
from courses.study.replies import reply

Wsgi = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]
BEATS = "/study/beats/"
LINES = {200: "200 OK", 400: "400 Bad Request", 403: "403 Forbidden", 404: "404 Not Found", 503: "503 Unavailable"}


def study_gate(application: Wsgi, *, pages_at_once: int = 2) -> Wsgi:
    """The application with the fast way in front."""
    pages = BoundedSemaphore(pages_at_once)

    def gate(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        if environ["PATH_INFO"] == BEATS and environ["REQUEST_METHOD"] == "POST":
            return _beats(environ, start_response)
        with pages:
            return application(environ, start_response)

    return gate


def _beats(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    try:
        size = int(environ.get("CONTENT_LENGTH") or 0)
    except ValueError:
        size = 0
    body = environ["wsgi.input"].read(min(size, MOST_BYTES + 1)) if size > 0 else b""
    status, content = reply(body, _language(environ.get("HTTP_COOKIE", "")))
    headers = [
        ("Content-Type", "application/json; charset=utf-8"),
        ("Content-Length", str(len(content))),
        ("Cache-Control", "no-store"),
        ("X-Content-Type-Options", "nosniff"),
    ]
    if status == 503:
        headers.append(("Retry-After", "5"))
    start_response(LINES[status], headers)
    return [content]


def _language(cookies: str) -> str:
    """The language chosen at the foot of the page, or nothing."""
    if settings.LANGUAGE_COOKIE_NAME not in cookies:
        return ""
    try:
        chosen = SimpleCookie(cookies).get(settings.LANGUAGE_COOKIE_NAME)
    except CookieError:
        return ""
    return chosen.value if chosen else ""
