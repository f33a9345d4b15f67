"""Periods at the end of the calendar."""

from datetime import date

import pytest

from certifications.bodies.services.common import days as days_of_bodies
from courses.schools.services.common import days as days_of_schools
from foundation.database import day_after, period
from foundation.policy.models import days

FIRST = date(2026, 1, 1)


def test_no_day_comes_after_the_last_and_none_after_none():
    assert [day_after(day) for day in (date(2026, 12, 31), date.max, None)] == [date(2027, 1, 1), None, None]


@pytest.mark.parametrize("written", [period, days, days_of_schools, days_of_bodies])
def test_a_period_until_the_last_day_of_the_calendar_is_open(written):
    assert (written(FIRST, date.max).lower, written(FIRST, date.max).upper) == (FIRST, None)
    assert written(FIRST, date(2026, 12, 31)).upper in {date(2026, 12, 31), date(2027, 1, 1)}
