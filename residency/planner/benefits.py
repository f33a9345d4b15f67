"""What a level would bring, told by whoever knows: sources are registered when the platform starts.

A source is asked once for all goals of a plan, so that it can read its rules once:

    benefit_source_register("awards", awards_of_goals)

    def awards_of_goals(worker: Worker, goals: Collection[Goal], *, on: date) -> Mapping[Goal, list[Benefit]]: ...
"""

from collections.abc import Collection, Mapping
from datetime import date
from typing import Protocol

from residency.planner.rules.benefits import Benefit, Goal
from workers.models import Worker

__all__ = ["Benefit", "Goal", "benefit_source_register", "benefits_of"]


class Source(Protocol):
    """Says what each goal would bring on a day; a goal that brings nothing may be left out."""

    def __call__(self, worker: Worker, goals: Collection[Goal], *, on: date) -> Mapping[Goal, list[Benefit]]: ...


_SOURCES: dict[str, Source] = {}


def benefit_source_register(name: str, source: Source) -> None:
    """Add a source, or put another in its place."""
    _SOURCES[name] = source


def benefits_of(worker: Worker, goals: Collection[Goal], *, on: date) -> dict[Goal, list[Benefit]]:
    """What every source says of the goals, in the order in which the sources were registered."""
    found: dict[Goal, list[Benefit]] = {goal: [] for goal in goals}
    if not goals:
        return found
    for source in _SOURCES.values():
        for goal, benefits in source(worker, goals, on=on).items():
            found[goal] += benefits
    return found
