"""What earlier claims mean for a new one. Pure: claims in, counts out."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from courses.catalogue.states import SkillLevel
from subsidies.schemes.states import Lane

LADDER = list(SkillLevel)


class Case(Protocol):
    """What is claimed for now."""

    @property
    def field(self) -> str: ...
    @property
    def pk(self) -> int: ...
    @property
    def level_number(self) -> int | None: ...
    @property
    def occupation_code(self) -> str: ...
    @property
    def work_type_name(self) -> str: ...
    @property
    def certificate_number(self) -> str: ...


class Earlier(Protocol):
    """A claim that stands or was paid."""

    lane: str
    fund: str
    occupation_code: str
    work_type_name: str
    level: int | None
    certificate_number: str
    submitted_on: date | None


@dataclass(frozen=True, slots=True)
class Before:
    """What stands of earlier claims against a new one."""

    counted: int
    counted_this_year: int
    same_level: bool
    higher_level: bool
    other_fund: bool


def before_of(case: Case, claims: Iterable[Earlier], *, lane: Lane, fund: str, since: date | None, on: date) -> Before:
    """Count the claims of the lane from the first day of the count rule, and find those that exclude the new one."""
    mine = [one for one in claims if one.lane == lane]
    alike = [one for one in mine if is_same_trade(case, one)]
    return Before(
        counted=sum(since is None or (one.submitted_on or date.min) >= since for one in mine),
        counted_this_year=sum(one.submitted_on is not None and one.submitted_on.year == on.year for one in mine),
        same_level=any(one.level == case.level_number for one in alike),
        higher_level=any(is_higher(one.level, case.level_number) for one in alike),
        other_fund=any(one.fund != fund and is_same_certificate(case, one) for one in mine),
    )


def is_same_trade(case: Case, claim: Earlier) -> bool:
    """The same occupation and work type; a paper that names no work type stands for all of its occupation."""
    if not (case.occupation_code or case.work_type_name) or case.occupation_code != claim.occupation_code:
        return False
    return case.work_type_name == claim.work_type_name or (
        bool(case.occupation_code)
        and case.level_number is not None
        and not (case.work_type_name and claim.work_type_name)
    )


def is_higher(earlier: int | None, now: int | None) -> bool:
    """Whether the level claimed before stands above the one claimed now."""
    if earlier is None or now is None:
        return False
    return LADDER.index(SkillLevel(earlier)) > LADDER.index(SkillLevel(now))


def is_same_certificate(case: Case, claim: Earlier) -> bool:
    """By its key, by its training, or by its number: a paper may have been reissued, or be on file as declared too."""
    if getattr(claim, f"{case.field}_id", None) == case.pk:
        return True
    training = getattr(case, "enrolment", None)
    if training is not None and getattr(claim, "enrolment_id", None) == training.pk:
        return True
    return bool(case.certificate_number) and case.certificate_number == claim.certificate_number
