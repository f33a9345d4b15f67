"""The moment, for what is counted by the time that goes by.

Somebody who sets the machine's clock, or a time server that corrects it, must give nobody time she did not study, nor
take any from her. The monotonic clock is never set: where the two part by more than a correction of the ordinary kind,
the clock was set, and this process goes on from where it was until it is started anew.
"""

import time
from datetime import datetime, timedelta
from threading import Lock

import structlog
from django.conf import settings
from django.utils import timezone

log = structlog.get_logger(__name__)
# Time servers correct by milliseconds, again and again; what is more than this at once is a jump.
ORDINARY_SECONDS = 1.0
NOTHING_SECONDS = 0.02


class SteadyClock:
    """How far the machine's clock has been set since this process began to look at it."""

    def __init__(self) -> None:
        self._begun = time.time() - time.monotonic()
        self._set_by = 0.0
        self._mutex = Lock()

    def set_by(self) -> float:
        """Seconds by which the clock was put forward, or back when negative."""
        apart = time.time() - time.monotonic() - self._begun - self._set_by
        if abs(apart) < NOTHING_SECONDS:
            return self._set_by
        with self._mutex:
            apart = time.time() - time.monotonic() - self._begun - self._set_by
            if abs(apart) > ORDINARY_SECONDS:
                self._set_by += apart
                log.error("clock.was_set", seconds=round(apart, 1), in_all=round(self._set_by, 1))
            else:
                self._begun += apart
        return self._set_by


# Begun when the process begins: one that looked for the first time after the clock was set would know of nothing.
_clock = SteadyClock()


def steady_now() -> datetime:
    """Now, as if nobody had set the clock since this process began."""
    if not settings.STEADY_CLOCK:
        return timezone.now()
    return timezone.now() - timedelta(seconds=_clock.set_by())
