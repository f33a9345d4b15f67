"""Ends a worker process with SIGKILL at a chosen step of a task.

A step is whatever leaves the process: a statement before and after it runs, a commit before and after it, a file opened
for writing, renamed or removed, a connection, a process started. The test counts the steps of an undisturbed run and
then has the process killed at some of them, chosen by a seed: "at random" that can be repeated.
"""

import json
import os
import signal
import sys
import time
from pathlib import Path
from typing import Any

from celery.signals import task_postrun, task_prerun
from django.db import connection
from django.db.backends.base.base import BaseDatabaseWrapper

FILE_EVENTS = {
    "os.rename", "os.remove", "os.link", "os.mkdir", "os.rmdir", "shutil.rmtree", "subprocess.Popen", "socket.connect",
    "os.chmod",
}  # fmt: skip


def folder() -> Path:
    return Path(os.environ["FAULTS_HOME"]) / "fuse"


class _Fuse:
    """The steps of the task that this process runs now."""

    def __init__(self) -> None:
        self.task = ""
        self.steps = 0
        self.at = 0
        self.victims = ""

    def light(self, task: str) -> None:
        """A task begins: is it one that is to be counted or killed?"""
        order = folder() / f"{task}.json"
        if not order.exists():
            return
        wanted = json.loads(order.read_text())
        order.unlink()  # only one process burns it
        self.task, self.steps, self.at, self.victims = task, 0, wanted["at"], wanted["victims"]

    def step(self) -> None:
        if not self.task:
            return
        self.steps += 1
        if self.steps == self.at:
            self.burn()

    def burn(self) -> None:
        task, self.task = self.task, ""
        (folder() / f"{task}.burnt").write_text(str(self.steps))
        (folder() / f"{task}.json").write_text(json.dumps({"at": 0, "victims": ""}))  # the next run tells its end
        if self.victims == "worker":
            os.kill(os.getppid(), signal.SIGKILL)
        os.kill(os.getpid(), signal.SIGKILL)
        time.sleep(60)

    def out(self) -> None:
        """The task has ended: the moment before the broker is told is a step too."""
        if not self.task:
            return
        self.step()
        task, self.task = self.task, ""
        if task:
            draft = folder() / f"{task}.draft"
            draft.write_text(str(self.steps))
            draft.rename(folder() / f"{task}.ended")


_fuse = _Fuse()


def _audited(event: str, arguments: tuple[Any, ...]) -> None:
    if not _fuse.task:
        return
    if event == "open":
        flags = arguments[2] if len(arguments) > 2 and isinstance(arguments[2], int) else 0
        if not flags & (os.O_WRONLY | os.O_RDWR):
            return
    elif event not in FILE_EVENTS:
        return
    _fuse.step()


def _around(execute: Any, sql: Any, params: Any, many: bool, context: Any) -> Any:
    _fuse.step()
    made = execute(sql, params, many, context)
    _fuse.step()
    return made


def lay() -> None:
    """Count the steps of every task of this process's children; called once, before the pool forks."""
    sys.addaudithook(_audited)
    committed = BaseDatabaseWrapper._commit  # the only place where every commit passes

    def commit(self: Any) -> None:
        _fuse.step()
        committed(self)
        _fuse.step()

    BaseDatabaseWrapper._commit = commit

    def begins(sender: Any = None, **_about: Any) -> None:
        if _around not in connection.execute_wrappers:
            connection.execute_wrappers.append(_around)
        _fuse.light(sender.name)

    def ends(**_about: Any) -> None:
        _fuse.out()

    task_prerun.connect(begins, weak=False)
    task_postrun.connect(ends, weak=False)
