"""What a rehearsal knows: what was asked for, who and what came of it, and the steps taken."""

from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from courses.classes.models import ClassRun
from courses.content.models import CourseVersion
from foundation.imports.models import ImportBatch
from portal.journey.clock import Clock
from portal.journey.people import Cast

Counts = dict[str, int]


class JourneyError(Exception):
    """The rehearsal cannot go on; the sentence says why."""


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
    paper_every: int = 5
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
class Journey:
    """The rehearsal under way. Each step fills in what the next ones need."""

    plan: Plan
    clock: Clock
    steps: list[Step] = field(default_factory=list)
    totals: Counts = field(default_factory=dict)
    failures: list[str] = field(default_factory=list)
    facts: dict[str, Any] = field(default_factory=dict)
    _cast: Cast | None = None
    _version: CourseVersion | None = None
    _run: ClassRun | None = None
    _batch: ImportBatch | None = None

    @property
    def cast(self) -> Cast:
        assert self._cast is not None
        return self._cast

    @property
    def version(self) -> CourseVersion:
        assert self._version is not None
        return self._version

    @property
    def run(self) -> ClassRun:
        assert self._run is not None
        return self._run

    @property
    def has_class(self) -> bool:
        """Whether it came as far as the class."""
        return self._run is not None

    @property
    def batch(self) -> ImportBatch:
        assert self._batch is not None
        return self._batch

    @property
    def is_balanced(self) -> bool:
        return not self.failures

    def note(self, sentence: str) -> None:
        """A line under the step that is running."""
        self.steps[-1].notes.append(sentence)

    def require(self, sentence: str, left: int, right: int) -> None:
        """Two totals that must be the same; what is not fails the rehearsal at its end."""
        if left != right:
            self.failures.append(f"{sentence}：{left} ≠ {right}")
