"""An officer decides claims with the keyboard alone, and the same page works without scripts."""

import os
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.utils import timezone
from playwright.sync_api import Browser, BrowserContext, Page, expect

from foundation.accounts.models import User
from foundation.accounts.states import Role
from subsidies.checks.services import checks_run
from subsidies.claims.models import Claim
from subsidies.claims.states import ClaimState
from tests.portal.people import person, signed_in
from tests.subsidies.builders import a_claim
from tests.subsidies.review.builders import a_decision
from tests.subsidies.review.test_deciding import a_finding, a_refusal_reason

PICTURES = os.environ.get("DESK_PICTURES", "")


@pytest.fixture
def desk(browser: Browser, transactional_db: None, live_server: Any) -> Iterator[Callable[..., Page]]:
    """``desk(user)``: the page of an officer who has signed in; fails when a page logs an error or breaks its CSP."""
    contexts: list[BrowserContext] = []
    complaints: list[str] = []

    def open_page(user: User, **device: Any) -> Page:
        key = signed_in(user).cookies[settings.SESSION_COOKIE_NAME].value
        given = {"viewport": {"width": 1280, "height": 800}} | device
        context = browser.new_context(base_url=live_server.url, locale="zh-CN", timezone_id="Asia/Shanghai", **given)
        context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": key, "url": live_server.url}])
        context.set_default_timeout(15_000)
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert not [text for text in complaints if "status of 4" not in text]


def waiting(number: int) -> list[Claim]:
    claims = [a_claim() for _n in range(number)]
    for claim in claims:
        a_decision(claim)
    checks_run(claim_ids=[claim.pk for claim in claims], moment="review", actor=None, at=timezone.now())
    return claims


def picture(page: Page, name: str) -> None:
    """A picture to look at, where a folder for it was named."""
    if PICTURES:
        page.screenshot(path=Path(PICTURES) / f"{name}.png", full_page=True)


def seen_unchecked(page: Page) -> None:
    """No list of another office is on file here: what could not be looked at is named, and ticked before a pass."""
    page.locator("input[name=pass-confirm]").check()
    page.locator("h1").click()


def test_a_day_at_the_desk_by_the_keyboard(desk):
    first, second, third = waiting(3)
    a_refusal_reason()
    page = desk(person(Role.OFFICER_INTAKE))
    page.goto("/review/")
    picture(page, "list-1280")
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    expect(page).to_have_title(re.compile(first.number))
    page.keyboard.press("a")
    expect(page.locator("[data-key=a]")).to_be_focused()
    expect(page.locator("[data-ask]")).to_be_visible()
    page.keyboard.press("Escape")
    assert Claim.objects.get(pk=first.pk).state == ClaimState.SUBMITTED
    seen_unchecked(page)
    page.keyboard.press("a")
    page.keyboard.press("Enter")
    expect(page).to_have_title(re.compile(second.number))
    assert Claim.objects.get(pk=first.pk).state == ClaimState.INTAKE_PASSED
    page.keyboard.press("r")
    page.keyboard.type("卡号少一位")
    picture(page, "return-1280")
    page.keyboard.press("Enter")
    expect(page).to_have_title(re.compile(third.number))
    assert Claim.objects.get(pk=second.pk).events.get(action="return").reason == "收款账号：卡号少一位"
    page.keyboard.press("x")
    page.keyboard.press("Space")
    page.keyboard.press("Tab")
    page.keyboard.type("不在范围内")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_url("**/review/")
    assert Claim.objects.get(pk=third.pk).state == ClaimState.REFUSED


def test_the_page_at_both_widths_and_without_scripts(desk):
    claim, other = waiting(2)
    a_finding(claim)
    officer = person(Role.OFFICER_INTAKE)
    wide = desk(officer)
    wide.goto(f"/review/{claim.pk}/")
    picture(wide, "claim-1280")
    wide.keyboard.press("j")
    wide.keyboard.press("c")
    wide.keyboard.press("Enter")
    wide.wait_for_url("**/clear/**")
    picture(wide, "clear-1280")
    narrow = desk(officer, viewport={"width": 360, "height": 740}, java_script_enabled=False)
    pages = {"claim-360": f"/review/{claim.pk}/", "list-360": "/review/", "clean-360": "/review/clean/"}
    for name, address in pages.items():
        narrow.goto(address)
        picture(narrow, name)
    narrow.goto(f"/review/{other.pk}/")
    seen_unchecked(narrow)
    narrow.locator("[data-key=a]").click()
    expect(narrow).to_have_title(re.compile(claim.number))
    assert Claim.objects.get(pk=other.pk).state == ClaimState.INTAKE_PASSED
