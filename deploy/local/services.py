"""A private PostgreSQL and a private Redis for this checkout, on this machine only.

PostgreSQL listens on a socket in a directory that only its owner and root can enter; Redis on a loopback port with
a socket beside it. Standard library only: the set-up runs this before anything is installed.

    python deploy/local/services.py start     start what is not given by DATABASE_URL / BROKER_URL, print the addresses
    python deploy/local/services.py stop      stop what `start` started
    python deploy/local/services.py destroy   stop, and remove the data
"""

from __future__ import annotations

import hashlib
import os
import pwd
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
VAR = ROOT / "var"
TAG = hashlib.sha256(str(ROOT).encode()).hexdigest()[:10]
DATABASE = "qiaoshou"
ENVIRONMENT = VAR / "services.env"  # settings read it, so that manage.py and pytest find the services by themselves


class ServiceError(Exception):
    """A sentence for the person at the keyboard: what is wrong and what to do."""


def main(arguments: list[str]) -> int:
    actions = {"start": start, "stop": stop, "destroy": destroy}
    if len(arguments) != 1 or arguments[0] not in actions:
        print(__doc__, file=sys.stderr)
        return 2
    try:
        answer = actions[arguments[0]]()
    except ServiceError as error:
        print(f"qiaoshou: {error}", file=sys.stderr)
        return 1
    for name, value in (answer or {}).items():
        print(f"{name}={value}")
    return 0


def start() -> dict[str, str]:
    """The environment that reaches the database and the broker, started where the caller has none of his own."""
    make_var()
    addresses = {
        "DATABASE_URL": os.environ.get("DATABASE_URL") or Postgres().start(),
        "BROKER_URL": os.environ.get("BROKER_URL") or Redis().start(),
    }
    ENVIRONMENT.write_text("".join(f"{name}={value}\n" for name, value in addresses.items()), "utf-8")
    ENVIRONMENT.chmod(0o600)
    return addresses


def stop() -> None:
    Redis().stop()
    Postgres().stop()


def destroy() -> None:
    stop()
    Redis().remove()
    Postgres().remove()


def make_var() -> None:
    """Make the data folder, or say why it cannot be made."""
    try:
        VAR.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=VAR) as probe:
            probe.write(b"\0" * 65536)
    except OSError as error:
        raise ServiceError(f"cannot write to {VAR}: {error.strerror}. Free some space or correct the folder's rights.")
    free = shutil.disk_usage(VAR).free
    if free < 500 * 1024 * 1024:
        raise ServiceError(f"only {free // 2**20} MiB are free on the disk of {VAR}; at least 500 MiB are needed.")


class Postgres:
    """The server's binaries are the system's; as root it runs as the `postgres` user, who must reach the data."""

    def __init__(self) -> None:
        self.owner = "postgres" if os.geteuid() == 0 else None
        self.binaries = self._binaries()
        self.home = self._home()
        self.data = self.home / "postgres"
        self.sockets = Path("/tmp") / f"qiaoshou-{TAG}"  # a socket's path must stay under 108 bytes
        self.log = self.home / "postgres.log"

    @staticmethod
    def _binaries() -> Path:
        folders = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda p: int(p.parent.name), reverse=True)
        for folder in folders:
            if (folder / "initdb").exists() and int(folder.parent.name) >= 15:
                return folder
        found = shutil.which("initdb")
        if found:
            return Path(found).resolve().parent
        raise ServiceError("PostgreSQL 15 or newer is not installed. Run: apt-get install postgresql")

    def _home(self) -> Path:
        """`var/`, unless root's checkout lies where the `postgres` user cannot go."""
        if self.owner is None or self._as_owner(["test", "-x", str(VAR)], check=False).returncode == 0:
            return VAR
        return Path("/var/lib/qiaoshou") / TAG

    def _as_owner(self, command: list[str], *, check: bool = True) -> subprocess.CompletedProcess[str]:
        if self.owner:
            command = ["runuser", "-u", self.owner, "--", *command]
        done = subprocess.run(command, capture_output=True, text=True, cwd="/")
        if check and done.returncode:
            raise ServiceError(self._complaint(command, done.stderr or done.stdout))
        return done

    def _complaint(self, command: list[str], said: str) -> str:
        last = [line for line in said.strip().splitlines() if line.strip()][-1:] or ["no message"]
        return (
            f"the private PostgreSQL did not start ({last[0].strip()}). Its log is {self.log}. "
            "To begin anew with an empty database: make clean"
        )

    def _own(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        if self.owner:
            entry = pwd.getpwnam(self.owner)
            os.chown(folder, entry.pw_uid, entry.pw_gid)
        folder.chmod(0o700)

    def url(self, database: str = DATABASE) -> str:
        return f"postgres://qiaoshou@/{database}?host={self.sockets}"

    def running(self) -> bool:
        return self._control("status").returncode == 0

    def _control(self, action: str, *options: str) -> subprocess.CompletedProcess[str]:
        return self._as_owner([str(self.binaries / "pg_ctl"), action, "-D", str(self.data), *options], check=False)

    def start(self) -> str:
        self._own(self.sockets)
        if not (self.data / "PG_VERSION").exists():
            self._initialise()
        if not self.running():
            self._launch()
        return self.url()

    def _initialise(self) -> None:
        if self.home != VAR:
            self.home.mkdir(parents=True, exist_ok=True)
            self.home.chmod(0o755)
        shutil.rmtree(self.data, ignore_errors=True)  # what a broken first start left
        self._own(self.data)
        # The socket's folder is the lock on the door: whoever may enter it is trusted.
        self._as_owner(
            [str(self.binaries / "initdb"), "-D", str(self.data), "-U", "qiaoshou", "-E", "UTF8", "--auth=trust",
             "--locale=C.UTF-8", "--no-instructions"]
        )  # fmt: skip

    def _launch(self) -> None:
        options = f"-c listen_addresses='' -c unix_socket_directories={self.sockets} -c max_connections=200"
        self.log.touch(exist_ok=True)
        if self.owner:
            shutil.chown(self.log, self.owner)
        done = self._control("start", "-w", "-t", "60", "-s", "-l", str(self.log), "-o", options)
        if done.returncode:
            raise ServiceError(self._complaint(["pg_ctl"], self.log.read_text("utf-8", "replace")))
        self._as_owner(
            ["sh", "-c", f"{self.binaries}/psql -h {self.sockets} -U qiaoshou -d postgres -tAc "
             f"\"SELECT 1 FROM pg_database WHERE datname = '{DATABASE}'\" | grep -q 1 "
             f"|| {self.binaries}/createdb -h {self.sockets} -U qiaoshou {DATABASE}"]
        )  # fmt: skip

    def stop(self) -> None:
        if (self.data / "PG_VERSION").exists():
            self._control("stop", "-m", "fast", "-w", "-s")

    def remove(self) -> None:
        for folder in (self.data, self.sockets):
            shutil.rmtree(folder, ignore_errors=True)
        if self.home != VAR:
            shutil.rmtree(self.home, ignore_errors=True)


class Redis:
    """Debian's redis-server; the broker, the cache and the rate limits use it."""

    def __init__(self) -> None:
        self.home = VAR / "redis"
        self.port_file = self.home / "port"
        self.pid_file = self.home / "redis.pid"

    def start(self) -> str:
        binary = shutil.which("redis-server") or shutil.which("valkey-server")
        if not binary:
            raise ServiceError("Redis is not installed. Run: apt-get install redis-server")
        if not self._pid():
            self._launch(binary)
        return f"redis://127.0.0.1:{self.port_file.read_text().strip()}/0"

    def _pid(self) -> int | None:
        """The running server's process id, if the file still tells the truth."""
        try:
            pid = int(self.pid_file.read_text())
            command = Path(f"/proc/{pid}/cmdline").read_bytes()
        except (OSError, ValueError):
            return None
        return pid if b"redis" in command or b"valkey" in command else None

    def _launch(self, binary: str) -> None:
        self.home.mkdir(parents=True, exist_ok=True)
        port = free_port()
        done = subprocess.run(
            [binary, "--bind", "127.0.0.1", "--port", str(port), "--daemonize", "yes", "--dir", str(self.home),
             "--pidfile", str(self.pid_file), "--logfile", str(self.home / "redis.log"), "--appendonly", "yes",
             "--save", ""],
            capture_output=True, text=True,
        )  # fmt: skip
        if done.returncode:
            raise ServiceError(f"the private Redis did not start: {done.stderr.strip() or done.stdout.strip()}")
        self.port_file.write_text(str(port))
        wait_for(lambda: self._pid() is not None and answers(port), f"Redis, whose log is {self.home}/redis.log")

    def stop(self) -> None:
        pid = self._pid()
        if pid:
            os.kill(pid, 15)
            wait_for(lambda: self._pid() is None, "Redis to stop")

    def remove(self) -> None:
        shutil.rmtree(self.home, ignore_errors=True)


def free_port() -> int:
    import socket

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def answers(port: int) -> bool:
    import socket

    try:
        with socket.create_connection(("127.0.0.1", port), timeout=1) as line:
            line.sendall(b"PING\r\n")
            return line.recv(16).startswith(b"+PONG")
    except OSError:
        return False


def wait_for(condition: object, what: str, seconds: float = 15) -> None:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if condition():  # type: ignore[operator]
            return
        time.sleep(0.05)
    raise ServiceError(f"waited {seconds:.0f} seconds in vain for {what}.")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
