"""A worker's clock between the database and the rules: locked, read, written."""

from datetime import UTC, date, datetime, timedelta

from courses.study.models import StudyClock
from courses.study.rules import Clock

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MS = timedelta(milliseconds=1)


def to_ms(at: datetime) -> int:
    """Milliseconds since 1970, rounded down."""
    return (at - EPOCH) // _MS


def from_ms(ms: int) -> datetime:
    return EPOCH + ms * _MS


def clock_lock(worker_id: int) -> StudyClock | None:
    """The worker's clock, locked for this transaction; None before her first viewing."""
    return StudyClock.objects.select_for_update().filter(pk=worker_id).first()


def clock_of(row: StudyClock) -> Clock:
    """The row as the rules see it."""
    return Clock(
        viewing=row.viewing_id,
        sequence=row.sequence,
        counted_until=to_ms(row.counted_until),
        day=row.day.toordinal(),
        day_ms=row.day_ms,
        presence_left_ms=row.presence_left_ms,
        deadline=to_ms(row.deadline) if row.deadline else None,
    )


def clock_put(row: StudyClock, clock: Clock) -> StudyClock:
    """What the rules say, put into the row. The caller saves it."""
    row.viewing_id = clock.viewing
    row.sequence = clock.sequence
    row.counted_until = from_ms(clock.counted_until)
    row.day = date.fromordinal(clock.day)
    row.day_ms = clock.day_ms
    row.presence_left_ms = clock.presence_left_ms
    row.deadline = from_ms(clock.deadline) if clock.deadline is not None else None
    return row
