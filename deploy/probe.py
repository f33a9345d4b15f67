"""Ask one web instance at its own socket: /healthz (does it answer) or /readyz (does all behind it answer).

    deploy/start probe 1 readyz

Standard library only. Prints the answer; ends with 0 on 200. Waits up to a minute for a socket that is still to come,
or for the readiness that is.
"""

from __future__ import annotations

import os
import socket
import sys
import time
from http.client import HTTPConnection, HTTPException
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
WAIT_SECONDS = float(os.environ.get("PROBE_SECONDS", "60"))


class OverSocket(HTTPConnection):
    def __init__(self, path: str) -> None:
        super().__init__(first_host(), timeout=10)
        self.path = path

    def connect(self) -> None:
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(self.timeout)
        self.sock.connect(self.path)


def first_host() -> str:
    """A name the site answers to, from the environment or from `.env`."""
    named = os.environ.get("ALLOWED_HOSTS", "")
    if not named and (ROOT / ".env").exists():
        lines = (ROOT / ".env").read_text("utf-8").splitlines()
        named = next((line.partition("=")[2] for line in lines if line.startswith("ALLOWED_HOSTS=")), "")
    return named.split(",")[0].strip(" '\"").lstrip(".") or "localhost"


def asked(path: str, address: str) -> tuple[int, str]:
    line = OverSocket(path)
    try:
        line.request("GET", address)
        answer = line.getresponse()
        return answer.status, answer.read().decode(errors="replace")
    except (OSError, HTTPException) as error:
        return 0, f"{path}: {error}"
    finally:
        line.close()


def main() -> int:
    path, address = sys.argv[1:3]
    ends_at = time.monotonic() + WAIT_SECONDS
    while True:
        status, said = asked(path, address)
        if status == 200 or time.monotonic() >= ends_at:
            print(said.strip())
            return 0 if status == 200 else 1
        time.sleep(0.3)


if __name__ == "__main__":
    sys.exit(main())
