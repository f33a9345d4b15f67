"""A small HTTP server on this machine that behaves like the systems we talk to, good days and bad."""

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from exchange.signing import SIGNATURE_HEADER, TIMESTAMP_HEADER, is_genuine


@dataclass
class Trouble:
    """One bad answer. ``after_taking``: the message is taken, only the answer is lost."""

    status: int = 200
    delay: float = 0.0
    raw: bytes | None = None
    headers: dict[str, str] = field(default_factory=dict)
    after_taking: bool = False
    hang_up: bool = False
    drip: bool = False


class OtherSystem:
    """Checks signatures, takes each idempotency key once, gives numbers, and has the troubles it is told to have."""

    def __init__(self, key: str, answer: Any = None) -> None:
        self.key = key
        self.answer = answer or (lambda body, number: {"id": f"gw-{number}"})
        self.troubles: list[Trouble] = []
        self.calls: list[dict[str, Any]] = []
        self.taken: dict[str, dict[str, Any]] = {}
        self.answers: dict[str, dict[str, Any]] = {}
        self.lock = threading.Lock()

    def take(self, idempotency_key: str, body: dict[str, Any]) -> dict[str, Any]:
        with self.lock:
            if idempotency_key not in self.taken:
                self.taken[idempotency_key] = body
                self.answers[idempotency_key] = self.answer(body, len(self.taken))
            return self.answers[idempotency_key]

    def handler(system) -> type[BaseHTTPRequestHandler]:  # noqa: N805 - the handler has a self of its own
        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def handle(self) -> None:
                with suppress(ConnectionError):  # callers that were killed or lost patience
                    super().handle()

            def do_POST(self) -> None:
                content = self.rfile.read(int(self.headers["Content-Length"]))
                key = self.headers.get("Idempotency-Key", "")
                genuine = is_genuine(
                    system.key,
                    timestamp=self.headers.get(TIMESTAMP_HEADER, ""),
                    path=self.path,
                    body=content,
                    given=self.headers.get(SIGNATURE_HEADER, ""),
                    now=time.time(),
                )
                system.calls.append({"path": self.path, "key": key, "genuine": genuine})
                trouble = system.troubles.pop(0) if system.troubles else Trouble()
                time.sleep(trouble.delay)
                if not genuine:
                    self.reply(401, b'{"error": "signature"}')
                elif trouble.hang_up:
                    if trouble.after_taking:
                        system.take(key, json.loads(content))
                    self.close_connection = True
                elif trouble.drip:
                    self.drip()
                elif trouble.status >= 300:
                    self.reply(trouble.status, b"19900001234 is not possible", trouble.headers)
                else:
                    answer = json.dumps(system.take(key, json.loads(content))).encode()
                    self.reply(trouble.status, answer if trouble.raw is None else trouble.raw)

            def reply(self, status: int, content: bytes, headers: dict[str, str] | None = None) -> None:
                try:
                    self.send_response(status)
                    for name, value in (headers or {}).items():
                        self.send_header(name, value)
                    self.send_header("Content-Length", str(len(content)))
                    self.end_headers()
                    self.wfile.write(content)
                except OSError:
                    self.close_connection = True  # the caller lost patience

            def drip(self) -> None:
                self.send_response(200)
                self.send_header("Content-Length", "1000000")
                self.end_headers()
                try:
                    for _ in range(200):
                        self.wfile.write(b" ")
                        self.wfile.flush()
                        time.sleep(0.02)
                except OSError:
                    pass
                self.close_connection = True

            def log_message(self, *args: Any) -> None:
                """Quiet."""

        return Handler


@contextmanager
def running(system: OtherSystem) -> Iterator[str]:
    """The address at which the system listens."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), system.handler())
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
