"""The fast way for beats: answered before Django's middleware, because the signed token says all there is to know.

A beat needs no session, no user, no page frame; walking through all of that would cost several times what recording
it does. Everything else goes on to Django, of which only ``pages_at_once`` requests run at the same time: the many
threads that let beats share a transaction would only get into each other's way on a page.
"""

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from http.cookies import CookieError, SimpleCookie
from threading import Lock
from typing import Any

from django.conf import settings

from courses.study.messages import MOST_BYTES
from courses.study.replies import reply

Wsgi = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]
BEATS = "/study/beats/"
LINES = {200: "200 OK", 400: "400 Bad Request", 403: "403 Forbidden", 404: "404 Not Found", 503: "503 Unavailable"}


class Turnstile:
    """So many at a time, and the others in the order in which they came.

    A semaphore lets whoever comes just when a place becomes free pass those who wait: the rate is the same, but some
    wait for very long.
    """

    def __init__(self, places: int) -> None:
        self._free = places
        self._lock = Lock()
        self._waiting: deque[Lock] = deque()

    @contextmanager
    def place(self) -> Iterator[None]:
        """A place, from when it is one's turn to the end of the block."""
        self._enter()
        try:
            yield
        finally:
            self._leave()

    def _enter(self) -> None:
        with self._lock:
            if self._free:
                self._free -= 1
                return
            turn = Lock()
            turn.acquire()
            self._waiting.append(turn)
        turn.acquire()  # until the place is handed over

    def _leave(self) -> None:
        with self._lock:
            if self._waiting:
                self._waiting.popleft().release()
            else:
                self._free += 1


def study_gate(application: Wsgi, *, pages_at_once: int = 2) -> Wsgi:
    """The application with the fast way in front."""
    pages = Turnstile(pages_at_once)

    def gate(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        if environ["PATH_INFO"] == BEATS and environ["REQUEST_METHOD"] == "POST":
            return _beats(environ, start_response)
        with pages.place():
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
