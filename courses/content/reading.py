"""How long a text takes to read."""

import html
import math
import re
from collections.abc import Iterable
from typing import Any

# Our readers are in no hurry: 200 characters a minute, and nobody needs longer than a minute for 60.
CHARACTERS_A_MINUTE = 200
FEWEST_A_MINUTE = 60
SHORTEST_SECONDS = 30
_TAG = re.compile(r"<[^>]*>")
_BLANK = re.compile(r"\s+")


def characters(texts: Iterable[Any]) -> int:
    """The characters that are read: without markup and blanks."""
    return sum(len(_BLANK.sub("", html.unescape(_TAG.sub("", str(text))))) for text in texts)


def reading_seconds(count: int) -> int:
    """The usual time for so many characters, in whole seconds."""
    return max(SHORTEST_SECONDS, math.ceil(count * 60 / CHARACTERS_A_MINUTE))


def longest_seconds(count: int) -> int:
    """The most that may be claimed for so many characters."""
    return max(SHORTEST_SECONDS * 2, math.ceil(count * 60 / FEWEST_A_MINUTE))
