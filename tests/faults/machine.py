"""A whole machine in a temporary folder: PostgreSQL, Redis, the site under granian, Celery's workers and beat.

Everything here is started by this test run and ended by it, by process id. Nothing is shared with `make services`.
"""

import http.client
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from glob import glob
from pathlib import Path
from typing import IO

from tests.faults import clock

ROOT = Path(__file__).resolve().parents[2]
HOME = Path(os.environ["FAULTS_HOME"])
DATABASE = "qiaoshou"
QUEUES = "default,exchange,imports,media,papers"


def wait_for(what: str, condition: Callable[[], object], seconds: float = 30, *, every: float = 0.05) -> None:
    """Until the condition holds; says what was waited for when it never does."""
    ends_at = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > ends_at:
            raise AssertionError(f"waited {seconds:.0f} s in vain for: {what}")
        time.sleep(every)


class Postgres:
    """A cluster of our own on a socket; as root it runs as `postgres`, as everywhere in this project."""

    def __init__(self, home: Path = HOME, name: str = "postgres") -> None:
        self.owner = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
        self.data, self.sockets, self.log = home / name, home / f"{name}-sockets", home / f"{name}.log"
        folders = sorted(glob("/usr/lib/postgresql/*/bin"), key=lambda path: int(path.split("/")[4]))
        self.binaries = Path(folders[-1] if folders else Path(str(shutil.which("initdb"))).parent)

    def url(self, database: str = DATABASE) -> str:
        return f"postgres://qiaoshou@/{self.sockets}/{database}"

    def run(
        self, *words: object, check: bool = True, output: IO[bytes] | None = None
    ) -> subprocess.CompletedProcess[str]:
        told = [*self.owner, str(self.binaries / str(words[0])), *map(str, words[1:])]
        environment = {name: value for name, value in os.environ.items() if not name.startswith(("PG", "PYTHON"))}
        environment |= {
            "LD_PRELOAD": glob(clock.LIBRARIES)[0],
            "FAKETIME_TIMESTAMP_FILE": str(HOME / "clock"),
            "FAKETIME_DONT_FAKE_MONOTONIC": "1",
            "FAKETIME_CACHE_DURATION": "0",
            "NO_FAKE_STAT": "1",
        }
        # A file, not a pipe: the server would hold a pipe open for as long as it runs.
        with self.log.open("a") as said:
            done = subprocess.run(
                told,
                check=False,
                cwd="/",
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=output or said,
                stderr=said,
            )
        if check and done.returncode:
            raise AssertionError(f"{words[0]} failed:\n{self.log.read_text()[-2000:]}")
        return subprocess.CompletedProcess(told, done.returncode, "", "")

    def make(self) -> None:
        self.log.touch()
        for place in (self.data, self.sockets):
            place.mkdir()
            place.chmod(0o700)
        for place in (self.data, self.sockets, self.log):
            if self.owner:
                shutil.chown(place, "postgres", "postgres")
        self.run("initdb", "-D", self.data, "-U", "qiaoshou", "-E", "UTF8", "--auth=trust", "--locale=C.UTF-8")

    def start(self) -> None:
        # `shared_memory_type=mmap` and a small cache: a killed server must leave nothing behind.
        options = (
            f"-c listen_addresses='' -c unix_socket_directories={self.sockets} -c max_connections=100 "
            "-c shared_buffers=64MB -c max_prepared_transactions=0"
        )
        self.run("pg_ctl", "start", "-D", self.data, "-w", "-t", 60, "-s", "-l", self.log, "-o", options)

    def kill(self) -> None:
        """The server dies at once, as in a power cut: no checkpoint, every connection torn."""
        self.run("pg_ctl", "stop", "-D", self.data, "-m", "immediate", "-w", "-s")

    def stop(self) -> None:
        self.run("pg_ctl", "stop", "-D", self.data, "-m", "fast", "-w", "-s", check=False)

    def pid(self) -> int:
        return int((self.data / "postmaster.pid").read_text().splitlines()[0])


class Redis:
    """Debian's server on a loopback port, with what it holds appended to a file, as in production."""

    def __init__(self, url: str) -> None:
        address = url.rpartition("@")[2].split("/")[0]
        self.port, self.password = int(address.rpartition(":")[2]), url.split(":")[2].split("@", maxsplit=1)[0]
        self.home = HOME / "redis"
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        self.home.mkdir(exist_ok=True)
        words = {
            "bind": "127.0.0.1", "port": self.port, "requirepass": self.password, "dir": self.home,
            "appendonly": "yes", "appendfsync": "everysec", "save": '""', "logfile": self.home / "redis.log",
        }  # fmt: skip
        binary = shutil.which("redis-server") or shutil.which("valkey-server")
        self.process = subprocess.Popen([str(binary), "-"], stdin=subprocess.PIPE)
        assert self.process.stdin is not None
        self.process.stdin.write("".join(f"{name} {value}\n" for name, value in words.items()).encode())
        self.process.stdin.close()
        wait_for("Redis to answer", self._answers)

    def _answers(self) -> bool:
        try:
            with socket.create_connection(("127.0.0.1", self.port), timeout=1) as line:
                line.sendall(f"AUTH {self.password}\r\nPING\r\n".encode())
                return line.recv(64).startswith(b"+OK")
        except OSError:
            return False

    def kill(self) -> None:
        assert self.process is not None
        self.process.kill()
        self.process.wait()

    def forget(self) -> None:
        """Whatever it had on its disk is lost, too."""
        shutil.rmtree(self.home / "appendonlydir")

    def stop(self) -> None:
        if self.process is not None and self.process.poll() is None:
            self.process.terminate()
            self.process.wait(20)


class Program:
    """One of our own processes, in a session of its own so that it can be ended with its helpers."""

    def __init__(self, name: str, words: list[str], **environment: str) -> None:
        self.log = HOME / f"{name}.log"
        self.words = words
        given = os.environ | environment | {"DJANGO_SETTINGS_MODULE": "tests.faults.settings"}
        given |= {"PYTHONPATH": f"{ROOT}:{ROOT / 'site'}", "PYTHONUNBUFFERED": "1"}
        with self.log.open("a") as said:
            self.process = subprocess.Popen(
                words, cwd=ROOT, env=given, stdin=subprocess.DEVNULL, stdout=said, stderr=said, start_new_session=True
            )

    @property
    def pid(self) -> int:
        return self.process.pid

    def is_running(self) -> bool:
        return self.process.poll() is None

    def kill(self) -> None:
        """SIGKILL for it and all its helpers at once."""
        with suppress(ProcessLookupError):
            os.killpg(self.pid, signal.SIGKILL)
        self.process.wait()

    def stop(self) -> None:
        if self.is_running():
            self.process.terminate()
            with suppress(subprocess.TimeoutExpired):
                self.process.wait(15)
        self.kill()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Web:
    """granian with two processes, as a city runs it."""

    def __init__(self, **environment: str) -> None:
        self.port = free_port()
        words = [
            sys.executable, "-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(self.port),
            "--workers", "2", "--blocking-threads", "16", "--no-ws", "--workers-kill-timeout", "3",
            "--log-level", "error", "tests.faults.web:application",
        ]  # fmt: skip
        self.program = Program("web", words, **environment)
        wait_for("the site to answer", lambda: self._status("/healthz") == 200, 60)

    def _status(self, path: str) -> int:
        try:
            return self.get(path)[0]
        except OSError:
            return 0

    def get(self, path: str, **headers: str) -> tuple[int, dict[str, str], str]:
        """Status, headers and text of a page."""
        return self.ask("GET", path, None, **headers)

    def ask(self, method: str, path: str, body: bytes | None, **headers: str) -> tuple[int, dict[str, str], str]:
        line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        try:
            line.request(method, path, body, {name.replace("_", "-"): value for name, value in headers.items()})
            answer = line.getresponse()
            return answer.status, dict(answer.getheaders()), answer.read().decode()
        finally:
            line.close()

    def stop(self) -> None:
        self.program.stop()


@contextmanager
def site(**environment: str) -> Iterator[Web]:
    """The site for as long as the block runs."""
    web = Web(**environment)
    try:
        yield web
    finally:
        web.stop()


class Workers:
    """A Celery worker; ``concurrency`` processes take tasks of the queues."""

    def __init__(self, queues: str = QUEUES, *, name: str = "worker", concurrency: int = 1, **environment: str) -> None:
        words = [
            sys.executable, "-m", "celery", "--quiet", "-A", "tests.faults.background", "worker", "--queues", queues,
            "--concurrency", str(concurrency), "--hostname", f"{name}@machine", "--loglevel", "WARNING",
            "--without-gossip", "--without-mingle", "--without-heartbeat",
        ]  # fmt: skip
        self.program = Program(name, words, **environment)

    def stop(self) -> None:
        self.program.stop()


@contextmanager
def workers(queues: str = QUEUES, **about: str | int) -> Iterator[Workers]:
    """A worker for as long as the block runs."""
    worker = Workers(queues, **about)  # type: ignore[arg-type]
    try:
        yield worker
    finally:
        worker.stop()


@contextmanager
def beat() -> Iterator[Program]:
    """The timetable for as long as the block runs."""
    words = [
        sys.executable, "-m", "celery", "--quiet", "-A", "tests.faults.background", "beat", "--pidfile=",
        "--schedule", str(HOME / "timetable"), "--loglevel", "WARNING",
    ]  # fmt: skip
    program = Program("beat", words)
    try:
        yield program
    finally:
        program.stop()
