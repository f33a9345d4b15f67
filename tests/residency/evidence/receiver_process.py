"""The reference receiver as a process of its own, as `make run` starts it, with its folder and keys in a test's own."""

import json
import os
import socket
import subprocess
import sys
import time
from pathlib import Path
from urllib.parse import urlencode

import httpx

from tests.test_structure import ROOT

KEY = "receiver-test-key"
DESKS = ("residency_desk", "talent_register", "credit_platform")


class RunningReceiver:
    """Started, told how to behave, looked into, stopped and started again."""

    def __init__(self, folder: Path, certificate: str, results_url: str):
        self.folder, self.certificate, self.results_url = folder, certificate, results_url
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        (folder / "keys.json").write_text(json.dumps(dict.fromkeys(DESKS, KEY)))
        self.process = None

    @property
    def address(self):
        return f"http://127.0.0.1:{self.port}"

    @property
    def settings(self):
        return {desk: {"url": f"{self.address}/{desk}/messages", "key": KEY} for desk in DESKS}

    def start(self):
        environment = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
        environment |= {
            "PYTHONPATH": str(ROOT / "deploy"),
            "RECEIVER_DATA": str(self.folder),
            "RECEIVER_CERTIFICATE_FILE": self.certificate,
            "RECEIVER_RESULTS_URL": self.results_url,
            "RECEIVER_DELAY_SECONDS": "0",
        }
        words = ["-m", "granian", "--interface", "wsgi", "receiver.app:application", "--host", "127.0.0.1"]
        words += [
            "--port",
            str(self.port),
            "--workers",
            "1",
            "--blocking-threads",
            "4",
            "--no-ws",
            "--log-level",
            "error",
        ]
        self.process = subprocess.Popen([sys.executable, *words], env=environment, cwd=self.folder)
        ends_at = time.monotonic() + 20
        while time.monotonic() < ends_at:
            try:
                if httpx.get(f"{self.address}/healthz", timeout=1).is_success:
                    return self
            except httpx.HTTPError:
                time.sleep(0.05)
        raise TimeoutError("the receiver did not start")

    def stop(self):
        if self.process is not None:
            self.process.terminate()
            self.process.wait(10)
            self.process = None

    def control(self, **behaviour):
        content = urlencode(behaviour).encode()
        kind = {"Content-Type": "application/x-www-form-urlencoded"}
        assert httpx.post(f"{self.address}/control", content=content, headers=kind).status_code == 303

    def overview(self):
        return httpx.get(f"{self.address}/overview.json").json()

    def packs(self):
        """Sequence and state of every pack it has on file, in the order of their sequences."""
        return sorted((row["subject"], row["sequence"], row["state"]) for row in self.overview()["packs"])

    def arrivals(self):
        """Sequences in the order in which they came, person by person."""
        found = {}
        for row in sorted(self.overview()["packs"], key=lambda row: row["id"]):
            found.setdefault(row["subject"], []).append(row["sequence"])
        return found

    def until_answered(self, count):
        """Wait until so many answers were taken by us."""
        ends_at = time.monotonic() + 15
        while time.monotonic() < ends_at:
            if sum(1 for row in self.overview()["results"] if row["sent_at"]) >= count:
                return
            time.sleep(0.05)
        raise TimeoutError(f"answers: {self.overview()['results']}")
