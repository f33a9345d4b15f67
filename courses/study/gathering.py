"""Requests that wait at the same moment share one transaction.

Each commit waits for the disk; a hundred a second would be all that one waiting request after another gets. So the
threads of a process leave their requests here, and whichever has its turn records all of them at once and hands the
others their answers. Nothing is answered before it is committed, and no thread or queue of our own has to be watched
over: a request is recorded by its own thread at the latest.
"""

from collections import deque
from collections.abc import Callable, Sequence
from threading import Lock
from typing import Generic, TypeVar

Came = TypeVar("Came")
Answer = TypeVar("Answer")


class _Place(Generic[Came, Answer]):
    """A request in the queue, and its answer or failure once there is one."""

    __slots__ = ("answer", "came", "failure", "is_done")

    def __init__(self, came: Came) -> None:
        self.came = came
        self.answer: Answer | None = None
        self.failure: Exception | None = None
        self.is_done = False


class Gathering(Generic[Came, Answer]):
    """Gives ``record`` all requests that wait, and each caller its own answer."""

    def __init__(self, record: Callable[[Sequence[Came]], Sequence[Answer]]) -> None:
        self._record = record
        self._queue: deque[_Place[Came, Answer]] = deque()
        self._turn = Lock()

    def submit(self, came: Came) -> Answer:
        """The answer to one request; raises what recording it raised."""
        place: _Place[Came, Answer] = _Place(came)
        self._queue.append(place)
        with self._turn:
            if not place.is_done:
                self._record_all()
        if place.failure is not None:
            raise place.failure
        return place.answer  # type: ignore[return-value]

    def _record_all(self) -> None:
        places = [self._queue.popleft() for _ in range(len(self._queue))]
        try:
            self._hand_out(places)
        except Exception as failure:  # noqa: BLE001 - one request must not take the others with it
            if len(places) == 1:
                places[0].failure = failure
            else:
                for place in places:
                    self._record_alone(place)
        for place in places:
            place.is_done = True

    def _hand_out(self, places: Sequence[_Place[Came, Answer]]) -> None:
        answers = self._record([place.came for place in places])
        for place, answer in zip(places, answers, strict=True):
            place.answer = answer

    def _record_alone(self, place: _Place[Came, Answer]) -> None:
        try:
            self._hand_out([place])
        except Exception as failure:  # noqa: BLE001 - raised again in the thread it belongs to
            place.failure = failure
