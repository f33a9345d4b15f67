"""What a spreadsheet holds, whatever program wrote it: text, and where the text came from."""

from dataclasses import dataclass, field
from enum import Enum
from typing import NamedTuple


class Origin(Enum):
    """How a cell was stored, where that matters to whoever reads it."""

    TEXT = "text"
    NUMBER = "number"
    LOST_DIGITS = "lost"  # a number of more digits than spreadsheets keep: the last ones are wrong
    DATE = "date"
    FORMULA = "formula"
    ERROR = "error"


class Cell(NamedTuple):
    text: str
    origin: Origin = Origin.TEXT


EMPTY = Cell("")


@dataclass(slots=True)
class Line:
    """One row that is not blank: its number in the file, its texts, and the origins that are not plain text."""

    number: int
    texts: list[str]
    origins: dict[int, Origin] = field(default_factory=dict)

    def cell(self, index: int) -> Cell:
        """The cell of a column; empty past the end of the row."""
        if index >= len(self.texts):
            return EMPTY
        return Cell(self.texts[index], self.origins.get(index, Origin.TEXT))


@dataclass(slots=True)
class Sheet:
    name: str
    lines: list[Line]
    is_hidden: bool = False


@dataclass(slots=True)
class Book:
    """Everything that was read from a file; ``encoding`` only for text files."""

    sheets: list[Sheet]
    encoding: str = ""


@dataclass(frozen=True)
class Limits:
    """What a file may cost us."""

    file_bytes: int = 20 * 1024 * 1024
    unpacked_bytes: int = 200 * 1024 * 1024
    ratio: int = 150
    entries: int = 2000
    rows: int = 20_000
    columns: int = 200
    cells: int = 1_000_000
    cell_characters: int = 5_000


LIMITS = Limits()

# A double holds 15 decimal digits for certain.
SURE_DIGITS = 15


def number_cell(value: float) -> Cell:
    """A stored number as people would write it; flagged when digits must have been lost."""
    if value != value or value in (float("inf"), float("-inf")):  # noqa: PLR0124 - NaN is the one that differs
        return Cell(str(value), Origin.ERROR)
    if abs(value) >= 10**SURE_DIGITS:
        return Cell(str(int(value)), Origin.LOST_DIGITS)
    if value == int(value):
        return Cell(str(int(value)), Origin.NUMBER)
    return Cell(format(value, ".15g"), Origin.NUMBER)
