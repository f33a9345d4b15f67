"""Seats are drawn fairly and again alike; nobody is left over while any arrangement would have seated her too."""

from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from certifications.plans.rules import Hall, seats_given
from certifications.plans.rules.staffing import assessors_needed, invigilators_needed, odd


@pytest.mark.parametrize(
    ("candidates", "invigilators", "assessors"),
    [(1, 2, 3), (15, 2, 3), (30, 2, 7), (31, 3, 7), (16, 2, 5), (20, 2, 5), (21, 2, 5), (45, 3, 9)],
)
def test_a_room_needs_two_or_one_for_fifteen_and_an_odd_panel_of_one_for_five(candidates, invigilators, assessors):
    assert invigilators_needed(candidates, per=15, least=2) == invigilators
    assert assessors_needed(candidates, per=5, least=3) == assessors
    assert odd(assessors) == assessors


def test_the_same_seed_gives_the_same_seats_and_another_seed_others():
    halls = [Hall(1, 20), Hall(2, 20)]
    one = seats_given(range(40), halls, seed="7:theory")
    assert seats_given(range(40), halls, seed="7:theory") == one
    assert seats_given(range(40), halls, seed="8:theory") != one


def test_rooms_fill_evenly_by_their_size():
    seating = seats_given(range(30), [Hall(1, 40), Hall(2, 20)], seed="1")
    inside = [room for room, _number in seating.seats.values()]
    assert (inside.count(1), inside.count(2)) == (20, 10)


def test_a_full_room_makes_way_for_whoever_can_go_nowhere_else():
    # Everybody but 9 may sit in either room; 9 only in the first, whose one place is drawn for another.
    for seed in range(20):
        seating = seats_given([1, 9], [Hall(1, 1), Hall(2, 1, frozenset({9}))], seed=str(seed))
        assert seating.left_over == ()
        assert seating.seats[9][0] == 1


def most_seated(candidates, halls):
    """The most people any arrangement seats, by trying all."""
    best = 0
    for choice in product([None, *halls], repeat=len(candidates)):
        fits = all(hall is None or one not in hall.barred for one, hall in zip(candidates, choice, strict=True))
        if fits and all(sum(hall is chosen for chosen in choice) <= hall.places for hall in halls):
            best = max(best, sum(hall is not None for hall in choice))
    return best


@settings(deadline=None, max_examples=60)
@given(
    st.lists(st.tuples(st.integers(1, 3), st.frozensets(st.integers(0, 4))), min_size=1, max_size=3),
    st.integers(1, 5),
    st.integers(0, 99),
)
def test_as_many_are_seated_as_any_arrangement_seats(rooms, people, seed):
    halls = [Hall(key, places, barred) for key, (places, barred) in enumerate(rooms)]
    candidates = list(range(people))
    seating = seats_given(candidates, halls, seed=str(seed))
    by_key = {hall.key: hall for hall in halls}
    assert len(seating.seats) == most_seated(candidates, halls)
    assert set(seating.seats) | set(seating.left_over) == set(candidates)
    assert len(set(seating.seats.values())) == len(seating.seats)
    for one, (key, number) in seating.seats.items():
        assert one not in by_key[key].barred
        assert 1 <= number <= by_key[key].places
