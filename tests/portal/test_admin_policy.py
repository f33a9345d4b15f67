"""What a browser is told it may load."""

import pytest
from django.test import Client

from foundation.accounts.states import Role
from portal.cms.base import site_base_load
from tests.portal.people import person, signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def site(base_policy):
    site_base_load()


def policy(answer):
    return dict(part.strip().split(" ", 1) for part in answer.headers["Content-Security-Policy"].split(";"))


@pytest.mark.parametrize("path", ["/", "/guides/", "/sign-in/", "/staff/sign-in/", "/search/", "/preferences/"])
def test_no_page_of_ours_allows_inline_code(client: Client, site, path):
    told = policy(client.get(path))
    assert not [value for value in told.values() if "unsafe" in value]
    assert told["script-src"].split()[0] == "'self'"
    assert told["object-src"] == "'none'"


def test_the_editor_allows_only_its_own_inline_code(site):
    told = policy(signed_in(person(Role.OFFICER_POLICY)).get("/cms/"))
    assert told["script-src"] == "'self' 'unsafe-inline'"
    assert told["connect-src"] == "'self'"
    assert told["object-src"] == "'none'"
    assert told["form-action"] == "'self'"
    assert told["frame-ancestors"] == "'self'"
