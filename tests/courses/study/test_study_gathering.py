"""Requests that wait together are recorded together, and each caller gets its own answer or its own failure."""

import threading
import time

import pytest

from courses.study.gathering import Gathering
from tests.foundation.test_outbox_parallel import in_threads


def test_a_request_alone_is_recorded_at_once():
    seen = []
    gathering = Gathering(lambda came: seen.append(list(came)) or [one * 2 for one in came])
    assert gathering.submit(21) == 42
    assert seen == [[21]]


def test_requests_that_come_meanwhile_share_the_next_turn():
    seen, is_open = [], threading.Event()

    def record(came):
        seen.append(sorted(came))
        if came == [0]:
            is_open.wait(5)
        return [one * 2 for one in came]

    gathering = Gathering(record)

    def send(index):
        if index == 0:
            return gathering.submit(0)
        while not seen:
            time.sleep(0.001)
        if index == 5:
            time.sleep(0.1)
            is_open.set()
        return gathering.submit(index)

    assert in_threads(6, send) == [0, 2, 4, 6, 8, 10]
    assert seen[0] == [0]
    assert sorted(one for turn in seen for one in turn) == list(range(6))
    assert len(seen) <= 3


def test_many_threads_all_get_their_own_answer():
    gathering = Gathering(lambda came: [one + 1 for one in came])
    assert in_threads(16, lambda index: [gathering.submit(index * 1000 + n) for n in range(50)]) == [
        [index * 1000 + n + 1 for n in range(50)] for index in range(16)
    ]


def test_a_request_that_cannot_be_recorded_takes_no_other_with_it():
    barrier = threading.Barrier(4)

    def record(came):
        if -1 in came:
            raise ValueError("not this one")
        return came

    gathering = Gathering(record)

    def send(index):
        barrier.wait()
        try:
            return gathering.submit(-1 if index == 0 else index)
        except ValueError as error:
            return str(error)

    assert in_threads(4, send) == ["not this one", 1, 2, 3]
    assert gathering.submit(7) == 7


def test_a_leader_that_is_ended_leaves_nobody_waiting():
    def record(came):
        raise SystemExit

    gathering = Gathering(record)
    with pytest.raises(SystemExit):
        gathering.submit(1)
    gathering._record = lambda came: came
    assert gathering.submit(2) == 2
