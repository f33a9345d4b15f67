"""The disk of the machine's files: small, and full when a test says so.

As root it is a file system of its own (tmpfs); where nothing may be mounted, our processes are forbidden to write files
beyond a few bytes instead, which stops them in the middle of a file in the same way.
"""

import os
import resource
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from tests.faults.machine import HOME, Program

FILES = HOME / "files"
SIZE_MIB = 96
LEFT_BYTES = 4096
FEW_BYTES = 2048


def mount() -> bool:
    """Put the files on a small disk; false where that is not allowed."""
    if os.geteuid() != 0 or os.environ.get("FAULTS_NO_MOUNT"):
        return False
    words = ["mount", "-t", "tmpfs", "-o", f"size={SIZE_MIB}m,mode=755", "tmpfs", str(FILES)]
    if subprocess.run(words, check=False, capture_output=True).returncode:
        return False
    for name in ("media", "private", "lessons"):
        (FILES / name).mkdir()
    return True


def is_own() -> bool:
    """Whether the files have a disk of their own."""
    return os.path.ismount(FILES)


def unmount() -> None:
    if is_own():
        subprocess.run(["umount", "-l", str(FILES)], check=True)


@contextmanager
def full(*programs: Program) -> Iterator[None]:
    """No room for more than a few kilobytes, for as long as the block runs."""
    if is_own():
        with _filled():
            yield
    else:
        with _forbidden(programs):
            yield


@contextmanager
def _filled() -> Iterator[None]:
    filler = FILES / "filler"
    try:
        with filler.open("wb", buffering=0) as file, suppress(OSError):
            while True:
                file.write(b"\0" * 1_048_576)
        os.truncate(filler, filler.stat().st_size - LEFT_BYTES)
        yield
    finally:
        filler.unlink()


@contextmanager
def _forbidden(programs: tuple[Program, ...]) -> Iterator[None]:
    pids = [pid for program in programs for pid in family(program.pid)] + [os.getpid()]
    limits = {pid: resource.prlimit(pid, resource.RLIMIT_FSIZE) for pid in pids}
    for pid, (_soft, hard) in limits.items():
        resource.prlimit(pid, resource.RLIMIT_FSIZE, (FEW_BYTES, hard))
    try:
        yield
    finally:
        for pid, limit in limits.items():
            with suppress(ProcessLookupError):
                resource.prlimit(pid, resource.RLIMIT_FSIZE, limit)


def family(pid: int) -> list[int]:
    """A process and all its living descendants."""
    found, waiting = [], [pid]
    while waiting:
        current = waiting.pop()
        found.append(current)
        for task in Path(f"/proc/{current}/task").glob("*/children"):
            with suppress(OSError):
                waiting += [int(child) for child in task.read_text().split()]
    return found
