"""The desk as a WSGI application.

    PYTHONPATH=deploy granian --interface wsgi receiver.app:application --host 127.0.0.1 --port 8100 --workers 1

One worker: the thread that sends the answers lives in it.
"""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import parse_qs, urlsplit

from receiver.answering import Answers
from receiver.checking import RefusalError, letter_from
from receiver.config import Config
from receiver.pages import desk_page
from receiver.signing import call_is_genuine
from receiver.store import Store

LARGEST_BODY = 1024 * 1024
RETRY_AFTER = "5"
LOOPBACK = re.compile(r"^(127\.\d+\.\d+\.\d+|::1|localhost|\[::1\])$")
STATUS = {
    200: "200 OK", 202: "202 Accepted", 303: "303 See Other", 400: "400 Bad Request", 401: "401 Unauthorized",
    403: "403 Forbidden", 404: "404 Not Found", 405: "405 Method Not Allowed", 409: "409 Conflict",
    413: "413 Content Too Large", 422: "422 Unprocessable Content", 503: "503 Service Unavailable",
}  # fmt: skip

Environ = dict[str, Any]
Start = Callable[[str, list[tuple[str, str]]], Any]
Answer = tuple[int, list[tuple[str, str]], bytes]


class Desk:
    """Takes messages, shows what came, and is told how to behave."""

    def __init__(self, config: Config) -> None:
        self.config, self.store = config, Store(config.data)

    def __call__(self, environ: Environ, start: Start) -> Iterable[bytes]:
        try:
            status, headers, body = self.answer(environ)
        except RefusalError as refusal:
            status, headers, body = _json(refusal.status, {"error": refusal.code, "places": refusal.places})
        start(STATUS[status], [*headers, ("Content-Length", str(len(body))), ("Cache-Control", "no-store")])
        return [body]

    def answer(self, environ: Environ) -> Answer:
        method, path = environ["REQUEST_METHOD"], environ["PATH_INFO"]
        desk = re.fullmatch(r"/([a-z_]+)/messages", path)
        if path == "/healthz":
            return _json(200, {"ok": True})
        if desk and desk.group(1) in self.config.keys:
            if method != "POST":
                raise RefusalError(405, "post_only")
            return self.message(environ, desk.group(1))
        self.loopback_only(environ)
        if path == "/" and method == "GET":
            page = desk_page(self.store.overview(), self.store.behaviour())
            return 200, [("Content-Type", "text/html; charset=utf-8")], page.encode()
        if path == "/overview.json" and method == "GET":
            told = self.store.overview()
            for row in told["packs"]:
                del row["document"]
            return _json(200, told)
        if path == "/control" and method == "POST":
            return self.control(environ)
        raise RefusalError(404, "not_found")

    def message(self, environ: Environ, desk: str) -> Answer:
        """One message for one of the desks."""
        behaviour = self.store.behaviour()
        if behaviour.is_down:
            return 503, [("Retry-After", RETRY_AFTER), ("Content-Type", "text/plain")], b"down"
        body = _body(environ)
        is_genuine = call_is_genuine(
            self.config.keys[desk],
            timestamp=environ.get("HTTP_X_QIAOSHOU_TIMESTAMP", ""),
            path=environ["PATH_INFO"],
            body=body,
            given=environ.get("HTTP_X_QIAOSHOU_SIGNATURE", ""),
            now=time.time(),
        )
        if not is_genuine:
            raise RefusalError(401, "not_genuine")
        letter = letter_from(self.config, desk, body, environ.get("HTTP_IDEMPOTENCY_KEY", ""))
        receipt = self.store.take(letter, behaviour)
        return _json(202, {"message": letter.key, "receipt": receipt, "state": "received"})

    def control(self, environ: Environ) -> Answer:
        """The desk behaves otherwise from now on."""
        given = {name: values[-1] for name, values in parse_qs(_body(environ).decode(), keep_blank_values=True).items()}
        try:
            # A box that is not ticked is not sent.
            self.store.behave(self.store.behaviour().changed({"down": "0"} | given))
        except ValueError:
            raise RefusalError(400, "not_a_number") from None
        return 303, [("Location", "/")], b""

    @staticmethod
    def loopback_only(environ: Environ) -> None:
        """The page has no accounts: it answers this machine, and forms that it sent itself."""
        host = urlsplit(f"//{environ.get('HTTP_HOST', '')}").hostname or ""
        caller = environ.get("REMOTE_ADDR", "127.0.0.1")
        origin = environ.get("HTTP_ORIGIN")
        is_own = origin is None or urlsplit(origin).netloc == environ.get("HTTP_HOST")
        if not LOOPBACK.match(host) or not LOOPBACK.match(caller) or not is_own:
            raise RefusalError(403, "this_machine_only")


def _body(environ: Environ) -> bytes:
    length = environ.get("CONTENT_LENGTH") or "0"
    if not length.isdigit() or int(length) > LARGEST_BODY:
        raise RefusalError(413, "too_large")
    content: bytes = environ["wsgi.input"].read(int(length))
    return content


def _json(status: int, content: object) -> Answer:
    return status, [("Content-Type", "application/json")], json.dumps(content, ensure_ascii=False).encode()


def started() -> Desk:
    """The desk with its thread running."""
    desk = Desk(Config.from_environment())
    Answers(desk.config, desk.store).start()
    return desk


def __getattr__(name: str) -> Desk:
    """``application`` is made when a server asks for it, so that the module can be read without an environment."""
    if name == "application":
        globals()[name] = started()
        found: Desk = globals()[name]
        return found
    raise AttributeError(name)
