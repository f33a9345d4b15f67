"""The time of a rehearsal. Whoever reads the clock inside reads this one; the audit trail keeps the database's own."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, time, timedelta
from typing import Any

from django.utils import timezone

from foundation.outbox import wake

_wake: Any = wake


class Clock:
    """A moment that is put and moved by hand."""

    def __init__(self, at: datetime) -> None:
        self.at = at

    def now(self) -> datetime:
        return self.at

    def put(self, day: date, hour: int, minute: int = 0) -> datetime:
        """This day at this hour of the city."""
        self.at = timezone.make_aware(datetime.combine(day, time(hour, minute)))
        return self.at

    def forward(self, seconds: float) -> datetime:
        self.at += timedelta(seconds=seconds)
        return self.at


class _Nobody:
    """Stands where the broker stands: a real worker process would do the work at the real hour."""

    def send_task(self, name: str, **_about: Any) -> None:
        return None


@contextmanager
def simulated_clock(at: datetime) -> Iterator[Clock]:
    """Let everything in this process read the given clock, and wake no worker process."""
    clock, real_now, real_app = Clock(at), timezone.now, _wake.current_app
    timezone.now = clock.now
    _wake.current_app = _Nobody()
    try:
        yield clock
    finally:
        timezone.now, _wake.current_app = real_now, real_app
