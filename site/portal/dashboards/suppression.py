"""Small cells: which figures of a table stay hidden in public, so that nobody can work them out from the others.

A table is its inner counts, a total for each row and column, and the grand total. Each count from one up to the dated
figure is hidden, and with it as many larger ones as it takes: what is left must allow every hidden small count at least
as many different values as that figure. Pure: numbers in, places out.

How: a table with its totals is a network in which every count is an arc between its row and its column (the totals run
the other way), and what the totals allow is a circulation. A hidden count can be larger by n, the others making up for
it, when there is a way round through hidden arcs on which n can be taken from each arc that is run backwards. So the
cheapest such way is hidden too (Dijkstra; a total costs more than any count), where n is the figure itself. It is the
cycle heuristic of the literature; the libraries that do it are R, or wrap a solver.
"""

import heapq
from collections.abc import Collection, Mapping, Sequence

Place = tuple[int, int]
# A total stays to be seen as long as anything else can be hidden, the grand total longest.
COST_OF_TOTAL = 10**9
COST_OF_GRAND_TOTAL = 10**12


def with_totals(inner: Sequence[Sequence[int]]) -> list[list[int]]:
    """The counts with a total behind each row and a row of totals below."""
    rows = [[*row, sum(row)] for row in inner]
    width = len(rows[0]) if rows else 1
    return [*rows, [sum(row[column] for row in rows) for column in range(width)]]


def hidden_places(inner: Sequence[Sequence[int]], *, least: int, also: Collection[Place] = ()) -> frozenset[Place]:
    """The places (row, column) of the table with its totals that must not be shown; ``also`` are hidden anyway."""
    table = with_totals(inner)
    places = [(row, column) for row, counts in enumerate(table) for column in range(len(counts))]
    small = [(row, column) for row, column in places if 0 < table[row][column] < least]
    hidden = {*small, *also}
    for place in small:
        way = _way_round(table, place, hidden, least)
        if way is None:  # nothing in the table is large enough to hide it behind
            return frozenset(places)
        hidden |= way
    return frozenset(hidden)


def hidden_in_all(tables: Mapping[str, Sequence[Sequence[int]]], *, least: int) -> dict[str, frozenset[Place]]:
    """The same for several tables over the same people: a total that one of them hides, none of them shows.

    All have the same columns, so that their totals are the same figures.
    """
    totals: set[int] = set()
    while True:
        found = {
            name: hidden_places(inner, least=least, also={(len(inner), column) for column in totals})
            for name, inner in tables.items()
        }
        seen = {column for name, places in found.items() for row, column in places if row == len(tables[name])}
        if seen <= totals:
            return found
        totals |= seen


def _way_round(
    table: Sequence[Sequence[int]], place: Place, hidden: Collection[Place], least: int
) -> set[Place] | None:
    """The cheapest places to hide so that the count at ``place`` could be larger by ``least``."""
    arcs = _arcs(table, place, hidden, least)
    start, goal = reversed(_ends(table, place))
    best: dict[int, int] = {start: 0}
    came: dict[int, tuple[int, Place]] = {}
    queue = [(0, start)]
    while queue:
        cost, node = heapq.heappop(queue)
        if node == goal:
            break
        if cost > best[node]:
            continue
        for other, extra, through in arcs.get(node, ()):
            if cost + extra < best.get(other, COST_OF_GRAND_TOTAL * 10):
                best[other] = cost + extra
                came[other] = (node, through)
                heapq.heappush(queue, (cost + extra, other))
    if goal not in came:
        return None
    way = set()
    node = goal
    while node != start:
        node, through = came[node]
        way.add(through)
    return way


def _arcs(
    table: Sequence[Sequence[int]], place: Place, hidden: Collection[Place], least: int
) -> dict[int, list[tuple[int, int, Place]]]:
    """From each node: where one gets to, what hiding the count on the way costs, and which count that is.

    A count can always be larger, and smaller by ``least`` when it is at least that. Nobody takes a nought for a secret.
    """
    found: dict[int, list[tuple[int, int, Place]]] = {}
    for row, counts in enumerate(table):
        for column, count in enumerate(counts):
            here = (row, column)
            if here == place or not count:
                continue
            cost = 0 if here in hidden else _cost(table, here)
            tail, head = _ends(table, here)
            found.setdefault(tail, []).append((head, cost, here))
            if count >= least:
                found.setdefault(head, []).append((tail, cost, here))
    return found


def _ends(table: Sequence[Sequence[int]], place: Place) -> tuple[int, int]:
    """The arc of a count: from its row to its column, for the totals from the column to the row."""
    row, column = place[0], len(table) + place[1]
    is_total = (place[0] == len(table) - 1) != (place[1] == len(table[0]) - 1)
    return (column, row) if is_total else (row, column)


def _cost(table: Sequence[Sequence[int]], place: Place) -> int:
    in_last_row, in_last_column = place[0] == len(table) - 1, place[1] == len(table[0]) - 1
    if in_last_row and in_last_column:
        return COST_OF_GRAND_TOTAL
    count = table[place[0]][place[1]]
    return count + (COST_OF_TOTAL if in_last_row or in_last_column else 0)
