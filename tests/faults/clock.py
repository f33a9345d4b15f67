"""The clock of the machine under test, which can be put forward and back while everything runs.

The test run always takes place on the same morning, whatever day it is. One file holds how far the machine's clock is
from the real one, in seconds: libfaketime reads it for PostgreSQL, this module for every Python process. Spans that are
measured with the monotonic clock stay true, as they do when somebody sets the clock of a real machine.
"""

import os
import threading
import time
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

import time_machine

# A Tuesday, ten o'clock in the morning, the day after the builders' TODAY.
BEGINS_AT = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)
LIBRARIES = "/usr/lib/*/faketime/libfaketimeMT.so.1"
LOOK_SECONDS = 0.1
# libfaketime reads the file again after this time.
SETTLED_SECONDS = 1.3


def _real() -> float:
    hatch = time_machine.escape_hatch
    return float(hatch.time.time() if hatch.is_travelling() else time.time())


def _file() -> Path:
    return Path(os.environ["FAULTS_HOME"]) / "clock"


def _offset() -> int:
    return int(_file().read_text())


def begin() -> None:
    """Put the clock on the morning; called once, before anything runs."""
    _write(int(BEGINS_AT.timestamp() - _real()))


def put(offset: int, *, settled: float = SETTLED_SECONDS) -> None:
    """Put the clock so many seconds from the real one, and wait until everything has seen it."""
    _write(offset)
    time.sleep(settled)


def jump(seconds: int, *, settled: float = SETTLED_SECONDS) -> None:
    """Put the clock forward, or back when negative."""
    put(_offset() + seconds, settled=settled)


def offset() -> int:
    """Where the clock stands now, to put it back to."""
    return _offset()


def _write(seconds: int) -> None:
    draft = _file().with_suffix(".draft")
    draft.write_text(f"{seconds:+d}\n")
    draft.chmod(0o644)
    draft.replace(_file())


class _Follower:
    """Keeps this process on the machine's clock."""

    def __init__(self) -> None:
        self.offset = _offset()
        self.traveller = time_machine.travel(_real() + self.offset, tick=True)
        self.coordinates = self.traveller.start()
        # What went by between asking and beginning: processes of one machine agree to the millisecond.
        self.coordinates.shift(_real() + self.offset - time.time())
        self.watch()

    def watch(self) -> None:
        threading.Thread(target=self._follow, daemon=True).start()

    def _follow(self) -> None:
        while True:
            time.sleep(LOOK_SECONDS)
            with suppress(OSError, ValueError):
                self.catch_up()

    def catch_up(self) -> None:
        seconds = _offset()
        if seconds != self.offset:
            self.coordinates.shift(seconds - self.offset)
            self.offset = seconds


def follow() -> None:
    """From now on this process, and whatever it forks, reads the machine's clock."""
    follower = _Follower()
    os.register_at_fork(after_in_child=follower.watch)
