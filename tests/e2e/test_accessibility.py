"""Every public page, in ordinary and elder mode and high contrast, without one accessibility error."""

import pytest
from playwright.sync_api import Page

from tests.e2e.accessibility import complaints

PUBLIC = [
    "/",
    "/guides/",
    "/guides/training-subsidy/",
    "/guides/living-allowance/",
    "/news/",
    "/news/phone-first/",
    "/notices/",
    "/schools/",
    "/search/",
    "/search/?q=月嫂",
    "/search/?q=没有这样的东西",
    "/sign-in/",
    "/staff/sign-in/",
    "/preferences/",
    "/no-such-page/",
]


def choose(page: Page, *, elder: bool = False, contrast: bool = False, size: str = "18") -> None:
    """Set the display as she would: on the preferences page."""
    page.goto("/preferences/")
    page.locator(f"[name=elder][value='{int(elder)}']").check()
    page.locator(f"[name=contrast][value='{int(contrast)}']").check()
    page.locator(f"[name=size][value='{size}']").check()
    page.locator("main form button[type=submit]").click()


@pytest.mark.parametrize(
    "mode",
    [{}, {"elder": True, "size": "24"}, {"contrast": True, "size": "30"}],
    ids=["ordinary", "elder", "high-contrast"],
)
def test_public_pages_have_no_accessibility_errors(on_phone, mode):
    if mode:
        choose(on_phone, **mode)
    faults = {}
    for path in PUBLIC:
        on_phone.goto(path)
        found = complaints(on_phone)
        if found:
            faults[path] = found
    assert faults == {}


@pytest.mark.parametrize("path", PUBLIC)
def test_nothing_runs_over_the_edge_of_a_small_phone(on_phone, path):
    on_phone.goto(path)
    assert on_phone.evaluate("document.documentElement.scrollWidth") <= 360
