"""What a page costs on a phone: bytes over the wire, and whether its words wait for scripts."""

import gzip

import pytest
from playwright.sync_api import Page, Response, expect

from tests.e2e.conftest import PHONE

LIMIT = 150_000
LEVEL = 6  # nginx compresses text files about like this
PAGES = {
    "/": "学手艺，拿证书，领补贴",
    "/guides/training-subsidy/": "职业技能培训补贴（见证补贴）申领",
    "/sign-in/": "登录",
}


def weights_of(page: Page, path: str) -> dict[str, int]:
    """Each document, style sheet and script that a first visit fetches, with its size as it travels."""
    answers: list[Response] = []
    page.on("response", lambda answer: answers.append(answer))  # noqa: PLW0108 - Playwright marks its handlers
    page.goto(path, wait_until="networkidle")
    return {
        answer.url: len(gzip.compress(answer.body(), LEVEL))
        for answer in answers
        if answer.request.resource_type in {"document", "stylesheet", "script"}
    }


@pytest.mark.parametrize("path", PAGES)
def test_a_first_visit_costs_less_than_150_kilobytes(on_phone, path):
    weights = weights_of(on_phone, path)
    assert {"css", "js"} <= {url.rpartition(".")[2] for url in weights}
    assert sum(weights.values()) < LIMIT, weights


def test_the_words_are_there_without_scripts(visit):
    page = visit(PHONE | {"java_script_enabled": False})
    for path, title in PAGES.items():
        page.goto(path)
        expect(page.get_by_role("heading", level=1)).to_have_text(title)
        expect(page.get_by_role("navigation", name="主要栏目").get_by_role("link", name="办事指南")).to_be_visible()
