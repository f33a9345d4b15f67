"""What a rehearsal knows: what was asked for, its classes and what came of them, and the steps taken."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from certifications.plans.models import AssessmentPlan
from courses.classes.models import ClassRun
from courses.content.models import CourseVersion
from foundation.imports.models import ImportBatch
from portal.journey.clock import Clock
from portal.journey.people import Cast, Crew

Counts = dict[str, int]


class JourneyError(Exception):
    """The rehearsal cannot go on; the sentence says why, and it has failed."""


class JourneyOver(Exception):  # noqa: N818 - not an error: nothing is left to do
    """There is nobody or nothing to go on with. The account says why, and must still balance."""


@dataclass(frozen=True)
class Plan:
    """What was asked for."""

    roster: Path
    opens_on: date
    today: date
    out: Path | None = None
    package: str = "mother-baby-care-5"
    scores: Path | None = None
    bank_return: Path | None = None
    online_hours: int = 8
    # Every so many: who stops early, who misses a session, who sends the same beats twice, which session differs.
    # 0 is nobody.
    stops_every: int = 13
    misses_every: int = 11
    repeats_every: int = 7
    paper_every: int = 2
    miscounts_every: int = 9

    def stops(self, place: int) -> bool:
        """Whether the person at this place of the class stops early."""
        return bool(self.stops_every) and place % self.stops_every == 0

    def misses(self, place: int) -> bool:
        """Whether the person at this place of the class misses a session."""
        return bool(self.misses_every) and place % self.misses_every == 0


@dataclass
class Step:
    """A step of the account."""

    name: str
    title: str
    seconds: float = 0.0
    counts: Counts = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)


@dataclass
class Held:
    """A class of the rehearsal: who holds it and where, its part of the roster, its test."""

    place: int
    crew: Crew
    run: ClassRun
    batch: ImportBatch | None = None
    test: AssessmentPlan | None = None


@dataclass
class Journey:
    """The rehearsal under way. Each step fills in what the next ones need."""

    plan: Plan
    clock: Clock
    steps: list[Step] = field(default_factory=list)
    totals: Counts = field(default_factory=dict)
    failures: list[str] = field(default_factory=list)
    facts: dict[str, Any] = field(default_factory=dict)
    files: list[str] = field(default_factory=list)
    classes: list[Held] = field(default_factory=list)
    # Why it ended before its last step without anything being wrong.
    ended: str = ""
    is_broken: bool = False
    # The first day on which the training package is in force: nothing is prepared before.
    rules_since: date = date.min
    _cast: Cast | None = None
    _version: CourseVersion | None = None

    @property
    def cast(self) -> Cast:
        assert self._cast is not None
        return self._cast

    @property
    def version(self) -> CourseVersion:
        assert self._version is not None
        return self._version

    @property
    def runs(self) -> list[ClassRun]:
        return [held.run for held in self.classes]

    @property
    def last_day(self) -> date:
        """The day on which the last class ends."""
        return max(run.ends_on for run in self.runs)

    def before(self, days: int, hour: int) -> datetime:
        """So many days before the opening, never before its rules and never back in time."""
        then = self.clock.at
        at = self.clock.put(max(self.plan.opens_on - timedelta(days=days), self.rules_since), hour)
        if at <= then:
            self.clock.at = then
            at = self.clock.forward(60)
        return at

    @property
    def is_balanced(self) -> bool:
        return not self.failures

    def keep(self, name: str, content: bytes) -> None:
        """A file of the rehearsal's folder; nothing without one."""
        if self.plan.out is None:
            return
        path = self.plan.out / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        self.files.append(name)

    def note(self, sentence: str) -> None:
        """A line under the step that is running."""
        self.steps[-1].notes.append(sentence)

    def require(self, sentence: str, left: int, right: int) -> None:
        """Two totals that must be the same; what is not fails the rehearsal at its end."""
        if left != right:
            self.failures.append(f"{sentence}：{left} ≠ {right}")
