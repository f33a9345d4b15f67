"""Two independent judges of a page: axe-core, and HTML_CodeSniffer, whose rules pa11y runs."""

from pathlib import Path

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

SNIFFER = (Path(__file__).parent / "vendor/html_codesniffer/HTMLCS.js").read_text("utf-8")
RUN_SNIFFER = """() => new Promise((resolve) => HTMLCS.process('WCAG2AA', document, () => resolve(
    HTMLCS.getMessages()
        .filter((m) => m.type === HTMLCS.ERROR)
        .map((m) => `${m.code}: ${m.msg} ${m.element.outerHTML.slice(0, 160)}`)
)))"""


def complaints(page: Page) -> list[str]:
    """What either judge calls an error on the page as it stands; nothing for a good page."""
    found = [
        f"axe {rule['id']}: {rule['help']} {node['html'][:160]}"
        for rule in Axe().run(page).response["violations"]
        for node in rule["nodes"]
    ]
    page.evaluate(SNIFFER)
    return found + [f"htmlcs {line}" for line in page.evaluate(RUN_SNIFFER)]
