"""Unions of stretches of a medium, in whole milliseconds.

``Spans`` is a flat tuple ``(from, to, from, to, …)``: ascending, and no two stretches touch. It is kept so in the
database too (an ``integer[]``), because that is what a heartbeat can read and write fastest.
"""

from collections.abc import Iterable

Spans = tuple[int, ...]
Piece = tuple[int, int]


def length(spans: Spans) -> int:
    """How much the stretches hold together."""
    return sum(spans[1::2]) - sum(spans[::2])


def pieces(spans: Spans) -> list[Piece]:
    """The stretches as pairs."""
    return list(zip(spans[::2], spans[1::2], strict=True))


def flat(parts: Iterable[Piece]) -> Spans:
    """Pairs as they are, one after another; not a union."""
    return tuple(end for part in parts for end in part)


def total(parts: Iterable[Piece]) -> int:
    """The length of the pairs, each counted as often as it stands there."""
    return sum(end - start for start, end in parts)


def join(spans: Spans, start: int, end: int) -> Spans:
    """The union with one more stretch."""
    if start >= end:
        return spans
    before: list[int] = []
    after: list[int] = []
    for first, last in zip(spans[::2], spans[1::2], strict=True):
        if last < start:
            before += (first, last)
        elif first > end:
            after += (first, last)
        else:
            start, end = min(start, first), max(end, last)
    return (*before, start, end, *after)


def split(spans: Spans, start: int, end: int) -> tuple[list[Piece], list[Piece]]:
    """The stretch cut into what the union does not hold yet, and what it holds."""
    fresh: list[Piece] = []
    known: list[Piece] = []
    for first, last in zip(spans[::2], spans[1::2], strict=True):
        if last <= start:
            continue
        if first >= end or start >= end:
            break
        if first > start:
            fresh.append((start, first))
            start = first
        known.append((start, min(last, end)))
        start = min(last, end)
    if start < end:
        fresh.append((start, end))
    return fresh, known


def take(parts: list[Piece], budget: int) -> tuple[list[Piece], list[Piece]]:
    """The first ``budget`` milliseconds of the pairs, and the rest."""
    taken: list[Piece] = []
    for number, (start, end) in enumerate(parts):
        if end - start > budget:
            if budget > 0:
                taken.append((start, start + budget))
            return taken, [(start + max(budget, 0), end), *parts[number + 1 :]]
        taken.append((start, end))
        budget -= end - start
    return taken, []
