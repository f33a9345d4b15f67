"""Every page a worker sees, in ordinary and elder mode and high contrast, without one accessibility error."""

import pytest
from playwright.sync_api import Page

from portal.sign_in.demo import WORKER_PHONE
from tests.e2e.accessibility import complaints
from tests.e2e.journeys import ask_for_code, code_of_newest_message, enter_code, heading, wrong

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
    "/verify/",
    "/verify/file/",
    "/v/PX350203000120260000017/AAAA2222/",
    "/no-such-page/",
]


def choose(page: Page, *, elder: bool = False, contrast: bool = False, size: str = "18") -> None:
    """Set the display as she would: on the preferences page."""
    page.goto("/preferences/")
    page.locator(f"main input[name=elder][value='{int(elder)}']").check()
    page.locator(f"main input[name=contrast][value='{int(contrast)}']").check()
    page.locator(f"main input[name=size][value='{size}']").check()
    page.locator("main form button[type=submit]").click()


MODES = pytest.mark.parametrize(
    "mode",
    [{}, {"elder": True, "size": "24"}, {"contrast": True, "size": "30"}],
    ids=["ordinary", "elder", "high-contrast"],
)


def faults_of(page: Page, paths: list[str]) -> dict[str, list[str]]:
    """What the judges say, and whether a page runs over the edge of the phone."""
    faults = {}
    for path in paths:
        page.goto(path)
        found = complaints(page)
        width = page.evaluate("document.documentElement.scrollWidth")
        if width > 360:
            found.append(f"{width} px wide")
        if found:
            faults[path] = found
    return faults


# Not pages: they come as files.
FILES = ("/file/", "/ticket/", "/paper/", "/record/data/")


def pages_of_hers(page: Page) -> list[str]:
    """Her own page, and the pages of hers that it and they link to."""
    known, waiting = [], ["/my/"]
    while waiting:
        path = waiting.pop(0)
        known.append(path)
        page.goto(path)
        links = page.eval_on_selector_all("main a[href]", "all => all.map((a) => a.pathname)")
        hers = {link for link in links if link.startswith("/my/") and not link.endswith(FILES)}
        waiting += sorted(hers - {*known, *waiting})
    return known


@MODES
def test_public_pages_have_no_accessibility_errors(on_phone, mode):
    if mode:
        choose(on_phone, **mode)
    assert faults_of(on_phone, PUBLIC) == {}


@MODES
def test_pages_of_signing_in_have_no_accessibility_errors(on_phone, mode):
    if mode:
        choose(on_phone, **mode)
    page, faults = on_phone, {}
    page.goto("/sign-in/")
    ask_for_code(page, "1990000")
    faults["wrong number"] = complaints(page)
    ask_for_code(page, "19900000655")
    heading(page, "填写验证码")
    faults["code"] = complaints(page)
    enter_code(page, wrong(code_of_newest_message("19900000655")))
    faults["wrong code"] = complaints(page)
    assert faults == {"wrong number": [], "code": [], "wrong code": []}


@MODES
def test_a_workers_own_pages_have_no_accessibility_errors(on_phone, mode):
    if mode:
        choose(on_phone, **mode)
    page = on_phone
    page.goto("/sign-in/")
    ask_for_code(page, WORKER_PHONE)
    enter_code(page, code_of_newest_message(WORKER_PHONE))
    page.wait_for_url("**/my/")
    pages = pages_of_hers(page)
    assert {"/my/", "/my/data/", "/my/groups/", "/my/jobs/", "/my/schooling/"} <= set(pages)
    assert faults_of(page, [*pages, "/account/sessions/"]) == {}


@pytest.mark.parametrize("path", PUBLIC)
def test_nothing_runs_over_the_edge_of_a_small_phone(on_phone, path):
    on_phone.goto(path)
    assert on_phone.evaluate("document.documentElement.scrollWidth") <= 360
