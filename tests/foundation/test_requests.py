"""What every view asks alike stands in one place."""

import re
from pathlib import Path

import pytest
from django.contrib.auth.models import AnonymousUser
from django.test import RequestFactory

from foundation.requests import doing, number_in, user_of
from tests.foundation.policy_builders import an_officer
from tests.workers.builders import NOW

ROOT = Path(__file__).parents[2]
FLOORS = ("site", "workers", "courses", "certifications", "subsidies")
# The helper, and the modules that have one of their own: for a page of media the day is asked as well.
ONE_PLACE = {
    "def user_of(": {"site/foundation/requests.py"},
    "def doing(": {"site/foundation/requests.py", "courses/content/media_pages.py"},
    "def age_on(": {"workers/identity.py"},
    "def fen_text(": {"site/foundation/policy/values.py"},
}


@pytest.mark.parametrize(("head", "places"), ONE_PLACE.items())
def test_a_helper_that_all_floors_need_stands_once(head, places):
    files = [path for floor in FLOORS for path in (ROOT / floor).rglob("*.py")]
    assert {str(path.relative_to(ROOT)) for path in files if head in path.read_text("utf-8")} == places


def test_nobody_writes_the_same_sums_again():
    files = [path for floor in FLOORS for path in (ROOT / floor).rglob("*.py")]
    age = re.compile(r"\.month, \w+(\.\w+)*\.day\) < \(\w+\.month")
    yuan = re.compile(r"figure_text\(Decimal\(\w+(\.\w+)*\), Unit\.FEN\)")
    for shape, home in ((age, "workers/identity.py"), (yuan, "site/foundation/policy/values.py")):
        assert {str(path.relative_to(ROOT)) for path in files if shape.search(path.read_text("utf-8"))} == {home}


@pytest.mark.django_db
def test_who_asks_is_an_account_and_never_nobody(time_machine):
    time_machine.move_to(NOW, tick=False)
    request = RequestFactory().get("/")
    request.user = an_officer()
    assert user_of(request) == request.user
    assert doing(request) == {"actor": request.user, "at": NOW}
    request.user = AnonymousUser()
    with pytest.raises(AssertionError):
        user_of(request)


@pytest.mark.parametrize(("text", "number"), [("12", 12), ("0", 0), ("9" * 18, 10**18 - 1)])
def test_a_number_in_an_address_is_read(text, number):
    assert number_in(text) == number


@pytest.mark.parametrize("text", ["", "x", "-1", "1.0", " 1", "²", "１２", "1\0", "9" * 19, "9" * 5000])
def test_what_only_looks_like_a_number_is_none(text):
    assert number_in(text) is None


def test_no_view_takes_a_digit_for_a_number_by_itself():
    """To Python "²" is a digit, and of five thousand digits it makes no number: both would break the page."""
    views = [path for floor in (*FLOORS, "residency") for path in (ROOT / floor).rglob("*views.py")]
    assert [str(path.relative_to(ROOT)) for path in views if ".isdigit()" in path.read_text("utf-8")] == []
