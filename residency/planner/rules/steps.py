"""Which levels of an occupation stand in a plan, and in which order. No database, no clock."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from foundation.policy.engine import Outcome
from residency.planner.states import Readiness, StepKind

# The levels that somebody is assessed for, from the lowest up. 特级 and 首席 are appointed to, not applied for.
ASSESSED = (5, 4, 3, 2, 1)
APPRENTICE = 6
READINESS = tuple(Readiness)


@dataclass(frozen=True, slots=True)
class Chance:
    """What the conditions say of one level: how near she is, and the first day on which time alone would do."""

    readiness: Readiness
    earliest_on: date | None = None

    @property
    def order(self) -> tuple[int, date]:
        return READINESS.index(self.readiness), self.earliest_on or date.max


def chance_of(outcome: Outcome, *, is_known: bool, earliest_on: date | None, is_assumed: bool) -> Chance:
    """The answer of the conditions as the planner tells it; ``is_known``: conditions are in force for the level."""
    if not is_known:
        return Chance(Readiness.UNKNOWN)
    if outcome == Outcome.YES:
        return Chance(Readiness.READY)
    if outcome == Outcome.UNDECIDED:
        return Chance(Readiness.CHECK)
    if earliest_on is None:
        return Chance(Readiness.FAR)
    return Chance(Readiness.FROM_NOW if is_assumed else Readiness.LATER, earliest_on)


def levels_above(ladder: Collection[int], held: int | None) -> tuple[int, ...]:
    """The levels of a ladder that she has not reached, the next one first."""
    if held is None or held == APPRENTICE:
        return tuple(level for level in ASSESSED if level in ladder)
    return tuple(level for level in ASSESSED if held in ASSESSED and level < held and level in ladder)


def own_levels(
    ladder: Collection[int], *, guaranteed: int | None, declared: int | None, chances: Mapping[int, Chance]
) -> tuple[int, ...]:
    """Levels to show of an occupation of her own: the next above what somebody stands for, the next above what she
    says, and any higher one that she may apply for already.
    """
    above = levels_above(ladder, guaranteed)
    shown = set(above[:1]) | set(levels_above(ladder, declared)[:1])
    open_now = {level for level in above if chances[level].readiness in {Readiness.READY, Readiness.CHECK}}
    return tuple(level for level in above if level in shown | open_now)


def neighbour_level(ladder: Collection[int], chances: Mapping[int, Chance]) -> int | None:
    """The one level to show of a neighbouring occupation: the highest she may apply for, else the soonest, else the
    lowest.
    """
    levels = levels_above(ladder, None)
    for readiness in (Readiness.READY, Readiness.CHECK):
        fitting = [level for level in levels if chances[level].readiness == readiness]
        if fitting:
            return fitting[-1]
    return min(levels, key=lambda level: (chances[level].order, -level), default=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What decides the place of a step among the others."""

    kind: StepKind
    chance: Chance
    near: int
    elsewhere: int
    level: int
    order: int


def step_order(one: Standing) -> tuple[Any, ...]:
    """The best first.

    What she may apply for today leads, her own occupation before a neighbouring one; among equals the one with a class
    in her district, then with any class, then the higher level. Ways in go by the classes alone: the conditions of
    level five are much alike, and somebody who has nothing yet needs a class first.
    """
    if one.kind == StepKind.WAY_IN:
        return (1, -one.near, -one.elsewhere, *one.chance.order, one.order)
    readiness, day = one.chance.order
    is_neighbour = one.kind == StepKind.NEIGHBOUR
    return (2 * (readiness > 0), readiness, is_neighbour, day, not one.near, not one.elsewhere, one.level, one.order)
