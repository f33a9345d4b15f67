"""What the scripts of this folder say to the person at the keyboard: a sentence in Chinese, then in English."""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Callable
from pathlib import Path


class Stop(Exception):  # noqa: N818 - nothing is wrong with the code
    """The work cannot go on: what is wrong and what to do, in both languages."""

    def __init__(self, chinese: str, english: str) -> None:
        super().__init__(english)
        self.chinese = chinese
        self.english = english


def say(chinese: str, english: str) -> None:
    print(f"· {chinese} / {english}", flush=True)


def explain(stop: Stop) -> None:
    print(f"\n✗ {stop.chinese}\n✗ {stop.english}\n", file=sys.stderr, flush=True)


def tail(path: Path, lines: int = 12) -> str:
    """The last lines of a log, or nothing when it cannot be read."""
    try:
        return "\n".join(path.read_text("utf-8", "replace").splitlines()[-lines:])
    except OSError:
        return ""


def command(work: Callable[[], int]) -> int:
    """Run a script's work; whatever stops it becomes a sentence, never a traceback."""
    try:
        return work()
    except Stop as stop:
        explain(stop)
    except OSError as error:
        explain(sentence_for(error))
    except KeyboardInterrupt:
        explain(Stop("已中断。", "Interrupted."))
        return 130
    return 1


def sentence_for(error: OSError) -> Stop:
    place = error.filename or os.getcwd()
    if error.errno in {errno.ENOSPC, errno.EDQUOT}:
        return Stop(
            f"磁盘已满（{place}）。请腾出空间后重试。", f"The disk is full ({place}). Free some space and try again."
        )
    if error.errno in {errno.EACCES, errno.EPERM, errno.EROFS}:
        return Stop(
            f"没有权限使用 {place}。请检查文件夹的所有者和权限，或换用原来的用户运行。",
            f"No permission to use {place}. Check who owns the folder, or run as the user who ran this before.",
        )
    return Stop(f"系统错误：{error}。", f"The system refused: {error}.")
