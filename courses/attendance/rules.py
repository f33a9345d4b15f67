"""What attendance is worth. Pure: the same rule serves the worker's page, the warnings and the close of the class.

1. Whoever was in the room (到课, 迟到) has the session's hours; 迟到 has the share of them that the platform's rule of
   the day gives. 请假 and 缺课 have none.
2. Being at a make-up session (补课) counts for the session that was missed, once, and in no other way.
3. The rate is hours attended of hours held. 迟到 is attended in full; a session not yet held is in neither number.
   A session that was held and about which nothing is recorded was missed.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal

from courses.attendance.states import IN_THE_ROOM, AttendanceState

TENTH = Decimal("0.1")
NONE = Decimal(0)


@dataclass(frozen=True, slots=True)
class Meeting:
    """A session at which somebody must be, as far as the rule cares."""

    id: int
    theory: Decimal
    practice: Decimal
    is_held: bool
    make_up_of: int | None = None

    @property
    def hours(self) -> Decimal:
        return self.theory + self.practice


@dataclass(frozen=True, slots=True)
class Line:
    """One session of one person: her state, whether a make-up stands for it, and the hours she has of it."""

    meeting: int
    state: AttendanceState | None
    is_held: bool
    is_made_up: bool
    theory: Decimal
    practice: Decimal

    @property
    def is_missed(self) -> bool:
        return self.is_held and not self.is_made_up and self.state not in IN_THE_ROOM


@dataclass(frozen=True, slots=True)
class Standing:
    """What one person has of a class's sessions."""

    lines: tuple[Line, ...]
    planned_hours: Decimal
    held_hours: Decimal
    attended_hours: Decimal
    theory_hours: Decimal
    practice_hours: Decimal

    @property
    def rate(self) -> Decimal | None:
        """Percent of the hours held that she attended, to a tenth; None while none were held."""
        if not self.held_hours:
            return None
        return (self.attended_hours * 100 / self.held_hours).quantize(TENTH, rounding=ROUND_HALF_UP)

    def is_below(self, least: Decimal) -> bool:
        """Whether she is under the required rate, judged on the exact hours and not on the rounded rate."""
        return bool(self.held_hours) and self.attended_hours * 100 < self.held_hours * least

    def may_miss(self, least: Decimal) -> Decimal:
        """How many more hours she can miss of the whole plan and still reach the required rate."""
        missed = self.held_hours - self.attended_hours
        allowed = self.planned_hours * (100 - least) / 100 - missed
        return max(NONE, allowed.quantize(TENTH, rounding=ROUND_DOWN))


def state_at(seen_at: datetime, *, starts_at: datetime, late_after: Decimal) -> AttendanceState:
    """On time up to so many minutes after the beginning, the last of them included."""
    is_late = seen_at > starts_at + timedelta(minutes=float(late_after))
    return AttendanceState.LATE if is_late else AttendanceState.PRESENT


def standing_of(meetings: Iterable[Meeting], states: Mapping[int, AttendanceState], *, late_share: Decimal) -> Standing:
    """What the states at these meetings are worth; ``late_share`` in percent."""
    meetings = list(meetings)
    made_up = {
        meeting.make_up_of for meeting in meetings if meeting.make_up_of and states.get(meeting.id) in IN_THE_ROOM
    }
    lines, planned, held, attended = [], NONE, NONE, NONE
    for meeting in meetings:
        if meeting.make_up_of is not None:
            continue
        line = _line(meeting, states.get(meeting.id), meeting.id in made_up, late_share)
        lines.append(line)
        planned += meeting.hours
        if meeting.is_held:
            held += meeting.hours
            attended += NONE if line.is_missed else meeting.hours
    return Standing(
        lines=tuple(lines),
        planned_hours=planned,
        held_hours=held,
        attended_hours=attended,
        theory_hours=sum((line.theory for line in lines), NONE),
        practice_hours=sum((line.practice for line in lines), NONE),
    )


def _line(meeting: Meeting, state: AttendanceState | None, is_made_up: bool, late_share: Decimal) -> Line:
    share = NONE
    if state == AttendanceState.PRESENT or (is_made_up and state not in IN_THE_ROOM):
        share = Decimal(100)
    elif state == AttendanceState.LATE:
        share = late_share
    if not meeting.is_held:
        share = NONE
    return Line(
        meeting=meeting.id,
        state=state,
        is_held=meeting.is_held,
        is_made_up=is_made_up and state not in IN_THE_ROOM,
        theory=_part(meeting.theory, share),
        practice=_part(meeting.practice, share),
    )


def _part(hours: Decimal, share: Decimal) -> Decimal:
    return (hours * share / 100).quantize(TENTH, rounding=ROUND_DOWN)
