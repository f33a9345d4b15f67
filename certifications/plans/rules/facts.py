"""What the checks of a plan look at, as plain values, and what a check answers."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal

from certifications.plans.states import Duty, PartKind, PlanKind
from courses.catalogue.states import SkillLevel

Stage = Literal["open", "arrange"]
Place = Literal["details", "parts", "rooms", "panels", "candidates"]

# The figures of the checks, each a dated parameter of policy.
MINUTES = {
    PartKind.THEORY: "assessment.minutes.theory",
    PartKind.PRACTICAL: "assessment.minutes.practical",
    PartKind.REVIEW: "assessment.minutes.review",
}
PLACES = {
    PartKind.THEORY: "assessment.room.theory.places",
    PartKind.PRACTICAL: "assessment.room.practical.places",
}
CAMERAS = "assessment.room.practical.cameras"
INVIGILATORS_PER, INVIGILATORS_MIN = "assessment.invigilators.per", "assessment.invigilators.min"
ASSESSORS_PER, ASSESSORS_MIN = "assessment.assessors.per", "assessment.assessors.min"
REVIEWERS_MIN = "assessment.reviewers.min"
FIGURES = (
    *MINUTES.values(), *PLACES.values(), CAMERAS, INVIGILATORS_PER, INVIGILATORS_MIN, ASSESSORS_PER, ASSESSORS_MIN,
    REVIEWERS_MIN,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Check:
    """One question asked of a plan: what is needed, what was found, and what to do. Advice never holds it up."""

    code: str
    name: str
    is_advice: bool
    passed: bool
    needed: str
    found: str
    advice: str
    place: Place
    wrong: tuple[str, ...] = ()
    is_unverified: bool = False  # the figure behind it still waits for an officer to compare it

    @property
    def blocks(self) -> bool:
        return not self.passed and not self.is_advice

    @property
    def tone(self) -> str:
        if self.passed:
            return "success"
        return "warning" if self.is_advice else "error"


@dataclass(frozen=True, slots=True)
class RoomFact:
    """A room with who is on duty there, and for how many candidates it is staffed."""

    name: str
    capacity: int
    has_camera: bool = False
    expected: int = 0
    on_duty: Mapping[Duty, int] = field(default_factory=dict)
    taken_by: str = ""  # another assessment of the same organisation in the same room at the hour


@dataclass(frozen=True, slots=True)
class PartFact:
    """A part. Its moments are in local time."""

    kind: PartKind
    starts_at: datetime
    ends_at: datetime
    rooms: tuple[RoomFact, ...] = ()

    @property
    def minutes(self) -> int:
        return int((self.ends_at - self.starts_at).total_seconds() // 60)

    @property
    def places(self) -> int:
        return sum(room.capacity for room in self.rooms)


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure in force; ``value`` is None while there is none."""

    value: int | None = None
    is_verified: bool = False


@dataclass(frozen=True, slots=True)
class PlanFacts:
    """A plan as the checks see it."""

    kind: PlanKind
    stage: Stage
    on: date
    seats: int
    parts: tuple[PartFact, ...]
    figures: Mapping[str, Figure] = field(default_factory=dict)
    level: SkillLevel | None = None
    applies: tuple[date, date] | None = None
    candidates: int = 0
    unseated: tuple[str, ...] = ()
    # Sentences, each about one thing that is wrong; the selectors know the registers they come from.
    permission: tuple[str, ...] = ()
    judges: tuple[str, ...] = ()

    @property
    def is_test(self) -> bool:
        """A school's own test: the rules of level assessments are advice to it."""
        return self.kind == PlanKind.SCHOOL_TEST

    def figure(self, code: str) -> Figure:
        return self.figures.get(code, Figure())
