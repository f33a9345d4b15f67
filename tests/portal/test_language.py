"""Chinese until somebody chooses otherwise."""

import pytest
from django.test import Client

from portal.cms.base import site_base_load

pytestmark = pytest.mark.django_db


@pytest.fixture
def site(base_policy):
    site_base_load()


def language_of(answer):
    return answer.headers["Content-Language"]


def test_a_browser_that_prefers_english_still_gets_chinese(client: Client, site):
    assert language_of(client.get("/search/", headers={"Accept-Language": "en-US,en;q=0.9"})) == "zh-hans"


def test_the_choice_is_kept_and_can_be_taken_back(client: Client, site):
    client.post("/language/", {"language": "en", "next": "/search/"})
    answer = client.get("/search/")
    assert language_of(answer) == "en"
    assert '<html lang="en"' in answer.content.decode()
    client.post("/language/", {"language": "zh-hans", "next": "/search/"})
    assert language_of(client.get("/search/")) == "zh-hans"


def test_an_unknown_language_changes_nothing(client: Client, site):
    client.cookies["django_language"] = "xx"
    assert language_of(client.get("/search/")) == "zh-hans"


def test_the_way_back_stays_on_this_site(client: Client, site):
    answer = client.post("/language/", {"language": "en", "next": "https://elsewhere.example/"})
    assert "elsewhere" not in answer.headers.get("Location", "")
