"""The skill record as plain lines: what pages, papers, the export, the planner and the evidence packs read."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from certifications.record.rules.service import Service
from certifications.record.states import LEVELLED, AskState
from workers.states import HoursKind

# From the lowest rung to the highest; 6 is the apprentice, 7 and 8 stand above the first level.
LADDER = (6, 5, 4, 3, 2, 1, 7, 8)
NONE = Decimal(0)


def rank(level: int) -> int:
    """How high a level stands: the greater, the higher."""
    return LADDER.index(level)


@dataclass(frozen=True, kw_only=True)
class Line:
    """What every line says of itself. ``confirmed_by`` is a house, never a person; empty on declared lines."""

    pk: int
    standing: str
    source: str
    confirmed_on: date | None = None
    confirmed_by: str = ""

    @property
    def is_guaranteed(self) -> bool:
        return self.standing == "guaranteed"


@dataclass(frozen=True, kw_only=True)
class CertificateLine(Line):
    """A paper. ``reference`` is the key of the row it follows, such as ``certificates.levelcertificate:17``."""

    reference: str
    kind: str
    kind_name: str
    title: str
    occupation_code: str
    occupation_name: str
    work_type_name: str
    level: int | None
    level_name: str
    number: str
    issuer_name: str
    issued_on: date
    state: str
    state_name: str
    is_counted: bool

    @property
    def is_levelled(self) -> bool:
        return self.kind in LEVELLED and self.level is not None


@dataclass(frozen=True, kw_only=True)
class HoursLine(Line):
    """Credited hours of 45 minutes of one class and one kind."""

    reference: str
    title: str
    hours_kind: str
    hours_name: str
    hours: Decimal
    occupation_code: str
    occupation_name: str
    work_type_name: str
    level: int | None
    school_name: str
    completed_on: date
    state: str
    state_name: str
    is_counted: bool


@dataclass(frozen=True, kw_only=True)
class JobLine(Line):
    """A job. ``insured_months`` are those its employer paid in time while it lasted; ``ask`` is an ``AskState``."""

    employer_name: str
    employer_credit_code: str
    post: str
    contract_kind: str
    contract_name: str
    starts_on: date
    ends_on: date | None
    trade: str
    insured_months: int
    has_evidence: bool
    ask: AskState
    asked_on: date | None
    answer: str
    is_overlapping: bool


@dataclass(frozen=True, kw_only=True)
class EducationLine(Line):
    level: str
    level_name: str
    school: str
    major: str
    starts_on: date
    ends_on: date | None
    has_evidence: bool
    ask: AskState
    asked_on: date | None
    answer: str


@dataclass(frozen=True, kw_only=True)
class GroupLine(Line):
    code: str
    name: str
    starts_on: date
    ends_on: date | None


@dataclass(frozen=True, kw_only=True)
class AwardLine(Line):
    reference: str
    title: str
    issuer_name: str
    awarded_on: date
    is_counted: bool


@dataclass(frozen=True)
class TopLevel:
    """The highest level of an occupation that counts today; ``guaranteed`` is the highest somebody stands for."""

    occupation_code: str
    occupation_name: str
    declared: CertificateLine | None
    guaranteed: CertificateLine | None

    @property
    def shown(self) -> CertificateLine:
        """What is said first: what somebody stands for, where there is such a thing."""
        line = self.guaranteed or self.declared
        assert line is not None
        return line


@dataclass(frozen=True)
class SkillRecord:
    """技能档案 of one worker on a day, as one viewer may see it. ``insured`` counts the months of each kind."""

    worker_id: int
    on: date
    certificates: tuple[CertificateLine, ...]
    hours: tuple[HoursLine, ...]
    employment: tuple[JobLine, ...]
    education: tuple[EducationLine, ...]
    groups: tuple[GroupLine, ...]
    awards: tuple[AwardLine, ...]
    service: Service
    insured: Mapping[str, int] = field(default_factory=dict)
    trades: Mapping[str, str] = field(default_factory=dict)
    is_limited: bool = False

    @property
    def practice(self) -> tuple[HoursLine, ...]:
        """What she practised: the hours that were not theory."""
        return tuple(line for line in self.hours if line.hours_kind != HoursKind.THEORY)

    @property
    def theory(self) -> tuple[HoursLine, ...]:
        return tuple(line for line in self.hours if line.hours_kind == HoursKind.THEORY)

    def hours_of(self, kind: str) -> Decimal:
        """The hours of a kind that count today."""
        return sum((line.hours for line in self.hours if line.hours_kind == kind and line.is_counted), NONE)

    @property
    def top_levels(self) -> dict[str, TopLevel]:
        """The highest level of each occupation, by its code, or its name where it has none."""
        return top_levels(self.certificates)

    @property
    def is_empty(self) -> bool:
        return not any((self.certificates, self.hours, self.employment, self.education, self.awards, self.insured))


def top_levels(lines: tuple[CertificateLine, ...]) -> dict[str, TopLevel]:
    """The highest level that counts, occupation by occupation; of two of one level the earlier paper."""
    found: dict[str, list[CertificateLine]] = {}
    for line in lines:
        if line.is_levelled and line.is_counted:
            found.setdefault(line.occupation_code or line.occupation_name, []).append(line)
    return {key: _top(held) for key, held in found.items()}


def _top(held: list[CertificateLine]) -> TopLevel:
    highest_first = sorted(held, key=lambda line: (-rank(line.level or LADDER[0]), line.issued_on, line.pk))
    return TopLevel(
        occupation_code=highest_first[0].occupation_code,
        occupation_name=highest_first[0].occupation_name,
        declared=next((line for line in highest_first if not line.is_guaranteed), None),
        guaranteed=next((line for line in highest_first if line.is_guaranteed), None),
    )
