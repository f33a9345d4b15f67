"""Chinese text for a full-text index that knows only words between blanks.

Each run of Chinese characters is filed as its overlapping pairs and its last character: 月子餐 → 月子 子餐 餐. A query
becomes the phrase of its pairs, so a word is found wherever it stands inside a sentence, and only there.
"""

import re
from collections.abc import Iterator

# CJK unified ideographs with their extensions A to H and the compatibility block.
HAN = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U000323af"
RUN = re.compile(f"[{HAN}]+")
PIECE = re.compile(f"[{HAN}]+|[^\\s{HAN}]+")
WORD = re.compile(r"\w+", re.UNICODE)


def pairs(run: str) -> list[str]:
    """The overlapping pairs of a run, and its last character so that a single character is found too."""
    return [run[i : i + 2] for i in range(len(run) - 1)] + [run[-1]]


def filed(text: str) -> str:
    """The text as it goes into the index."""
    return RUN.sub(lambda run: f" {' '.join(pairs(run.group()))} ", text)


def pieces(query: str) -> Iterator[tuple[str, bool]]:
    """The parts of a query, each with whether it is Chinese; punctuation is left out."""
    for piece in PIECE.findall(query):
        if RUN.fullmatch(piece):
            yield piece, True
        else:
            for word in WORD.findall(piece):
                yield word, False
