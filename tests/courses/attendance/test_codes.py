"""The code on the screen: new every fifteen seconds, of no use to anybody two seconds later."""

from datetime import timedelta

import pytest

from courses.attendance.codes import code_of, digits_fit, session_of
from tests.workers.builders import NOW

STEP = NOW.replace(second=0, microsecond=0)


@pytest.mark.parametrize(("seconds", "is_good"), [(0, True), (14.9, True), (15, True), (16.9, True), (17.1, False)])
def test_a_code_lives_fifteen_seconds_and_a_margin_of_two(seconds, is_good):
    code = code_of(7, at=STEP)
    later = STEP + timedelta(seconds=seconds)
    assert (session_of(code.text, at=later) == 7) is is_good
    assert digits_fit(7, code.digits, at=later) is is_good


def test_a_code_is_not_good_before_its_time():
    code = code_of(7, at=STEP)
    assert session_of(code.text, at=STEP - timedelta(seconds=1)) is None


@pytest.mark.parametrize("text", ["", "7", "7-", "07-0123456789abcdef", "7-0123456789abcdef", "x-0123456789abcdef"])
def test_an_invented_code_is_nobodys(text):
    assert session_of(text, at=STEP) is None


def test_the_code_of_one_session_is_not_that_of_another():
    one, other = code_of(7, at=STEP), code_of(8, at=STEP)
    assert session_of(one.text.replace("7-", "8-", 1), at=STEP) is None
    assert one.digits != other.digits


def test_the_screen_says_how_long_the_code_is_new():
    assert code_of(7, at=STEP).seconds_left == 15
    assert code_of(7, at=STEP + timedelta(seconds=14)).seconds_left == 1
