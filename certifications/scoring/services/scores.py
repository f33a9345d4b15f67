"""Marks are entered, voided and put right. Rows are only added; the newest counts."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from certifications.bodies.models import Assessor
from certifications.plans.models import AssessmentPlan, Candidate, PlanPart
from certifications.plans.services.independence import INDEPENDENT, violated
from certifications.plans.states import CandidateState, PartKind
from certifications.scoring.errors import ScoringError
from certifications.scoring.models import PartScore, Rating
from certifications.scoring.services.common import (
    candidate_in,
    desk_required,
    marking_required,
    not_her_own,
    plan_lock,
    reason_required,
    scores_by_place,
)
from certifications.scoring.services.fairness import changed_by_another
from certifications.scoring.states import ScoreSource, ScoreState
from certifications.scoring.words import score_words
from foundation.accounts.models import User
from foundation.audit.services import audit_record

HUNDRED = Decimal(100)


@dataclass(frozen=True)
class ScoreEntry:
    """What is to be entered of one candidate and part: a mark, or that she was absent."""

    candidate_id: int
    part: PartKind
    mark: Decimal | None
    is_absent: bool = False


def score_enter(
    *,
    candidate_id: int,
    part: PartKind,
    mark: Decimal | None,
    is_absent: bool = False,
    source: ScoreSource,
    actor: User,
    at: datetime,
    assessor: Assessor | None = None,
) -> PartScore:
    """Enter one mark, or that she was absent. What is on record already is given back; another mark is refused."""
    plan_id = Candidate.objects.values_list("plan_id", flat=True).get(pk=candidate_id)
    entry = ScoreEntry(candidate_id, PartKind(part), mark, is_absent)
    return scores_enter(plan_id=plan_id, entries=[entry], source=source, actor=actor, at=at, assessor=assessor)[0]


@transaction.atomic
def scores_enter(
    *,
    plan_id: int,
    entries: Sequence[ScoreEntry],
    source: ScoreSource,
    actor: User,
    at: datetime,
    assessor: Assessor | None = None,
) -> list[PartScore]:
    """Enter many marks of a plan, all or none; gives the score of each entry in their order.

    Raises ``PermissionDenied`` for another organisation's plan and ``ScoringError`` where a mark is impossible, a part
    has not begun, somebody is no candidate, or another mark is on record.
    """
    plan = plan_lock(plan_id)
    desk_required(actor, plan, at=at)
    marking_required(plan)
    return scores_write(plan, entries, source=source, actor=actor, at=at, assessors={}, assessor=assessor)


def scores_write(
    plan: AssessmentPlan,
    entries: Sequence[ScoreEntry],
    *,
    source: ScoreSource,
    actor: User,
    at: datetime,
    assessors: dict[int, Assessor],
    assessor: Assessor | None = None,
) -> list[PartScore]:
    """The same under the plan's lock, for whoever has checked who may; ``assessors`` by candidate."""
    parts = {PartKind(part.kind): part for part in plan.parts.all()}
    ids = {entry.candidate_id for entry in entries}
    people = {one.pk: one for one in Candidate.objects.filter(plan=plan, pk__in=ids).select_related("worker")}
    known = scores_by_place(plan, ids)
    rated = _rated(plan, ids) if source in {ScoreSource.FILE, ScoreSource.DESK} else set()
    result: list[PartScore] = []
    new: list[PartScore] = []
    for entry in entries:
        part = _part(plan, parts, entry.part, at)
        candidate = _admitted(people, entry.candidate_id)
        not_her_own(actor, candidate)
        state = ScoreState.ABSENT if entry.is_absent else ScoreState.MARKED
        mark = None if entry.is_absent else mark_checked(entry.mark)
        there = known.get((candidate.pk, part.pk))
        if there is None:
            if (candidate.pk, part.pk) in rated:
                raise ScoringError("rated", _("这一部分考评员已经在评分。请在考场评分中结束评分，不要另外录入。"))
            judge = assessors.get(candidate.pk, assessor)
            given = {"state": state, "mark": mark, "source": source, "assessor": judge, "entered_by": actor, "at": at}
            there = PartScore(candidate=candidate, part=part, **given)
            new.append(there)
            known[candidate.pk, part.pk] = there
        elif (there.state, there.mark) != (state, mark):
            raise other_mark(candidate, part, there)
        result.append(there)
    _kept(new)
    if new:
        audit_record("scoring.score.entered", plan, actor=actor, data={"source": source, "count": len(new)})
    return result


def _rated(plan: AssessmentPlan, candidates: Collection[int]) -> set[tuple[int, int]]:
    """Whom the judges of a room have begun to rate, by candidate and part: theirs is the mark."""
    rows = Rating.objects.filter(candidate__plan=plan, candidate__in=candidates)
    return set(rows.values_list("candidate", "part").distinct())


def _kept(new: list[PartScore]) -> None:
    try:
        with transaction.atomic():
            PartScore.objects.bulk_create(new)
    except IntegrityError as error:
        if violated(error) != INDEPENDENT:
            raise
        raise ScoringError("trained_her", _("考评员教过这里的考生，应当回避，成绩没有登记。请换一位。")) from error


def mark_checked(mark: Decimal | None) -> Decimal:
    """A mark out of a hundred with at most two places."""
    if mark is None or not mark.is_finite() or not 0 <= mark <= HUNDRED or mark != round(mark, 2):
        raise ScoringError("mark_impossible", _("成绩应在 0 到 100 分之间，最多两位小数。没有参加的，请登记为缺考。"))
    return mark


def other_mark(candidate: Candidate, part: PlanPart, there: PartScore) -> ScoringError:
    """The refusal where another mark is on record."""
    return ScoringError(
        "exists",
        _("%(ticket)s 号考生的%(part)s已经登记为“%(found)s”。要改的，请由另一位同事在她的页面上“更正成绩”。")
        % {"ticket": candidate.ticket_number, "part": part, "found": score_words(there)},
    )


def _part(plan: AssessmentPlan, parts: dict[PartKind, PlanPart], kind: PartKind, at: datetime) -> PlanPart:
    part = parts.get(kind)
    if part is None:
        raise ScoringError("no_part", _("这次考核没有“%(part)s”。") % {"part": PartKind(kind).label})
    if at < part.starts_at:
        raise ScoringError("not_yet", _("“%(part)s”还没有开始考，不能登记成绩。") % {"part": part})
    return part


def _admitted(people: dict[int, Candidate], candidate_id: int) -> Candidate:
    candidate = people.get(candidate_id)
    if candidate is None or candidate.state != CandidateState.ADMITTED:
        raise ScoringError("no_candidate", _("有人不在这次考核的准考名单里。请刷新页面再看。"))
    return candidate


@transaction.atomic
def score_void(*, candidate_id: int, part: PartKind, reason: str, actor: User, at: datetime) -> PartScore:
    """Void a part of a candidate for a breach of the rules; by the office, never by an assessor alone."""
    reason = reason_required(reason)
    plan, candidate, place = _found(candidate_id, part)
    desk_required(actor, plan, at=at)
    marking_required(plan)
    not_her_own(actor, candidate)
    there = scores_by_place(plan, [candidate.pk]).get((candidate.pk, place.pk))
    if there is not None and there.state == ScoreState.VOID:
        raise ScoringError("void_already", _("这一部分已经作废，不用再办。"))
    score = PartScore.objects.create(
        candidate=candidate,
        part=place,
        state=ScoreState.VOID,
        source=ScoreSource.DESK,
        replaces=there,
        reason=reason,
        entered_by=actor,
        at=at,
    )
    audit_record("scoring.score.voided", score, actor=actor, reason=reason)
    return score


@transaction.atomic
def score_remark(
    *,
    candidate_id: int,
    part: PartKind,
    mark: Decimal | None,
    is_absent: bool = False,
    reason: str,
    actor: User,
    at: datetime,
) -> PartScore:
    """Put a mark right before it is published; somebody else than who entered or judged it."""
    reason = reason_required(reason)
    plan, candidate, place = _found(candidate_id, part)
    desk_required(actor, plan, at=at)
    marking_required(plan)
    there = scores_by_place(plan, [candidate.pk]).get((candidate.pk, place.pk))
    if there is None:
        raise ScoringError("no_score", _("这一部分还没有成绩，请直接录入。"))
    return score_replace(there, candidate, mark=mark, is_absent=is_absent, reason=reason, actor=actor, at=at)


def score_replace(
    there: PartScore,
    candidate: Candidate,
    *,
    mark: Decimal | None,
    is_absent: bool,
    reason: str,
    actor: User,
    at: datetime,
) -> PartScore:
    """The mark that replaces another, under the plan's lock."""
    not_her_own(actor, candidate)
    changed_by_another(there, actor)
    state = ScoreState.ABSENT if is_absent else ScoreState.MARKED
    given = None if is_absent else mark_checked(mark)
    if (there.state, there.mark) == (state, given):
        raise ScoringError("same", _("和现在的成绩一样，没有要更正的。"))
    score = PartScore.objects.create(
        candidate_id=there.candidate_id,
        part_id=there.part_id,
        state=state,
        mark=given,
        source=ScoreSource.REMARK,
        replaces=there,
        reason=reason,
        entered_by=actor,
        at=at,
    )
    audit_record("scoring.score.changed", score, actor=actor, reason=reason, data={"replaces": there.pk})
    return score


def _found(candidate_id: int, part: PartKind) -> tuple[AssessmentPlan, Candidate, PlanPart]:
    plan = plan_lock(Candidate.objects.values_list("plan_id", flat=True).get(pk=candidate_id))
    place = plan.parts.filter(kind=part).first()
    if place is None:
        raise ScoringError("no_part", _("这次考核没有“%(part)s”。") % {"part": PartKind(part).label})
    return plan, candidate_in(plan, candidate_id), place
