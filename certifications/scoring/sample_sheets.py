"""The rating sheets a plan starts from, read once from ``base/rating_sheets.toml``."""

import tomllib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from certifications.plans.states import PartKind

FILE = Path(__file__).parent / "base" / "rating_sheets.toml"


@dataclass(frozen=True)
class SampleItem:
    title: str
    points: int
    hint: str = ""


@dataclass(frozen=True)
class SampleSheet:
    code: str
    part: PartKind
    occupation: str
    title: str
    items: tuple[SampleItem, ...]


@lru_cache(maxsize=1)
def sample_sheets() -> tuple[SampleSheet, ...]:
    """Every sample, in the order of the file."""
    rows = tomllib.loads(FILE.read_text("utf-8"))["sheet"]
    return tuple(
        SampleSheet(
            code=row["code"],
            part=PartKind(row["part"]),
            occupation=row.get("occupation", ""),
            title=row["title"],
            items=tuple(SampleItem(*item) for item in row["items"]),
        )
        for row in rows
    )


def sample_for(part: PartKind, occupation_code: str) -> SampleSheet | None:
    """The sample of an occupation, else the general one of the part; theory has none."""
    fitting = [sheet for sheet in sample_sheets() if sheet.part == part]
    return next(
        (sheet for sheet in fitting if sheet.occupation == occupation_code),
        next((sheet for sheet in fitting if not sheet.occupation), None),
    )
