"""Who sits where: as many as can be, in random order from a seed, never before somebody who trained her.

The same candidates, rooms and seed always give the same seats, so that anybody may work the arrangement out again.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from random import Random


@dataclass(frozen=True, slots=True)
class Hall:
    """A room with its places, and the candidates who must not sit there."""

    key: int
    places: int
    barred: Collection[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Seating:
    """Seats as candidate → (room, place), and whoever got none."""

    seats: Mapping[int, tuple[int, int]]
    left_over: tuple[int, ...]


def seats_given(candidates: Sequence[int], halls: Sequence[Hall], *, seed: str) -> Seating:
    """A place for as many candidates as can have one at all; rooms fill evenly, places are drawn.

    Whoever has fewer rooms to go to is placed first. A full room makes way when somebody in it may sit elsewhere, so
    nobody is left over while any arrangement would have seated her too.
    """
    chance = Random(seed)  # noqa: S311 - worked out again from the seed, not kept secret
    allowed = {one: [hall.key for hall in halls if one not in hall.barred] for one in candidates}
    order = sorted(candidates)
    chance.shuffle(order)
    order.sort(key=lambda one: len(allowed[one]))
    places = {hall.key: hall.places for hall in halls}
    inside: dict[int, list[int]] = {hall.key: [] for hall in halls}
    left_over = [one for one in order if not _place(one, allowed, inside, places, set())]
    seats: dict[int, tuple[int, int]] = {}
    for key in sorted(inside):
        numbers = list(range(1, len(inside[key]) + 1))
        people = sorted(inside[key])
        chance.shuffle(people)
        seats |= {one: (key, number) for one, number in zip(people, numbers, strict=True)}
    return Seating(seats, tuple(sorted(left_over)))


def _place(
    one: int,
    allowed: Mapping[int, list[int]],
    inside: dict[int, list[int]],
    places: Mapping[int, int],
    seen: set[int],
) -> bool:
    """Put her into the emptiest room she may go to; failing that, move somebody out of one for her."""
    free = [key for key in allowed[one] if key not in seen and len(inside[key]) < places[key]]
    if free:
        key = min(free, key=lambda key: (len(inside[key]) / places[key], -places[key], key))
        inside[key].append(one)
        return True
    for key in allowed[one]:
        if key in seen:
            continue
        seen.add(key)
        for other in list(inside[key]):
            inside[key].remove(other)
            if _place(other, allowed, inside, places, seen):
                inside[key].append(one)
                return True
            inside[key].append(other)
    return False
