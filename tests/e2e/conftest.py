"""A real browser against a real server, in the demonstration world.

The world (base and demo data) is loaded once into a template database of its own; each test gets a copy.
"""

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connections
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from tests import databases
from tests.conftest import databases_state

# Playwright's synchronous API runs an event loop in this thread; the tests' own queries are ordinary ones.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")

CHROMIUM = next(
    (
        path
        for path in ("/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome")
        if Path(path).exists()
    ),
    None,
)
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
PHONE = {"viewport": {"width": 360, "height": 740}, "device_scale_factor": 2, "is_mobile": True, "has_touch": True}
DESKTOP = {"viewport": {"width": 1280, "height": 800}}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "tests/e2e/" in str(item.path):
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def world_template(
    django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    """The migrated template with base and demo data in it; made once in a session.

    The file with the demo accounts' passwords is the session's own: the one of `make run` stays as it is.
    """
    name = f"{databases_state['name']}_world"
    accounts = tmp_path_factory.mktemp("demo") / "demo-accounts.json"
    patch = pytest.MonkeyPatch()
    patch.setattr("portal.sign_in.demo.demo_accounts_file", lambda: accounts)
    with django_db_blocker.unblock():
        databases.create_from(databases_state["template"], name)
        databases.use(name)
        call_command("base_load", verbosity=0)
        call_command("demo_load", verbosity=0)
        databases.use(databases_state["name"])
    yield name
    patch.undo()
    with django_db_blocker.unblock(), databases.server() as line:
        line.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


@pytest.fixture
def world(transactional_db: None, world_template: str) -> None:
    """This test's own copy of the demonstration world."""
    connections.close_all()
    databases.create_from(world_template, databases_state["name"])


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    if CHROMIUM is None:
        pytest.fail("Chromium is not installed. Run: make setup")
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield chromium
        chromium.close()


@pytest.fixture
def visit(browser: Browser, world: None, live_server: Any) -> Iterator[Callable[..., Page]]:
    """``visit(PHONE)``: a fresh visitor's page; fails the test when the page logs an error or breaks its CSP."""
    contexts: list[BrowserContext] = []
    complaints: list[str] = []

    def open_page(device: dict[str, Any]) -> Page:
        context = browser.new_context(base_url=live_server.url, locale="zh-CN", timezone_id="Asia/Shanghai", **device)
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


@pytest.fixture
def on_phone(visit: Callable[..., Page]) -> Page:
    return visit(PHONE)


@pytest.fixture
def on_desktop(visit: Callable[..., Page]) -> Page:
    return visit(DESKTOP)
