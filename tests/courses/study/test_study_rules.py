"""What a beat is worth: a table an officer can read, and what must hold for whatever a forger invents."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from courses.study.intervals import length
from courses.study.rules import (
    Beat,
    Clock,
    Lesson,
    Limits,
    Request,
    is_watched,
    judge,
    question_answered,
    question_asked,
    viewing_begun,
)

S = 1000
MINUTE = 60 * S
HOUR = 60 * MINUTE
DAY = 739_000
LIMITS = Limits(
    day_ms=6 * HOUR, speed=100, gap_ms=10 * MINUTE, presence_every_ms=15 * MINUTE, presence_answer_ms=3 * MINUTE
)
LESSON = Lesson(length=20 * MINUTE, worth=20 * MINUTE, speed=150, watched=())
CLOCK = Clock(viewing=7, sequence=0, counted_until=0, day=DAY, day_ms=0, presence_left_ms=24 * HOUR)


def beat(sequence, *played, speed=100):
    return Beat(sequence, tuple((start * S, end * S) for start, end in played), speed)


def request(*beats, at=30, viewing=7, **changes):
    return Request(viewing=viewing, beats=beats, at=at * S, day=changes.pop("day", DAY), **changes)


def outcome(verdict):
    return [(part.reason or "accepted", part.ms // S) for part in verdict.slices]


@pytest.mark.parametrize(
    ("what", "came", "clock", "lesson", "expected"),
    [
        ("thirty seconds in thirty seconds", request(beat(1, (0, 30))), {}, {}, [("accepted", 30)]),
        ("slowly: 22 seconds of the medium", request(beat(1, (0, 22), speed=75)), {}, {}, [("accepted", 22)]),
        ("more than the clock has run", request(beat(1, (0, 45))), {}, {}, [("accepted", 30), ("clock", 15)]),
        ("ten hours in one request", request(beat(1, (0, 36_000))), {}, {},
         [("accepted", 30), ("clock", 1170), ("beyond", 34_800)]),
        ("the same stretch again", request(beat(1, (0, 30))), {}, {"watched": (0, 20 * S)},
         [("accepted", 10), ("repeated", 20)]),
        ("the same stretch twice in one beat", request(beat(1, (0, 10), (0, 10))), {}, {},
         [("accepted", 10), ("repeated", 10)]),
        ("beyond the end", request(beat(1, (1190, 1220))), {}, {}, [("accepted", 10), ("beyond", 20)]),
        ("the number before", request(beat(3, (0, 30))), {"sequence": 3}, {}, [("replayed", 30)]),
        ("out of their order", request(beat(2, (0, 10)), beat(1, (10, 20))), {}, {},
         [("accepted", 10), ("replayed", 10)]),
        ("another viewing", request(beat(1, (0, 30)), viewing=6), {}, {}, [("other_viewing", 30)]),
        ("an invented later viewing", request(beat(1, (0, 30)), viewing=8), {}, {}, [("other_viewing", 30)]),
        ("too fast", request(beat(1, (0, 30), speed=125)), {}, {}, [("too_fast", 30)]),
        ("not her turn", request(beat(1, (0, 30))), {}, {"is_in_order": False}, [("out_of_order", 30)]),
        ("class closed", request(beat(1, (0, 30))), {}, {"is_studying": False}, [("not_studying", 30)]),
        ("page too old", request(beat(1, (0, 30)), is_expired=True), {}, {}, [("expired", 30)]),
        ("ten seconds before the daily cap", request(beat(1, (0, 30))), {"day_ms": 6 * HOUR - 10 * S}, {},
         [("accepted", 10), ("day_cap", 20)]),
        ("a new day", request(beat(1, (0, 30)), day=DAY + 1), {"day_ms": 6 * HOUR}, {}, [("accepted", 30)]),
        ("the clock set back", request(beat(1, (0, 30)), at=-60), {}, {}, [("clock", 30)]),
        ("the lesson counts for less than it lasts", request(beat(1, (0, 30))), {}, {"worth": 20 * S},
         [("accepted", 20), ("lesson_cap", 10)]),
        ("five minutes kept while the line was lost",
         request(*(beat(n, (30 * n - 30, 30 * n)) for n in range(1, 11)), at=300), {}, {}, [("accepted", 30)] * 10),
        ("twenty minutes without a line count ten",
         request(beat(1, (0, 1200)), at=1200), {}, {}, [("accepted", 600), ("line_lost", 600)]),
        ("question unanswered since ten seconds", request(beat(1, (0, 30))), {"deadline": 20 * S}, {},
         [("accepted", 20), ("presence", 10)]),
        ("question that may still be answered", request(beat(1, (0, 30))), {"deadline": 30 * S}, {},
         [("accepted", 30)]),
        ("a pause", request(Beat(1, (), 100)), {}, {}, [("accepted", 0)]),
    ],
)  # fmt: skip
def test_what_a_beat_is_worth(what, came, clock, lesson, expected):
    assert outcome(judge(replace(CLOCK, **clock), replace(LESSON, **lesson), came, LIMITS)) == expected


def test_at_one_and_a_half_times_the_speed_only_the_time_that_passed_counts():
    verdict = judge(CLOCK, LESSON, request(beat(1, (0, 45), speed=150)), replace(LIMITS, speed=150))
    assert outcome(verdict) == [("accepted", 30), ("clock", 15)]
    assert verdict.watched == (0, 30 * S)


def test_what_was_refused_can_be_watched_again_and_then_counts():
    first = judge(CLOCK, LESSON, request(beat(1, (0, 45))), LIMITS)
    again = judge(first.clock, replace(LESSON, watched=first.watched), request(beat(2, (30, 45)), at=45), LIMITS)
    assert outcome(again) == [("accepted", 15)]
    assert again.watched == (0, 45 * S)


def test_a_new_viewing_takes_over_and_starts_the_clock_anew():
    clock = viewing_begun(CLOCK, viewing=8, at=100 * S, day=DAY)
    assert outcome(judge(clock, LESSON, request(beat(1, (0, 110)), at=110, viewing=8), LIMITS)) == [
        ("accepted", 10),
        ("clock", 100),
    ]
    assert outcome(judge(clock, LESSON, request(beat(2, (0, 30)), at=110, viewing=7), LIMITS)) == [
        ("other_viewing", 30)
    ]


def test_a_late_answer_loses_only_the_time_after_the_deadline():
    asked = question_asked(CLOCK, at=0, limits=LIMITS, next_after_ms=MINUTE)
    assert asked.deadline == 180 * S
    before = judge(asked, LESSON, request(beat(1, (0, 200)), at=200), LIMITS)
    assert outcome(before) == [("accepted", 180), ("presence", 20)]
    answered = question_answered(before.clock, at=260 * S)
    after = judge(answered, replace(LESSON, watched=before.watched), request(beat(2, (180, 300)), at=290), LIMITS)
    assert outcome(after) == [("accepted", 30), ("clock", 90)]


def test_an_answer_in_time_loses_nothing():
    asked = question_asked(CLOCK, at=0, limits=LIMITS, next_after_ms=MINUTE)
    assert question_answered(asked, at=180 * S).counted_until == 0
    assert question_answered(CLOCK, at=180 * S) == CLOCK


def test_a_question_is_due_after_so_much_accepted_time():
    clock = replace(CLOCK, presence_left_ms=40 * S)
    first = judge(clock, LESSON, request(beat(1, (0, 30))), LIMITS)
    second = judge(first.clock, replace(LESSON, watched=first.watched), request(beat(2, (30, 60)), at=60), LIMITS)
    assert (first.asks, second.asks) == (False, True)


def test_a_lesson_is_watched_as_far_as_it_counts():
    assert is_watched(worth=100, accepted=94) is False
    assert is_watched(worth=100, accepted=95) is True


# --- whatever a forger invents -----------------------------------------------------------------------------------

spans = st.tuples(st.integers(0, 40 * HOUR), st.integers(0, 40 * HOUR)).map(lambda pair: (min(pair), max(pair)))
near = st.tuples(st.integers(0, 21 * MINUTE), st.integers(0, 2 * MINUTE)).map(lambda pair: (pair[0], sum(pair)))
beats = st.builds(
    Beat,
    sequence=st.integers(0, 12),
    played=st.lists(st.one_of(near, spans), max_size=4).map(tuple),
    speed=st.sampled_from([50, 100, 125, 200]),
)
streams = st.lists(
    st.tuples(
        st.sampled_from(["beats", "beats", "beats", "viewing", "ask", "answer"]),
        st.integers(-MINUTE, 30 * MINUTE),
        st.lists(beats, min_size=1, max_size=5).map(tuple),
        st.integers(1, 3),
        st.booleans(),
    ),
    max_size=25,
)


@settings(max_examples=400, deadline=None)
@given(streams, st.integers(0, 20 * MINUTE), st.integers(0, 90 * MINUTE), st.sampled_from([100, 150]))
def test_no_stream_of_beats_gains_more_than_the_bounds(stream, worth, day_ms, speed):
    limits = replace(LIMITS, day_ms=day_ms, speed=speed)
    lesson = replace(LESSON, worth=worth)
    clock, at, credited, viewing = replace(CLOCK, viewing=1), 0, 0, 1
    latest, first = 0, None
    for kind, elapsed, batch, which, studying in stream:
        at += elapsed
        day = DAY + at // (24 * HOUR)
        if kind == "viewing":
            viewing += 1
            clock = viewing_begun(clock, viewing=viewing, at=at, day=day)
        elif kind == "ask":
            clock = question_asked(clock, at=at, limits=limits, next_after_ms=MINUTE)
        elif kind == "answer":
            clock = question_answered(clock, at=at)
        else:
            came = Request(viewing=which, beats=batch, at=at, day=day)
            before = clock
            verdict = judge(clock, replace(lesson, is_studying=studying), came, limits)
            reported = sum(end - start for one in batch for start, end in one.played)
            gained = length(verdict.watched) - length(lesson.watched)
            assert verdict.accepted_ms + verdict.refused_ms == reported
            assert all(part.ms >= 0 for part in verdict.slices)
            assert verdict.accepted_ms == gained <= max(0, at - before.counted_until)
            assert gained <= limits.gap_ms
            assert verdict.clock.day_ms <= max(limits.day_ms, before.day_ms)
            assert verdict.clock.counted_until >= before.counted_until
            assert gained >= 0
            if which != before.viewing or not studying:
                assert gained == 0
            clock, lesson = verdict.clock, replace(lesson, watched=verdict.watched)
            credited += gained
            latest, first = max(latest, at), 0 if first is None else first
    assert credited == length(lesson.watched) <= min(worth, latest)


@settings(max_examples=200, deadline=None)
@given(st.lists(beats, min_size=1, max_size=5).map(tuple), st.integers(0, HOUR))
def test_a_request_sent_twice_gains_nothing_the_second_time(batch, at):
    came = Request(viewing=7, beats=batch, at=at, day=DAY)
    once = judge(CLOCK, LESSON, came, LIMITS)
    twice = judge(once.clock, replace(LESSON, watched=once.watched), replace(came, at=at + HOUR), LIMITS)
    if batch[-1].sequence:
        assert {part.reason for part in twice.slices} <= {"replayed"} | {
            part.reason for part in twice.slices if part.sequence > once.clock.sequence
        }
    assert twice.accepted_ms == 0
