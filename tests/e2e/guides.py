"""A user's guide and a walk through what it tells: its words have to stand on the screen, and its pictures be taken.

In a guide, 【…】 are words on the screen, and … inside stands for what differs from case to case. Every picture belongs
to the section in which it stands.
"""

import os
import re
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page

ROOT = Path(__file__).resolve().parents[2]
GUIDES = ROOT / "docs" / "guides"
PICTURES = GUIDES / "pictures"
QUOTED = re.compile(r"【([^】]+)】")
PICTURE = re.compile(r'<img src="pictures/([\w-]+)\.png"')
COLOURS = 64
# The words of everything that can be seen: the whole of each element, its first line, and what is its own.
WORDS = """() => {
  const found = new Set(), keep = text => { text = (text || '').replace(/\\s+/g, ''); if (text) found.add(text) }
  for (const one of document.querySelectorAll('body *')) {
    if (!one.checkVisibility({visibilityProperty: true}) || one.closest('script, style, svg')) continue
    keep(one.getAttribute('aria-label')); keep(one.getAttribute('placeholder'))
    if (one.textContent.length > 300) continue
    keep(one.innerText); keep((one.innerText || '').split('\\n')[0])
    keep([...one.childNodes].filter(node => node.nodeType === 3).map(node => node.data).join(''))
    if (one.tagName === 'INPUT' && ['submit', 'button'].includes(one.type)) keep(one.value)
  }
  return [...found]
}"""


@dataclass
class Section:
    """One heading of a guide: the words it quotes, the pictures it shows, and what its walk has come by."""

    title: str
    quoted: tuple[str, ...]
    pictures: tuple[str, ...]
    seen: set[str] = field(default_factory=set)
    taken: list[str] = field(default_factory=list)


def sections_of(guide: str) -> dict[str, Section]:
    """The sections of a guide by their headings; what stands above the first one belongs to none."""
    parts = re.split(r"^## (.+)$", (GUIDES / f"{guide}.zh-CN.md").read_text("utf-8"), flags=re.M)[1:]
    texts = dict(zip(parts[::2], parts[1::2], strict=True))
    return {
        title: Section(title, tuple(QUOTED.findall(text)), tuple(PICTURE.findall(text)))
        for title, text in texts.items()
    }


class Walk:
    """Somebody who does what a guide says, section by section."""

    def __init__(self, guide: str) -> None:
        self.sections = sections_of(guide)
        self.now: Section | None = None

    def section(self, title: str) -> None:
        """What follows is told under this heading."""
        assert title in self.sections, f"the guide has no section {title}"
        self.now = self.sections[title]

    def look(self, page: Page) -> None:
        """Remember the words on the page, when all of it is there."""
        assert self.now is not None
        page.wait_for_load_state()
        self.now.seen |= set(page.evaluate(WORDS))

    def picture(self, page: Page, name: str, *, height: int = 0, top: int = 0) -> None:
        """Look, and keep a picture, as of a screen of this height, where GUIDE_PICTURES names a folder."""
        self.look(page)
        assert self.now is not None
        self.now.taken.append(name)
        if folder := os.environ.get("GUIDE_PICTURES"):
            usual = page.viewport_size
            assert usual is not None
            page.mouse.move(0, 0)
            page.set_viewport_size({"width": usual["width"], "height": height or usual["height"]})
            page.evaluate("top => window.scrollTo(0, top)", top)
            keep(page.screenshot(animations="disabled", caret="hide"), Path(folder) / f"{name}.png")
            page.set_viewport_size(usual)

    def missing(self) -> list[str]:
        """What the guide says and the walk has not come by."""
        found = []
        for one in self.sections.values():
            found += [f"{one.title}：【{words}】" for words in one.quoted if not is_among(words, one.seen)]
            found += [f"{one.title}: {name}.png is shown" for name in one.pictures if name not in one.taken]
            found += [f"{one.title}: {name}.png is taken" for name in one.taken if name not in one.pictures]
        return found


def is_among(words: str, seen: set[str]) -> bool:
    """Whether the quoted words stand there as they are, or with something in the place of …"""
    plain = re.sub(r"\s+", "", words)
    if "…" not in plain:
        return plain in seen
    pattern = re.compile(".+".join(re.escape(part) for part in plain.split("…")))
    return any(pattern.fullmatch(text) for text in seen)


def keep(shot: bytes, path: Path) -> None:
    """A picture with few colours: a page is flat, and the files stay small."""
    image = Image.open(BytesIO(shot)).convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE)
    image.save(path, optimize=True)
