"""No hidden count can be worked out: examples an officer can read, and every small table there is."""

from itertools import product

from hypothesis import given, settings
from hypothesis import strategies as st

from portal.dashboards.suppression import hidden_in_all, hidden_places, with_totals

HIDDEN = "＊"


def read(inner, *, least=10):
    """The table as the public reads it."""
    hidden = hidden_places(inner, least=least)
    return [
        [HIDDEN if (row, column) in hidden else count for column, count in enumerate(counts)]
        for row, counts in enumerate(with_totals(inner))
    ]


def test_a_table_of_large_counts_is_shown_whole():
    assert read([[10, 20], [30, 0]]) == [[10, 20, 30], [30, 0, 30], [40, 20, 60]]


def test_a_small_count_takes_three_others_with_it_so_that_no_row_and_no_column_gives_it_away():
    assert read([[5, 30, 100], [40, 50, 60], [70, 80, 90]]) == [
        [HIDDEN, HIDDEN, 100, 135],
        [HIDDEN, HIDDEN, 60, 150],
        [70, 80, 90, 240],
        [115, 160, 250, 525],
    ]


def test_totals_are_shown_as_long_as_anything_else_can_be_hidden():
    shown = read([[3, 40], [50, 60]])
    assert shown == [[HIDDEN, HIDDEN, 43], [HIDDEN, HIDDEN, 110], [53, 100, 153]]


def test_a_nought_is_no_secret_and_hides_nothing():
    assert read([[0, 20, 30], [20, 0, 40]]) == [[0, 20, 30, 50], [20, 0, 40, 60], [20, 20, 70, 110]]


def test_where_nothing_is_large_enough_to_hide_behind_nothing_is_shown():
    assert read([[3, 1]]) == [[HIDDEN] * 3, [HIDDEN] * 3]


def test_a_small_total_is_hidden_too():
    hidden = hidden_places([[2, 3], [200, 300]], least=10)
    assert (0, 2) in hidden
    assert (2, 2) not in hidden


def test_a_total_that_one_table_must_hide_is_hidden_in_all_of_them():
    tables = {"district": [[4, 100], [2, 100]], "level": [[3, 150], [3, 50]]}
    found = hidden_in_all(tables, least=10)
    assert (2, 0) in found["district"]
    assert (2, 0) in found["level"]


def possible_values(inner, hidden, most):
    """What a reader can take each count for, by trying every table up to ``most`` that agrees with what is shown."""
    height, width = len(inner), len(inner[0])
    table = with_totals(inner)
    unknown = [(r, c) for r in range(height) for c in range(width) if (r, c) in hidden]
    known = [(r, c) for r in range(height + 1) for c in range(width + 1) if (r, c) not in hidden]
    found = {place: set() for place in hidden}
    for values in product(range(most + 1), repeat=len(unknown)):
        guess = [list(row) for row in inner]
        for (row, column), value in zip(unknown, values, strict=True):
            guess[row][column] = value
        whole = with_totals(guess)
        if all(whole[r][c] == table[r][c] for r, c in known):
            for row, column in hidden:
                found[row, column].add(whole[row][column])
    return found


MOST, LEAST = 6, 4
small_tables = st.sampled_from([(1, 2), (1, 3), (2, 1), (3, 1), (2, 2)]).flatmap(
    lambda shape: st.lists(
        st.lists(st.integers(0, MOST), min_size=shape[1], max_size=shape[1]), min_size=shape[0], max_size=shape[0]
    )
)


@settings(max_examples=60, deadline=None)
@given(small_tables, st.integers(2, LEAST))
def test_every_hidden_small_count_could_be_as_many_values_as_the_figure_says(inner, least):
    hidden = hidden_places(inner, least=least)
    # Nothing has to grow by more than the figure to make up for another.
    possible = possible_values(inner, hidden, most=MOST + least)
    for row, counts in enumerate(with_totals(inner)):
        for column, count in enumerate(counts):
            if 0 < count < least:
                assert len(possible[row, column]) >= least


large_tables = st.integers(2, 6).flatmap(
    lambda width: st.lists(st.lists(st.integers(0, 60), min_size=width, max_size=width), min_size=2, max_size=12)
)


@settings(max_examples=150, deadline=None)
@given(large_tables, st.integers(2, 12))
def test_no_row_and_no_column_lacks_exactly_one_figure(inner, least):
    hidden = hidden_places(inner, least=least)
    small = {(r, c) for r, row in enumerate(with_totals(inner)) for c, v in enumerate(row) if 0 < v < least}
    for row, column in small:
        assert sum(place[0] == row for place in hidden) > 1
        assert sum(place[1] == column for place in hidden) > 1


@settings(max_examples=100, deadline=None)
@given(large_tables, st.integers(2, 12))
def test_what_is_hidden_does_not_depend_on_when_it_is_asked(inner, least):
    assert hidden_places(inner, least=least) == hidden_places([list(row) for row in inner], least=least)


@settings(max_examples=100, deadline=None)
@given(large_tables, large_tables, st.integers(2, 12))
def test_tables_over_the_same_people_hide_the_same_totals(first, second, least):
    width = min(len(first[0]), len(second[0]))
    tables = {"one": [row[:width] for row in first], "two": [row[:width] for row in second]}
    found = hidden_in_all(tables, least=least)
    totals = [{column for row, column in found[name] if row == len(tables[name])} for name in tables]
    assert totals[0] == totals[1]
