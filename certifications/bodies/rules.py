"""What the register asks of a body's facts, numbers and assessors, without the database."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.backends.postgresql.psycopg_any import DateRange

from courses.catalogue.states import SkillLevel

# The sixteenth character of a number holds one of these. Source: 人社鉴发〔2019〕2号.
NUMBERED_LEVELS = (SkillLevel.FIVE, SkillLevel.FOUR, SkillLevel.THREE, SkillLevel.TWO, SkillLevel.ONE)
# The coding rule is of 2019; before it nobody gave out such numbers.
FIRST_YEAR = 2019
# What a body keeps right itself; the rest is the bureau's.
OWN_FACTS = ("address", "district_code", "contact_name", "contact_phone")
CODES = ("kind", "ministry_code", "province_code", "serial")
LADDER = list(SkillLevel)


@dataclass(frozen=True)
class BodyFacts:
    """What the register says of a body. Without a last day the filing stands until further notice."""

    kind: str
    short_name: str
    filing_number: str
    filed_from: date
    serial: str
    address: str
    district_code: str
    contact_name: str
    contact_phone: str
    filed_until: date | None = None
    ministry_code: str = "0000"
    province_code: str = "35"


@dataclass(frozen=True)
class ScopeLine:
    """An occupation, perhaps one work type, at one level."""

    occupation_id: int
    work_type_id: int | None
    level: int


@dataclass(frozen=True)
class AssessorEntry:
    """A line of the list of assessors. An empty ID or card number leaves the one on record."""

    name: str
    starts_on: date
    id_number: str = ""
    ends_on: date | None = None
    card_number: str = ""
    title: str = ""


@dataclass(frozen=True)
class QualificationEntry:
    """What somebody may assess: without an occupation any, without a level every level."""

    starts_on: date
    occupation_id: int | None = None
    highest_level: int | None = None
    ends_on: date | None = None


def reaches(highest: int | None, level: int | None) -> bool:
    """Whether who may assess up to one rung of the ladder may assess another; nothing said is no limit."""
    if highest is None or level is None:
        return True
    return LADDER.index(SkillLevel(level)) <= LADDER.index(SkillLevel(highest))


def holds(days: Any, on: date) -> bool:
    """Whether a range of days, as the database writes it, holds the day."""
    return (days.lower is None or days.lower <= on) and (days.upper is None or on < days.upper)


def encloses(outer: DateRange, inner: DateRange) -> bool:
    """Whether all days of one range are days of the other, both as the database writes them."""
    begins = outer.lower is None or (inner.lower is not None and inner.lower >= outer.lower)
    return begins and (outer.upper is None or (inner.upper is not None and inner.upper <= outer.upper))


def last_day(days: Any) -> date | None:
    """The last day of a range; none when it is open."""
    return days.upper - timedelta(days=1) if days.upper else None
