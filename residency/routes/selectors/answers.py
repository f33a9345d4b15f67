"""What a worker answered herself."""

import json
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from residency.routes.models import KnownAnswers
from residency.routes.rules.facts import FACTS, Applicant, applicant_read
from residency.routes.rules.shapes import PackError
from workers.models import Worker


@dataclass(frozen=True)
class Answers:
    """Her answers, and the questions she answered with "not sure"."""

    facts: Applicant = field(default_factory=Applicant)
    unsure: frozenset[str] = frozenset()
    saved_at: datetime | None = None

    def __bool__(self) -> bool:
        return bool(self.facts) or bool(self.unsure)

    def with_given(self, given: Applicant, unsure: Collection[str], asked: Collection[str]) -> "Answers":
        """These answers with those of one form put in the place of what was said of the same questions before."""
        kept = {name: value for name, value in self.facts.items() if name not in asked}
        return Answers(Applicant(kept | dict(given)), frozenset(self.unsure - set(asked)) | frozenset(unsure))


def answers_of(worker: Worker) -> Answers:
    """What she asked to keep; of what can no longer be read, nothing."""
    row = KnownAnswers.objects.filter(worker=worker).first()
    if row is None:
        return Answers()
    content: dict[str, Any] = json.loads(row.content)
    try:
        facts = applicant_read({name: one for name, one in content["facts"].items() if name in FACTS})
    except PackError:
        facts = Applicant()
    return Answers(facts, frozenset(content["unsure"]) & frozenset(FACTS), row.saved_at)
