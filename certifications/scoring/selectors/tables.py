"""The score table of a plan: everybody with every part, what is missing, and what a publication would say."""

import hashlib
import json
from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from certifications.plans.models import AssessmentPlan, Candidate, PlanPart
from certifications.plans.selectors import plans_visible_to
from certifications.plans.states import CandidateState, PartKind
from certifications.scoring.models import PartScore, Result, ScoreAppeal
from certifications.scoring.rules import Criterion, Judgement, PartMark, judge
from certifications.scoring.selectors.results import criterion_of, results_in_force, scores_in_force
from certifications.scoring.states import MARKING, PUBLIC, AppealState, ScoreState
from certifications.scoring.words import checks_frozen, criterion_read
from foundation.accounts.models import User

SCORED = MARKING | PUBLIC


def plans_to_score(user: User, *, on: date) -> QuerySet[AssessmentPlan]:
    """Plans somebody sees whose rooms are arranged or that came further, with what is done of their marks."""
    admitted = Q(candidates__state=CandidateState.ADMITTED)
    open_appeal = ScoreAppeal.objects.filter(score__part__plan=OuterRef("pk"), state=AppealState.OPEN)
    return (
        plans_visible_to(user, on=on)
        .filter(state__in=sorted(SCORED))
        .annotate(people=Count("candidates", filter=admitted, distinct=True), is_asked=Exists(open_appeal))
        .order_by("-created_at", "-pk")
    )


@dataclass(frozen=True)
class Row:
    """One candidate: the mark of each part, in the parts' order, and her result when she was judged."""

    candidate: Candidate
    cells: tuple[PartScore | None, ...]
    parts: tuple[PlanPart, ...]
    result: Result | None = None
    judgement: Judgement | None = None

    @property
    def missing(self) -> tuple[PlanPart, ...]:
        return tuple(part for part, score in zip(self.parts, self.cells, strict=True) if score is None)


def marks_of(row: Row) -> dict[PartKind, PartMark]:
    """Her marks as the rule takes them."""
    return {
        PartKind(part.kind): PartMark(ScoreState(score.state), score.mark, score.reason)
        for part, score in zip(row.parts, row.cells, strict=True)
        if score is not None
    }


def table_of(plan: AssessmentPlan, *, candidates: QuerySet[Candidate] | None = None) -> list[Row]:
    """Everybody admitted by ticket number with every part; as many queries for many as for few."""
    parts = tuple(plan.parts.order_by("starts_at", "pk"))
    people = candidates if candidates is not None else Candidate.objects.filter(plan=plan)
    people = people.filter(state=CandidateState.ADMITTED).select_related("worker__user").order_by("ticket_number")
    scores: defaultdict[int, dict[int, PartScore]] = defaultdict(dict)
    for score in scores_in_force().filter(part__plan=plan).select_related("appeal"):
        scores[score.candidate_id][score.part_id] = score
    results = {result.candidate_id: result for result in results_in_force().filter(candidate__plan=plan)}
    return [
        Row(one, tuple(scores[one.pk].get(part.pk) for part in parts), parts, results.get(one.pk)) for one in people
    ]


@dataclass(frozen=True)
class Preview:
    """What would be published: everybody with her judgement, and whoever still lacks a part."""

    criterion: Criterion
    rows: list[Row]
    missing: list[Row]

    @property
    def passed(self) -> int:
        return sum(row.judgement is not None and row.judgement.outcome == "passed" for row in self.rows)

    @property
    def failed(self) -> int:
        return len(self.rows) - self.passed - len(self.missing)

    @property
    def digest(self) -> str:
        """What somebody has looked at before she publishes."""
        told = [[row.candidate.pk, checks_frozen(row.judgement) if row.judgement else None] for row in self.rows]
        return hashlib.sha256(json.dumps(told, ensure_ascii=False).encode()).hexdigest()[:16]


def preview_of(plan: AssessmentPlan) -> Preview:
    """Everybody judged by her marks now. Whoever was judged before keeps the criterion of that day.

    ``PolicyGapError`` when no pass mark is in force on the day of a part.
    """
    criterion = criterion_of(plan)
    rows, missing = [], []
    for row in table_of(plan):
        if row.missing:
            missing.append(row)
            rows.append(row)
            continue
        used = criterion_read(row.result.criterion) if row.result else criterion
        rows.append(Row(row.candidate, row.cells, row.parts, row.result, judge(marks_of(row), used)))
    return Preview(criterion, rows, missing)
