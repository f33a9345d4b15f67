"""How a visitor wants pages to look: a small cookie that needs no account and no script."""

from dataclasses import dataclass, replace
from typing import Any, Self

COOKIE_NAME = "display"
COOKIE_AGE = 365 * 24 * 3600
TEXT_SIZES = (18, 20, 24, 30)
ORDINARY_SIZE = 18
ELDER_SIZE = 24
SMALLEST_ELDER_SIZE = 20


@dataclass(frozen=True)
class Display:
    """What was chosen. ``size`` is 0 until somebody chose one."""

    elder: bool = False
    size: int = 0
    contrast: bool = False

    @property
    def text_size(self) -> int:
        """The size in pixels of main text; elder mode never shows less than 20."""
        if self.elder:
            return max(self.size or ELDER_SIZE, SMALLEST_ELDER_SIZE)
        return self.size or ORDINARY_SIZE

    @classmethod
    def from_cookie(cls, value: str) -> Self:
        """Reads ``e1.s24.c0``; whatever is not understood counts as not chosen."""
        parts = {part[:1]: part[1:] for part in value[:40].split(".")}
        size = parts.get("s", "")
        return cls(
            elder=parts.get("e") == "1",
            size=int(size) if size in {str(known) for known in TEXT_SIZES} else 0,
            contrast=parts.get("c") == "1",
        )

    def to_cookie(self) -> str:
        return f"e{int(self.elder)}.s{self.size}.c{int(self.contrast)}"

    def changed(self, choices: dict[str, Any]) -> Self:
        """A copy with the given choices; the others stay as they are."""
        return replace(self, **choices)
