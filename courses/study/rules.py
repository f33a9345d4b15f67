"""What a reported beat is worth. Pure: the same rules serve the fast path, the slow path and the tests.

The worker's phone reports which stretches of the medium it has played. The server believes none of it further than
these bounds; whatever it does not accept is refused with a reason, so that *accepted + refused = reported* always.

1. **Union.** A stretch of the medium counts once. Only accepted stretches join the union: what was refused can be
   watched again and then counts. So *accepted = length of the union*, never more than the lesson is long, nor more
   than it counts for (``worth``).
2. **Wall time.** A request is worth at most the time that the server's clock has run since ``counted_until``, the
   last accepted beat or the beginning of the viewing, whichever is later. At 1.5 times the speed, 30 seconds play 45
   seconds of the medium, and 30 are accepted. The phone's own clock is not asked.
3. **Lost line.** Beats kept on the phone may come later, all in one request, which shares one such bound; of a very
   long gap only the first ``gap_ms`` count.
4. **One at a time.** The worker has one clock, whatever the classes and phones. The viewing started last is the one
   that counts; each of its beats has a number, and no number counts twice.
5. **Presence.** An unanswered question stops the clock at its deadline.
6. **Day.** No more than ``day_ms`` are accepted between two midnights.
7. **Speed, order, class.** A beat above the allowed speed, of a lesson that is not yet its turn, or of a class that
   is not being studied is refused whole.

All times are whole milliseconds; moments are milliseconds since 1970.
"""

from dataclasses import dataclass, replace
from operator import itemgetter
from typing import NamedTuple

from courses.study.intervals import Piece, Spans, flat, join, length, split, take, total
from courses.study.states import Reason

# The player stops a moment before the end, and the last pictures are titles.
WATCHED_PERCENT = 95
ACCEPTED = ""


class Beat(NamedTuple):
    """What the phone says: the number of the beat in its viewing, the stretches played, the speed in percent."""

    sequence: int
    played: tuple[Piece, ...]
    speed: int


class Slice(NamedTuple):
    """A part of a beat with one outcome: accepted, or refused for one reason."""

    sequence: int
    played: Spans
    ms: int
    reason: str

    @property
    def accepted_ms(self) -> int:
        return 0 if self.reason else self.ms

    @property
    def refused_ms(self) -> int:
        return self.ms if self.reason else 0


@dataclass(frozen=True, slots=True)
class Limits:
    """The platform's figures of a day."""

    day_ms: int
    speed: int
    gap_ms: int
    presence_every_ms: int
    presence_answer_ms: int


@dataclass(frozen=True, slots=True)
class Clock:
    """One worker's clock: what is counted up to when, by which viewing and beat."""

    viewing: int
    sequence: int
    counted_until: int
    day: int
    day_ms: int
    presence_left_ms: int
    deadline: int | None = None


@dataclass(frozen=True, slots=True)
class Lesson:
    """The lesson of a viewing, as far as the rules care."""

    length: int
    worth: int
    speed: int
    watched: Spans
    is_in_order: bool = True
    is_studying: bool = True


@dataclass(frozen=True, slots=True)
class Request:
    """What came in: the beats of one viewing, and when by the server's clock and calendar."""

    viewing: int
    beats: tuple[Beat, ...]
    at: int
    day: int
    is_expired: bool = False


@dataclass(frozen=True, slots=True)
class Verdict:
    """The clock and the union afterwards, and what became of every reported millisecond."""

    clock: Clock
    watched: Spans
    slices: tuple[Slice, ...]
    asks: bool
    position: int | None

    @property
    def accepted_ms(self) -> int:
        return sum(part.accepted_ms for part in self.slices)

    @property
    def refused_ms(self) -> int:
        return sum(part.refused_ms for part in self.slices)


class Budget:
    """How much a request may still be given, by each bound. Running out of one names the reason."""

    __slots__ = ("bounds", "wall")

    def __init__(self, clock: Clock, lesson: Lesson, at: int, limits: Limits) -> None:
        self.wall = max(0, at - clock.counted_until)
        present = self.wall
        if clock.deadline is not None and at > clock.deadline:
            present = max(0, clock.deadline - clock.counted_until)
        self.bounds: list[tuple[Reason, int]] = [
            (Reason.LESSON_CAP, max(0, lesson.worth - length(lesson.watched))),
            (Reason.DAY_CAP, max(0, limits.day_ms - clock.day_ms)),
            (Reason.LINE_LOST, limits.gap_ms),
            (Reason.PRESENCE, present),
        ]

    def share(self, fresh: list[Piece]) -> list[tuple[list[Piece], str]]:
        """The pieces by what becomes of them: accepted first, then refused from the narrowest bound to the widest."""
        inside, outside = take(fresh, self.wall)
        self.wall -= total(inside)
        shares: list[tuple[list[Piece], str]] = [(outside, Reason.CLOCK)]
        for reason, room in sorted(self.bounds, key=itemgetter(1), reverse=True):
            inside, outside = take(inside, room)
            shares.append((outside, reason))
        accepted = total(inside)
        self.bounds = [(reason, room - accepted) for reason, room in self.bounds]
        shares.append((inside, ACCEPTED))
        return [share for share in reversed(shares) if share[0]]


def judge(clock: Clock, lesson: Lesson, request: Request, limits: Limits) -> Verdict:
    """What the beats of a request are worth. Every reported millisecond is in exactly one slice."""
    if request.day > clock.day:
        clock = replace(clock, day=request.day, day_ms=0)
    is_current = request.viewing == clock.viewing
    budget = Budget(clock, lesson, request.at, limits)
    sequence, watched, position, accepted = clock.sequence, lesson.watched, None, 0
    slices: list[Slice] = []
    for beat in request.beats:
        reason = _refusal(beat, lesson, request, limits, sequence if is_current else None)
        if is_current:
            sequence = max(sequence, beat.sequence)
        if reason:
            slices.append(_slice(beat, list(beat.played), reason))
            continue
        parts, watched, gained = _count(beat, lesson.length, watched, budget)
        slices += parts
        accepted += gained
        if beat.played:
            position = min(beat.played[-1][1], lesson.length)
    left = clock.presence_left_ms - accepted
    clock = replace(
        clock,
        sequence=sequence,
        counted_until=max(clock.counted_until, request.at) if accepted else clock.counted_until,
        day_ms=clock.day_ms + accepted,
        presence_left_ms=max(0, left),
    )
    asks = accepted > 0 and left <= 0 and clock.deadline is None
    return Verdict(clock, watched, tuple(slices), asks, position)


def _refusal(beat: Beat, lesson: Lesson, request: Request, limits: Limits, last: int | None) -> str:
    """Why the whole beat is refused, if it is; ``last`` is the newest number of its viewing, None of another one."""
    reason = ACCEPTED
    if request.is_expired:
        reason = Reason.EXPIRED
    elif last is None:
        reason = Reason.OTHER_VIEWING
    elif beat.sequence <= last:
        reason = Reason.REPLAYED
    elif not lesson.is_studying:
        reason = Reason.NOT_STUDYING
    elif not lesson.is_in_order:
        reason = Reason.OUT_OF_ORDER
    elif beat.speed > min(lesson.speed, limits.speed):
        reason = Reason.TOO_FAST
    return reason


def _count(beat: Beat, end_of_lesson: int, watched: Spans, budget: Budget) -> tuple[list[Slice], Spans, int]:
    """A beat that stands: cut at the lesson's end, without what is known, within the budget."""
    beyond: list[Piece] = []
    known: list[Piece] = []
    fresh: list[Piece] = []
    seen = watched
    for start, end in beat.played:
        if end > end_of_lesson:
            beyond.append((max(start, end_of_lesson), end))
            end = end_of_lesson  # noqa: PLW2901 - the rest of the stretch lies inside
        if start >= end:
            continue
        new, old = split(seen, start, end)
        fresh += new
        known += old
        seen = join(seen, start, end)
    parts: list[Slice] = []
    gained = 0
    for share, reason in budget.share(fresh):
        parts.append(_slice(beat, share, reason))
        if not reason:
            gained = total(share)
            for start, end in share:
                watched = join(watched, start, end)
    parts += [_slice(beat, share, why) for share, why in ((known, Reason.REPEATED), (beyond, Reason.BEYOND)) if share]
    return parts or [_slice(beat, [], ACCEPTED)], watched, gained


def _slice(beat: Beat, parts: list[Piece], reason: str) -> Slice:
    return Slice(beat.sequence, flat(parts), total(parts), str(reason))


def viewing_begun(clock: Clock, *, viewing: int, at: int, day: int) -> Clock:
    """Another viewing takes over, on this phone or another; what was before it no longer counts as running time."""
    clock = replace(clock, viewing=viewing, sequence=0, counted_until=max(clock.counted_until, at))
    return replace(clock, day=day, day_ms=0) if day > clock.day else clock


def question_asked(clock: Clock, *, at: int, limits: Limits, next_after_ms: int) -> Clock:
    """A presence question waits for its answer; the next one comes after so much more accepted time."""
    return replace(clock, deadline=at + limits.presence_answer_ms, presence_left_ms=next_after_ms)


def question_answered(clock: Clock, *, at: int) -> Clock:
    """Answered; when late, the time since the deadline is lost and nothing else."""
    if clock.deadline is None:
        return clock
    until = max(clock.counted_until, at) if at > clock.deadline else clock.counted_until
    return replace(clock, counted_until=until, deadline=None)


def is_watched(*, worth: int, accepted: int) -> bool:
    """Whether the lesson was watched as far as it counts."""
    return accepted * 100 >= worth * WATCHED_PERCENT
