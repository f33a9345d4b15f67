"""Slots of time, and where they meet."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol, TypeVar


class Slot(Protocol):
    """Anything that lasts from one moment to another, the last not included."""

    @property
    def starts_at(self) -> datetime: ...

    @property
    def ends_at(self) -> datetime: ...


Ours = TypeVar("Ours", bound=Slot)
Theirs = TypeVar("Theirs", bound=Slot)


def overlap(one: Slot, other: Slot) -> bool:
    """Whether two slots share time. One that begins when the other ends does not."""
    return one.starts_at < other.ends_at and other.starts_at < one.ends_at


def clashes(ours: Sequence[Ours], theirs: Sequence[Theirs]) -> list[tuple[Ours, Theirs]]:
    """Every pair of one of ours and one of theirs that share time, in the order of ours."""
    return [(one, other) for one in ours for other in theirs if overlap(one, other)]
