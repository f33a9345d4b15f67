"""The last step of `make run`, in the virtual environment: check, prepare the database, start, watch, stop.

supervise.py PORT LOCK BEGUN        (`run.py` calls it with the lock on the services and the time it began)
"""

from __future__ import annotations

import os
import shlex
import signal
import subprocess
import sys
import threading
import time
from contextlib import suppress
from pathlib import Path
from typing import Any, TextIO

from console import Stop, command, explain, say, tail
from honcho.compat import ProcessManager
from honcho.manager import Manager
from honcho.printer import Message, Printer
from honcho.process import Process
from receiving import Desk, receiver
from services import release
from surroundings import check_broker, check_database, is_prepared, settings_in_force
from welcome import wait_until_ready, welcome

ROOT = Path(__file__).resolve().parents[2]
VAR = ROOT / "var"
LOGS = VAR / "log"
READY = VAR / "web-is-ready"
STARTED = "web", "worker", "media", "beat", "receiver"


def main() -> int:
    port, lock, begun = int(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3])
    os.set_inheritable(lock, False)  # noqa: FBT003 - the function takes it so
    os.chdir(ROOT)
    # Until the supervisor installs its own handlers, a signal ends the preparation and still releases the services.
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _interrupt)
    try:
        return run(port, begun)
    except KeyboardInterrupt:
        return 0
    finally:
        release(lock)


def _interrupt(number: int, frame: Any) -> None:
    raise KeyboardInterrupt


def run(port: int, begun: float) -> int:
    os.environ["DJANGO_SETTINGS_MODULE"] = "portal.settings.dev"
    os.environ.setdefault("PUBLIC_BASE_URL", f"http://127.0.0.1:{port}")
    settings = settings_in_force()
    check_database(settings)
    check_broker(settings)
    for folder in (LOGS, VAR / "static"):
        folder.mkdir(parents=True, exist_ok=True)
    if not is_prepared(settings):
        prepare()
    return supervise(port, begun, receiver(port, Path(settings.CERTIFICATE_SIGNING_CERTIFICATE_FILE)))


def prepare() -> None:
    say(
        "准备数据库和演示数据：一座运转了一年的城市（只在第一次，要几分钟）",
        "Preparing the database and a city that has worked for a year (some minutes, the first time only)",
    )
    log = LOGS / "prepare.log"
    begun = time.monotonic()
    with log.open("w", encoding="utf-8") as output:
        done = subprocess.run(
            [sys.executable, "manage.py", "prepare", "--demo"],
            stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT,
        )  # fmt: skip
    if done.returncode:
        said = tail(log, 1).removeprefix("CommandError: ")
        raise Stop(
            f"数据库没有准备好：{said}（全部记录：{log}）",
            f"The database could not be prepared: {said} (the whole record: {log})",
        )
    seconds = time.monotonic() - begun
    say(f"数据库就绪（{seconds:.0f} 秒）", f"The database is ready ({seconds:.0f} s)")


def processes(port: int) -> dict[str, list[str]]:
    """Celery's two wait until the pages are there: all at once would make everybody wait for everything."""
    python = sys.executable
    waiting = 'for i in $(seq 300); do [ -e "$0" ] && break; sleep 0.2; done; exec "$@"'
    celery = [
        "sh",
        "-c",
        waiting,
        str(READY),
        "nice",
        "-n",
        "5",
        python,
        "-m",
        "celery",
        "--quiet",
        "-A",
        "portal.celery",
    ]
    return {
        "web": [
            python, "-m", "granian", "--interface", "wsgi", "portal.wsgi:application", "--host", "127.0.0.1",
            "--port", str(port), "--workers", "2", "--blocking-threads", "16", "--no-ws",
            "--workers-kill-timeout", "3", "--log-level", "warning",
        ],
        "worker": [
            *celery, "worker", "--queues", "default,exchange,imports,papers", "--concurrency", "2",
            "--loglevel", "INFO", "--without-gossip", "--without-mingle",
        ],
        # Videos take minutes; they must not hold up anything else.
        "media": [
            *celery, "worker", "--queues", "media", "--concurrency", "1", "--hostname", "media@%h",
            "--loglevel", "INFO", "--without-gossip", "--without-mingle",
        ],
        "beat": [
            *celery, "beat", "--schedule", str(VAR / "celerybeat-schedule"), "--pidfile=", "--loglevel", "WARNING",
        ],
    }  # fmt: skip


def supervise(port: int, begun: float, desk: Desk) -> int:
    manager = Supervisor(Tee(STARTED))
    READY.unlink(missing_ok=True)
    quiet = {"PYTHONUNBUFFERED": "1", "PYTHONWARNINGS": "ignore:You're running the worker with superuser"}
    for name, words in processes(port).items():
        manager.add_process(name, f"exec {shlex.join(words)}", env=os.environ | quiet, cwd=str(ROOT))
    manager.add_process(
        "receiver", f"exec {shlex.join(desk.words)}", env=os.environ | quiet | desk.environment, cwd=str(ROOT)
    )
    signal.signal(signal.SIGHUP, lambda number, frame: manager.stop_by_hand())
    watcher = threading.Thread(target=greet, args=(manager, port, begun, desk.port), daemon=True)
    watcher.start()
    manager.loop()
    if manager.is_stopped_by_hand:
        say("全部停止。", "All stopped.")
        return 0
    name = manager.first_to_end or "web"
    explain(
        Stop(
            f"{NAMES[name][0]}意外结束，其余部分也已停止。日志：{LOGS / f'{name}.log'}",
            f"The {NAMES[name][1]} ended unexpectedly, so the rest was stopped too. Its log: {LOGS / f'{name}.log'}",
        )
    )
    return 1


NAMES = {
    "web": ("网站进程", "web server"),
    "worker": ("后台任务进程", "task worker"),
    "media": ("视频处理进程", "video worker"),
    "beat": ("定时器", "scheduler"),
    "receiver": ("材料接收台", "receiver of evidence"),
}


def greet(manager: Supervisor, port: int, begun: float, desk_port: int) -> None:
    """When the site answers, say where it is and who may sign in."""
    failing = wait_until_ready(port, lambda: manager.is_ending)
    READY.touch()
    if failing:
        say(f"网站尚未就绪：{failing}", f"The site is not ready yet: {failing}")
    elif not manager.is_ending:
        print(welcome(port, time.time() - begun, desk_port), flush=True)


class Tee(Printer):
    """Each process's lines on the screen, and in a file of its own under var/log."""

    def __init__(self, names: tuple[str, ...]) -> None:
        super().__init__(sys.stdout)
        self.files: dict[str, TextIO] = {
            name: (LOGS / f"{name}.log").open("w", encoding="utf-8", buffering=1) for name in names
        }

    def write(self, message: Message) -> None:
        if message.name in self.files:
            data = message.data
            self.files[message.name].write(data.decode("utf-8", "replace") if isinstance(data, bytes) else data)
            super().write(message)


class Group(Process):
    """A process whose helpers end with it, and which ends when the supervisor is gone."""

    def run(self, events: Any = None, ignore_signals: bool = False) -> None:
        threading.Thread(target=self._watch, args=(os.getppid(),), daemon=True).start()
        super().run(events, ignore_signals)

    def _watch(self, supervisor: int) -> None:
        while self._child is None or self._child.poll() is None:
            if os.getppid() != supervisor and self._child is not None:
                os.killpg(self._child.pid, signal.SIGTERM)
            time.sleep(0.3)
        with suppress(ProcessLookupError):  # helpers of one that was killed would hold its output open for ever
            os.killpg(self._child.pid, signal.SIGKILL)


class AskTheParent(ProcessManager):
    """Asks a process to end, and leaves its helpers to it: a task that is running may then finish."""

    def terminate(self, pid: int) -> None:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGTERM)


class Supervisor(Manager):
    """honcho's manager, which also knows who ended first and whether a person asked for the end."""

    def __init__(self, printer: Printer) -> None:
        super().__init__(printer)
        self._process_ctor = Group
        self._procmgr = AskTheParent()
        self.first_to_end: str | None = None

    @property
    def is_stopped_by_hand(self) -> bool:
        return self.returncode in {130, 143}

    @property
    def is_ending(self) -> bool:
        return bool(self._terminating) or self.first_to_end is not None

    def stop_by_hand(self) -> None:
        self.returncode = 130
        self.terminate()

    def terminate(self) -> None:
        """Ask all to end; a signal that arrives while they are still being started waits for that."""
        if self._all_started():
            super().terminate()
        else:
            threading.Timer(0.2, self.terminate).start()

    def _any_stopped(self) -> bool:
        ended = [name for name, process in self._processes.items() if "returncode" in process]
        if ended and self.first_to_end is None:
            self.first_to_end = ended[0]
        return bool(ended)


if __name__ == "__main__":
    sys.exit(command(main))
