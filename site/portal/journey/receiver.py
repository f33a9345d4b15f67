"""The desk that receives evidence in a rehearsal: the reference receiver as a process of its own, and its answers.

Its answers come back over HTTP to the same address as in service; this process answers them itself, one by one.
"""

import json
import os
import secrets
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http import HTTPStatus
from http.client import HTTPConnection, HTTPException
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

from django.conf import settings
from django.test import Client
from django.urls import reverse

from portal.journey.state import JourneyError

ROOT = Path(__file__).resolve().parents[3]
START_SECONDS = 30
PAUSE = 0.1


class _Answer(BaseHTTPRequestHandler):
    """Hands a call to the site's own view and its answer back."""

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
        told = Client().post(self.path, body, content_type="application/json", headers=dict(self.headers))
        self.send_response(told.status_code)
        self.send_header("Content-Length", str(len(told.content)))
        self.end_headers()
        self.wfile.write(told.content)

    def log_message(self, *_words: Any) -> None:
        """The account of the rehearsal says what came."""


@contextmanager
def receiver_running(desk: str) -> Iterator["Callable[[Callable[[], bool], float], bool]"]:
    """A receiver that knows one desk. Gives a function that takes its answers until a question is answered yes.

    The address and key of the desk stand in the settings meanwhile.
    """
    before = settings.EVIDENCE_RECEIVERS
    with tempfile.TemporaryDirectory(prefix="qiaoshou-receiver-") as folder, _answers_taken() as server:
        key, port = secrets.token_urlsafe(32), _free_port()
        (Path(folder) / "keys.json").write_text(json.dumps({desk: key}), "utf-8")
        process = _start(Path(folder), port, f"http://127.0.0.1:{server.server_port}")
        try:
            _wait_for(port, process)
            settings.EVIDENCE_RECEIVERS = {desk: {"url": f"http://127.0.0.1:{port}/{desk}/messages", "key": key}}
            yield lambda is_done, seconds: _take(server, is_done, seconds)
        finally:
            settings.EVIDENCE_RECEIVERS = before
            process.terminate()
            process.wait(timeout=20)


@contextmanager
def _answers_taken() -> Iterator[HTTPServer]:
    server = HTTPServer(("127.0.0.1", 0), _Answer)
    server.timeout = PAUSE
    try:
        yield server
    finally:
        server.server_close()


def _take(server: HTTPServer, is_done: Callable[[], bool], seconds: float) -> bool:
    ends_at = time.monotonic() + seconds
    while not is_done():
        if time.monotonic() > ends_at:
            return False
        server.handle_request()
    return True


def _start(folder: Path, port: int, own_address: str) -> subprocess.Popen[bytes]:
    words = [
        sys.executable, "-m", "granian", "--interface", "wsgi", "receiver.app:application", "--host", "127.0.0.1",
        "--port", str(port), "--workers", "1", "--blocking-threads", "4", "--no-ws", "--workers-kill-timeout", "3",
        "--log-level", "warning",
    ]  # fmt: skip
    environment = os.environ | {
        "PYTHONPATH": str(ROOT / "deploy"),
        "RECEIVER_DATA": str(folder),
        "RECEIVER_CERTIFICATE_FILE": str(settings.CERTIFICATE_SIGNING_CERTIFICATE_FILE),
        "RECEIVER_RESULTS_URL": own_address + reverse("exchange:evidence_results"),
        "RECEIVER_DELAY_SECONDS": "0",
    }
    return subprocess.Popen(words, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)  # noqa: S603 - words of our own


def _wait_for(port: int, process: subprocess.Popen[bytes]) -> None:
    ends_at = time.monotonic() + START_SECONDS
    while time.monotonic() < ends_at and process.poll() is None:
        line = HTTPConnection("127.0.0.1", port, timeout=2)
        try:
            line.request("GET", "/healthz")
            if line.getresponse().status == HTTPStatus.OK:
                return
        except (OSError, HTTPException):
            time.sleep(PAUSE)
        finally:
            line.close()
    raise JourneyError("材料接收台没有启动。")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
