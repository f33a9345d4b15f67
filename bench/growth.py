"""How much slower a page becomes when the data double."""

import sys
from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise

from bench.measure import Result

TIMES = (1, 2, 4)
ROUNDS = 3
BAR = "≤ 10 % slower with twice the data"


def growth(measured: Callable[[int, int], Result]) -> Result:
    """``measured`` gets how many times the data, and the round; its ``value`` is a rate. The middle round counts.

    ``value`` of the answer is by how many percent the worse of the two doublings slowed the page; below nought it was
    quicker. The rest is that of the largest size.
    """
    middles = []
    for times in TIMES:
        rounds = sorted((measured(times, turn) for turn in range(ROUNDS)), key=lambda one: one.value)
        middles.append(rounds[ROUNDS // 2])
        print(f"×{times}: {middles[-1].value:.1f}/s", file=sys.stderr, flush=True)
    pairs = pairwise(middles)
    slower = max((before.value / after.value - 1) * 100 for before, after in pairs)
    return replace(
        middles[-1],
        value=slower,
        unit="% slower",
        n=sum(one.n for one in middles),
        bar=BAR,
        met=slower <= 10,
        by_size={f"×{times}": one.value for times, one in zip(TIMES, middles, strict=True)},
    )
