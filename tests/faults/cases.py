"""For every task of the project: work for it, and how to see that it was done, once and wholly.

A task without a case fails ``test_tasks``. Rows are made by the builders of each app's own tests.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django.utils import timezone

from foundation.outbox import wake

Arrange = Callable[[], tuple[Any, ...]]
CASES: dict[str, "Case"] = {}


@dataclass(frozen=True)
class Case:
    """``arrange`` makes work and gives what ``done`` needs to see it done; ``arguments`` of it go to the task."""

    task: str
    arrange: Arrange
    done: Callable[..., None]
    arguments: int = 0  # so many of the arranged values are the task's arguments
    resumed_by: str = ""  # what takes the work up when the task itself is lost
    is_silent: bool = False  # a run that was killed holds the work until it has been silent for long enough
    journals: frozenset[str] = field(default_factory=frozenset)  # tables that tell of every run, not of the work


def case(
    task: str,
    *,
    done: Callable[..., None],
    arguments: int = 0,
    resumed_by: str = "",
    is_silent: bool = False,
    journals: tuple[str, ...] = (),
) -> Callable[[Arrange], Arrange]:
    """Put the work that the function arranges on the list."""

    def put(arrange: Arrange) -> Arrange:
        CASES[task] = Case(task, arrange, done, arguments, resumed_by, is_silent, frozenset(journals))
        return arrange

    return put


class _Nobody:
    def send_task(self, name: str, **_about: Any) -> None:
        return None


@contextmanager
def unheard() -> Iterator[None]:
    """Nothing that is arranged wakes a worker: the test itself says when the work begins."""
    listening: Any = wake
    real, listening.current_app = wake.current_app, _Nobody()
    try:
        yield
    finally:
        listening.current_app = real


def long_ago() -> Any:
    """Before every silence is over."""
    return timezone.now() - timedelta(hours=2)
