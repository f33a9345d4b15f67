"""What every view asks alike stands in one place."""

import re
from pathlib import Path

import pytest
from django.contrib.auth.models import AnonymousUser
from django.test import RequestFactory

from foundation.requests import doing, user_of
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
