"""What attendance is worth, as a table."""

from datetime import timedelta
from decimal import Decimal

import pytest

from courses.attendance.rules import Meeting, standing_of, state_at
from courses.attendance.states import AttendanceState
from tests.workers.builders import NOW

P, LATE, LEAVE, ABSENT = AttendanceState
D = Decimal


def meeting(number, *, theory="0", practice="4", held=True, make_up_of=None):
    return Meeting(number, D(theory), D(practice), is_held=held, make_up_of=make_up_of)


@pytest.mark.parametrize(("minutes", "state"), [(-20, P), (0, P), (10, P), (10.1, LATE), (60, LATE)])
def test_late_begins_after_the_minutes_the_rule_gives(minutes, state):
    assert state_at(NOW + timedelta(minutes=minutes), starts_at=NOW, late_after=D(10)) == state


@pytest.mark.parametrize(
    ("state", "share", "hours", "rate"),
    [
        (P, 100, "4.0", "100.0"),
        (LATE, 100, "4.0", "100.0"),
        (LATE, 50, "2.0", "100.0"),
        (LATE, 33, "1.3", "100.0"),
        (LEAVE, 100, "0.0", "0.0"),
        (ABSENT, 100, "0.0", "0.0"),
        (None, 100, "0.0", "0.0"),
    ],
)
def test_each_state_has_its_hours_and_its_part_of_the_rate(state, share, hours, rate):
    standing = standing_of([meeting(1)], {1: state} if state else {}, late_share=D(share))
    assert (standing.practice_hours, standing.rate) == (D(hours), D(rate))


@pytest.mark.parametrize("missed", [LEAVE, ABSENT, None])
def test_a_make_up_session_counts_for_the_one_that_was_missed_and_once(missed):
    meetings = [meeting(1), meeting(2), meeting(3, make_up_of=1), meeting(4, make_up_of=1)]
    states = {2: P, 3: LATE, 4: P} | ({1: missed} if missed else {})
    standing = standing_of(meetings, states, late_share=D(50))
    assert standing.lines[0].is_made_up
    assert (standing.practice_hours, standing.rate, standing.held_hours) == (D("8.0"), D("100.0"), D(8))


def test_a_make_up_session_adds_nothing_for_whoever_was_there_the_first_time():
    standing = standing_of([meeting(1), meeting(2, make_up_of=1)], {1: P, 2: P}, late_share=D(100))
    assert (standing.practice_hours, standing.attended_hours) == (D("4.0"), D(4))
    assert not standing.lines[0].is_made_up


def test_a_session_not_yet_held_is_in_neither_number():
    standing = standing_of([meeting(1), meeting(2, held=False)], {1: P}, late_share=D(100))
    assert (standing.rate, standing.planned_hours, standing.held_hours) == (D("100.0"), D(8), D(4))


def test_nobody_has_a_rate_before_the_first_session_was_held():
    standing = standing_of([meeting(1, held=False)], {}, late_share=D(100))
    assert standing.rate is None
    assert not standing.is_below(D(80))


def test_the_rate_is_judged_on_exact_hours_and_shown_to_a_tenth():
    # 1999 of 2500 hours are 79.96 percent: shown as 80.0, and yet under 80.
    standing = standing_of([meeting(1, practice="1999"), meeting(2, practice="501")], {1: P}, late_share=D(100))
    assert standing.rate == D("80.0")
    assert standing.is_below(D(80))


def test_she_can_read_how_many_hours_she_may_still_miss():
    meetings = [meeting(n, held=n <= 2) for n in range(1, 11)]
    standing = standing_of(meetings, {1: P, 2: ABSENT}, late_share=D(100))
    assert standing.may_miss(D(80)) == D("4.0")
    assert standing.may_miss(D(95)) == D(0)
