"""Who stands in the register, and at which level. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from certifications.talent.states import LADDER
from courses.catalogue.states import SkillLevel


@dataclass(frozen=True, slots=True)
class Paper:
    """One guaranteed line that stands: a certificate, or an appointment to a level."""

    pk: int
    level: int
    issued_on: date
    occupation_code: str
    occupation_name: str


def rung(level: int) -> int:
    """How high a level is; the lowest is nought."""
    return LADDER.index(SkillLevel(level))


def best_of(papers: Iterable[Paper]) -> Paper | None:
    """The highest; of several alike, the first that was issued."""
    known = [one for one in papers if one.level in SkillLevel.values and one.level != SkillLevel.APPRENTICE]
    return min(known, key=lambda one: (-rung(one.level), one.issued_on, one.pk), default=None)


def is_high_skilled(level: int, *, begins: int) -> bool:
    """高技能人才: the level where they begin, and every one above it."""
    return rung(level) >= rung(begins)
