"""The reference receiver of evidence, as `make run` starts it: its keys, its port, and how the portal finds it."""

from __future__ import annotations

import json
import os
import secrets
import socket
import sys
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "var" / "receiver"
DESKS = ("residency_desk", "talent_register", "credit_platform")


@dataclass(frozen=True)
class Desk:
    """How the receiver is started, and where it listens."""

    port: int
    words: list[str]
    environment: dict[str, str]


def receiver(site_port: int, certificate: Path, folder: Path = FOLDER) -> Desk:
    """Everything the receiver needs; the portal's development settings read what is left in ``connection.env``."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    keys, port = keys_of(folder / "keys.json"), free_port(site_port + 100)
    write(folder / "connection.env", connection(keys, port))
    words = [
        sys.executable, "-m", "granian", "--interface", "wsgi", "receiver.app:application", "--host", "127.0.0.1",
        "--port", str(port), "--workers", "1", "--blocking-threads", "4", "--no-ws", "--workers-kill-timeout", "3",
        "--log-level", "warning",
    ]  # fmt: skip
    environment = {
        "PYTHONPATH": str(ROOT / "deploy"),
        # An office dates its papers by the day of its city.
        "TZ": "Asia/Shanghai",
        "RECEIVER_DATA": str(folder),
        "RECEIVER_CERTIFICATE_FILE": str(certificate),
        "RECEIVER_RESULTS_URL": f"http://127.0.0.1:{site_port}/exchange/evidence/results/",
    }
    return Desk(port, words, environment)


def keys_of(file: Path) -> dict[str, str]:
    """The key of each desk: made once on this machine, readable by its owner only."""
    if not file.exists():
        write(file, json.dumps({desk: secrets.token_urlsafe(32) for desk in DESKS}))
    found: dict[str, str] = json.loads(file.read_text("utf-8"))
    return found


def connection(keys: dict[str, str], port: int) -> str:
    """The settings by which the portal finds the desks."""
    lines = []
    for desk in DESKS:
        lines.append(f"EVIDENCE_{desk.upper()}_URL=http://127.0.0.1:{port}/{desk}/messages")
        lines.append(f"EVIDENCE_{desk.upper()}_KEY={keys[desk]}")
    return "\n".join(lines) + "\n"


def free_port(wanted: int) -> int:
    """The port wanted, or any other that is free on this machine."""
    for port in (wanted, 0):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port if port <= 65535 else 0))
            except OSError:
                continue
            return int(probe.getsockname()[1])
    raise OSError("no free port on 127.0.0.1")


def write(file: Path, text: str) -> None:
    draft = file.with_name(f"{file.name}.{os.getpid()}")
    draft.touch(mode=0o600)
    draft.write_text(text, "utf-8")
    draft.replace(file)
