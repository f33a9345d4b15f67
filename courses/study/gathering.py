"""Requests that wait at the same moment share one transaction.

Each commit waits for the disk, and costs the database as much for one request as for ten. So the threads of a process
leave their requests here: the first one leads, records all that wait at once and hands out the answers, and then the
first of those that came meanwhile leads. Nothing is answered before it is committed, and no thread or queue of our own
has to be watched over.
"""

import time
from collections.abc import Callable, Sequence
from threading import Lock
from typing import Generic, TypeVar

Came = TypeVar("Came")
Answer = TypeVar("Answer")

# Where requests come at the same moment, so long a leader lets more of them arrive: fewer commits, and no request
# waits longer than it would have behind those commits.
PAUSE_SECONDS = 0.002


class _Place(Generic[Came, Answer]):
    """A request in the queue, and its answer or failure once there is one."""

    __slots__ = ("answer", "called", "came", "failure", "is_done")

    def __init__(self, came: Came) -> None:
        self.came = came
        self.answer: Answer | None = None
        self.failure: Exception | None = None
        self.is_done = False
        self.called = Lock()  # released when the request is done, or has to lead
        self.called.acquire()


class Gathering(Generic[Came, Answer]):
    """Gives ``record`` all requests that wait, and each caller its own answer."""

    def __init__(self, record: Callable[[Sequence[Came]], Sequence[Answer]]) -> None:
        self._record = record
        self._queue: list[_Place[Came, Answer]] = []
        self._is_led = False
        self._mutex = Lock()

    def submit(self, came: Came) -> Answer:
        """The answer to one request; raises what recording it raised."""
        place: _Place[Came, Answer] = _Place(came)
        with self._mutex:
            self._queue.append(place)
            is_first, self._is_led = not self._is_led, True
        if not is_first:
            place.called.acquire()
            if not place.is_done:
                time.sleep(PAUSE_SECONDS)
        if not place.is_done:
            self._lead()
        if place.failure is not None:
            raise place.failure
        return place.answer  # type: ignore[return-value]

    def _lead(self) -> None:
        with self._mutex:
            places, self._queue = self._queue, []
        try:
            self._record_all(places)
        finally:
            for place in places:
                if place.answer is None and place.failure is None:  # the leader's thread is being ended
                    place.failure = RuntimeError("The request was not recorded.")
                place.is_done = True
                place.called.release()
            with self._mutex:
                self._is_led = bool(self._queue)
                if self._queue:
                    self._queue[0].called.release()

    def _record_all(self, places: Sequence[_Place[Came, Answer]]) -> None:
        try:
            self._hand_out(places)
        except Exception as failure:  # noqa: BLE001 - one request must not take the others with it
            if len(places) == 1:
                places[0].failure = failure
            else:
                for place in places:
                    self._record_alone(place)

    def _hand_out(self, places: Sequence[_Place[Came, Answer]]) -> None:
        answers = self._record([place.came for place in places])
        for place, answer in zip(places, answers, strict=True):
            place.answer = answer

    def _record_alone(self, place: _Place[Came, Answer]) -> None:
        try:
            self._hand_out([place])
        except Exception as failure:  # noqa: BLE001 - raised again in the thread it belongs to
            place.failure = failure
