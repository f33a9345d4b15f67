"""A real S3-compatible server for tests: SeaweedFS on loopback, in a temporary folder, that checks every signature."""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

WEED = Path(sys.executable).parent / "weed"
BUCKET, KEY, SECRET = "qiaoshou-files", "test-key", "test-secret-of-the-store"
WAIT_SECONDS = 60


class FilesStore:
    """The server: what keeps the objects, and its door, which can be shut and opened again."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.ports = dict(zip(("door", "master", "filer", "volume"), _free_ports(4), strict=True))
        (home / "data").mkdir()
        held = {"name": "site", "credentials": [{"accessKey": KEY, "secretKey": SECRET}], "actions": ["Admin"]}
        (home / "identities.json").write_text(json.dumps({"identities": [held]}))
        ports = [f"-{name}.port={self.ports[name]}" for name in ("master", "filer", "volume")]
        bounds = ["-master.volumeSizeLimitMB=64", "-volume.max=50", "-volume.minFreeSpace=1"]
        self.keeper = self._run("server", f"-dir={home / 'data'}", "-ip=127.0.0.1", "-filer", *ports, *bounds)
        self.door: subprocess.Popen[bytes] | None = None

    @property
    def endpoint(self) -> str:
        return f"http://127.0.0.1:{self.ports['door']}"

    @property
    def access(self) -> dict[str, str]:
        """What a ``BucketStorage`` needs beside its prefix."""
        return {"bucket": BUCKET, "endpoint": self.endpoint, "key": KEY, "secret": SECRET}

    def start(self) -> None:
        """Open the door, and wait until objects can be written."""
        if self.door is not None:
            return
        who = [f"-config={self.home / 'identities.json'}", "-iam=false", "-autoCreateBucket=false"]
        where = [
            f"-port={self.ports['door']}",
            "-port.iceberg=0",
            "-port.lance=0",
            f"-filer=127.0.0.1:{self.ports['filer']}",
        ]
        self.door = self._run("s3", *where, *who)
        ends_at = time.monotonic() + WAIT_SECONDS
        while not self._is_ready():
            if self.door.poll() is not None or time.monotonic() > ends_at:
                raise RuntimeError((self.home / "log").read_text()[-2000:])
            time.sleep(0.1)

    def stop(self) -> None:
        """Shut the door, as a network does: at once, whoever is in the middle of something."""
        _kill(self.door)
        self.door = None

    def end(self) -> None:
        self.stop()
        _kill(self.keeper)

    def _run(self, *words: str) -> subprocess.Popen[bytes]:
        with (self.home / "log").open("ab") as log:
            return subprocess.Popen(
                [WEED, *words, "-ip.bind=127.0.0.1"], stdout=log, stderr=log, start_new_session=True, cwd=self.home
            )

    def unsigned(self, key: str) -> int:
        """The status that somebody without the key gets for an object."""
        try:
            with urllib.request.urlopen(f"{self.endpoint}/{BUCKET}/{key}", timeout=10) as answer:
                return int(answer.status)
        except urllib.error.HTTPError as refusal:
            return int(refusal.code)

    def _is_ready(self) -> bool:
        from botocore.exceptions import BotoCoreError, ClientError

        from foundation.bucket import BucketStorage

        storage: Any = BucketStorage(**self.access, prefix="")
        try:
            storage.client.create_bucket(Bucket=BUCKET)
        except ClientError as refusal:
            if not refusal.response["Error"]["Code"].startswith("BucketAlready"):
                return False
        except BotoCoreError:
            return False
        try:
            storage.replace("ready", b"ready")
        except Exception:  # noqa: BLE001 - the volumes come up a moment after the gateway
            return False
        is_ready = bool(storage.read_bytes("ready") == b"ready")
        storage.delete("ready")
        return is_ready


def _kill(process: subprocess.Popen[bytes] | None) -> None:
    if process is not None and process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def _free_ports(count: int) -> list[int]:
    """Ports that are free, and those ten thousand above them, which the server takes for its own calls."""
    found: list[int] = []
    for port in range(21000 + os.getpid() * 8 % 9000, 45000):
        if all(_is_free(one) for one in (port, port + 10000)):
            found.append(port)
        if len(found) == count:
            break
    return found


def _is_free(port: int) -> bool:
    with socket.socket() as line:
        return line.connect_ex(("127.0.0.1", port)) != 0


@contextmanager
def a_store() -> Iterator[FilesStore]:
    """A server with an empty bucket, for as long as the block runs."""
    home = Path(mkdtemp(prefix="qiaoshou-store-"))
    store = FilesStore(home)
    try:
        store.start()
        yield store
    finally:
        store.end()
        shutil.rmtree(home, ignore_errors=True)
