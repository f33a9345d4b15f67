"""Unions of stretches against the plainest possible account: a set of milliseconds."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from courses.study.intervals import flat, join, length, pieces, split, take, total

piece = st.tuples(st.integers(0, 60), st.integers(0, 60)).map(lambda pair: (min(pair), max(pair)))


def moments(parts):
    return {moment for start, end in parts for moment in range(start, end)}


def union(parts):
    spans = ()
    for start, end in parts:
        spans = join(spans, start, end)
    return spans


@given(st.lists(piece))
def test_a_union_holds_every_moment_once(parts):
    spans = union(parts)
    assert moments(pieces(spans)) == moments(parts)
    assert length(spans) == len(moments(parts))
    assert all(before < after for before, after in pairwise(spans))


@given(st.lists(piece), piece)
def test_a_split_parts_what_is_new_from_what_is_known(parts, asked):
    spans = union(parts)
    fresh, known = split(spans, *asked)
    assert moments(fresh) == moments([asked]) - moments(parts)
    assert moments(known) == moments([asked]) & moments(parts)
    assert total(fresh) + total(known) == total([asked])


@given(st.lists(piece), st.integers(-5, 200))
def test_a_share_is_the_first_part_and_the_rest_follows(parts, budget):
    taken, rest = take(parts, budget)
    assert total(taken) == min(max(budget, 0), total(parts))
    assert total(taken) + total(rest) == total(parts)
    assert [m for start, end in taken + rest for m in range(start, end)] == [
        m for start, end in parts for m in range(start, end)
    ]


def test_pairs_and_flat_stretches_are_the_same():
    assert pieces((0, 5, 7, 9)) == [(0, 5), (7, 9)]
    assert flat([(0, 5), (7, 9)]) == (0, 5, 7, 9)
