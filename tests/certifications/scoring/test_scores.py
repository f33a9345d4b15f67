"""Marks are entered once, voided with a reason, and put right only by somebody else."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from certifications.plans.errors import PlanError
from certifications.plans.services.moving import plan_move
from certifications.plans.states import CandidateState, PartKind, PlanState
from certifications.scoring.errors import ScoringError
from certifications.scoring.models import PartScore
from certifications.scoring.selectors import scores_in_force
from certifications.scoring.services import ScoreEntry, score_enter, score_remark, score_void, scores_enter
from certifications.scoring.states import ScoreSource, ScoreState
from foundation.accounts.models import Membership
from foundation.accounts.states import Role
from foundation.audit.models import AuditEvent
from foundation.database import period
from tests.certifications.builders_scoring import a_candidate, a_clerk, a_plan, a_score, moment
from tests.courses.builders import SINCE, a_school
from tests.workers.builders import NOW, an_officer

pytestmark = pytest.mark.django_db
T, P = PartKind.THEORY, PartKind.PRACTICAL


@pytest.fixture
def plan():
    return a_plan()


@pytest.fixture
def clerk(plan):
    return a_clerk(plan.organisation)


@pytest.fixture
def she(plan):
    return a_candidate(plan)


def enter(candidate, actor, part=T, mark="78", **fields):
    given = {"mark": None if mark is None else Decimal(mark), "source": ScoreSource.DESK, "at": NOW}
    return score_enter(candidate_id=candidate.pk, part=part, actor=actor, **(given | fields))


def nothing_happened():
    assert PartScore.objects.exists() is False
    assert AuditEvent.objects.filter(action__startswith="scoring.").exists() is False


def test_a_mark_is_on_record_with_who_when_and_how(she, clerk):
    score = enter(she, clerk, mark="59.5")
    assert (score.mark, score.state, score.source, score.entered_by, score.at) == (
        Decimal("59.5"), ScoreState.MARKED, ScoreSource.DESK, clerk, NOW,
    )  # fmt: skip


def test_absent_has_no_mark(she, clerk):
    assert (enter(she, clerk, mark=None, is_absent=True).state, PartScore.objects.get().mark) == ("absent", None)


@pytest.mark.parametrize("mark", ["101", "-3", "100.01", "66.666", "NaN", "Infinity", None])
def test_an_impossible_mark_is_refused(she, clerk, mark):
    with pytest.raises(ScoringError) as refusal:
        enter(she, clerk, mark=mark)
    assert refusal.value.code == "mark_impossible"
    nothing_happened()


def test_the_same_mark_again_is_the_same_score(she, clerk):
    assert enter(she, clerk) == enter(she, clerk)
    assert PartScore.objects.count() == 1


def test_another_mark_is_refused_and_says_how_to_put_it_right(she, clerk):
    enter(she, clerk)
    with pytest.raises(ScoringError, match="更正成绩") as refusal:
        enter(she, clerk, mark="80")
    assert refusal.value.code == "exists"
    assert PartScore.objects.get().mark == 78


def test_many_marks_are_entered_together_or_not_at_all(plan, she, clerk):
    other = a_candidate(plan)
    entries = [ScoreEntry(she.pk, T, Decimal(70)), ScoreEntry(other.pk, T, Decimal(170))]
    with pytest.raises(ScoringError):
        scores_enter(plan_id=plan.pk, entries=entries, source=ScoreSource.DESK, actor=clerk, at=NOW)
    nothing_happened()


@pytest.mark.parametrize(
    ("state", "code"),
    [
        (PlanState.DRAFT, "wrong_state"),
        (PlanState.OPEN, "wrong_state"),
        (PlanState.CANCELLED, "wrong_state"),
        (PlanState.PUBLISHED, "published"),
        (PlanState.FINAL, "published"),
    ],
)
def test_marks_are_entered_between_arrangement_and_publication(state, code):
    plan = a_plan(state=state)
    with pytest.raises(ScoringError) as refusal:
        enter(a_candidate(plan), a_clerk(plan.organisation))
    assert refusal.value.code == code
    nothing_happened()


def test_a_part_that_has_not_begun_has_no_marks(clerk, plan, she):
    with pytest.raises(ScoringError) as refusal:
        enter(she, clerk, at=plan.parts.get(kind=T).starts_at - timedelta(minutes=1))
    assert refusal.value.code == "not_yet"
    nothing_happened()


def test_a_part_the_plan_does_not_have_has_no_marks(she, clerk):
    with pytest.raises(ScoringError) as refusal:
        enter(she, clerk, part=PartKind.REVIEW)
    assert refusal.value.code == "no_part"
    nothing_happened()


def test_somebody_excluded_gets_no_marks(plan, clerk):
    gone = a_candidate(plan, state=CandidateState.EXCLUDED, reason="替考")
    with pytest.raises(ScoringError) as refusal:
        enter(gone, clerk)
    assert refusal.value.code == "no_candidate"
    nothing_happened()


def test_only_the_office_that_runs_the_plan_enters_marks(she):
    for stranger in (a_clerk(a_school().organisation), an_officer(Role.OFFICER_REVIEW), she.worker.user):
        with pytest.raises(PermissionDenied):
            enter(she, stranger)
    nothing_happened()


def test_nobody_enters_her_own_mark(plan, she):
    user = she.worker.user
    Membership.objects.create(
        user=user, organisation=plan.organisation, role=Role.SCHOOL_STAFF, effective=period(SINCE)
    )
    with pytest.raises(PermissionDenied):
        enter(she, user)
    nothing_happened()


def test_an_assessor_of_the_school_enters_nothing_by_hand(she, plan):
    with pytest.raises(PermissionDenied):
        enter(she, a_clerk(plan.organisation, role=Role.ASSESSOR))
    nothing_happened()


# --- void and put right -----------------------------------------------------------------------------------------------


def test_a_breach_voids_the_part_and_says_why(she, clerk):
    first = enter(she, clerk)
    void = score_void(candidate_id=she.pk, part=T, reason="夹带纸条", actor=clerk, at=NOW)
    assert (void.state, void.mark, void.replaces, void.reason) == ("void", None, first, "夹带纸条")
    assert scores_in_force().get() == void


def test_a_part_without_a_mark_can_be_void_too(she, clerk):
    assert score_void(candidate_id=she.pk, part=T, reason="替考", actor=clerk, at=NOW).replaces is None


def test_a_void_needs_a_reason(she, clerk):
    with pytest.raises(ScoringError) as refusal:
        score_void(candidate_id=she.pk, part=T, reason="  ", actor=clerk, at=NOW)
    assert refusal.value.code == "reason_missing"
    nothing_happened()


def test_an_assessor_alone_voids_nothing(she, plan):
    with pytest.raises(PermissionDenied):
        score_void(
            candidate_id=she.pk, part=T, reason="违纪", actor=a_clerk(plan.organisation, role=Role.ASSESSOR), at=NOW
        )
    nothing_happened()


def test_somebody_else_puts_a_mark_right_and_both_stay(plan, she, clerk):
    first = enter(she, clerk, mark="50")
    later = score_remark(
        candidate_id=she.pk, part=T, mark=Decimal(80), reason="登分时抄错", actor=a_clerk(plan.organisation), at=NOW
    )
    assert (later.replaces, later.mark, later.source) == (first, 80, ScoreSource.REMARK)
    assert list(scores_in_force()) == [later]
    assert PartScore.objects.count() == 2


def test_nobody_puts_her_own_entry_right(she, clerk):
    enter(she, clerk, mark="50")
    with pytest.raises(ScoringError) as refusal:
        score_remark(candidate_id=she.pk, part=T, mark=Decimal(80), reason="抄错", actor=clerk, at=NOW)
    assert refusal.value.code == "own_mark"
    assert PartScore.objects.get().mark == 50


def test_a_correction_is_not_undone_by_whoever_gave_the_first_mark(plan, she, clerk):
    first = enter(she, clerk, mark="90")
    other = a_clerk(plan.organisation, name="林教务")
    second = score_remark(candidate_id=she.pk, part=T, mark=Decimal(50), reason="看错", actor=other, at=NOW)
    with pytest.raises(ScoringError) as refusal:
        score_remark(candidate_id=she.pk, part=T, mark=Decimal(90), reason="没看错", actor=clerk, at=NOW)
    assert refusal.value.code == "own_mark"
    with pytest.raises(IntegrityError, match="somebody who did not give it"), transaction.atomic():
        a_score(she, T, 90, entered_by=clerk, replaces=second, reason="没看错", source=ScoreSource.REMARK)
    assert list(PartScore.objects.order_by("pk")) == [first, second]


@pytest.mark.parametrize("action", ["reopen", "cancel"])
def test_a_plan_with_marks_is_neither_laid_out_anew_nor_thrown_away_by_its_keeper(action):
    plan = a_plan(state=PlanState.ARRANGED)
    candidate, clerk = a_candidate(plan), a_clerk(plan.organisation)
    a_score(candidate, T, 78)
    with pytest.raises(PlanError) as refusal:
        plan_move(plan_id=plan.pk, action=action, actor=clerk, at=NOW, reason="题目漏了")
    assert refusal.value.code == "marked_already"
    plan.refresh_from_db()
    assert plan.state == PlanState.ARRANGED


def test_the_database_too_refuses_her_own_correction(she, clerk):
    first = enter(she, clerk, mark="50")
    with pytest.raises(IntegrityError, match="somebody who did not give it"), transaction.atomic():
        a_score(she, T, 80, entered_by=clerk, replaces=first, reason="抄错", source=ScoreSource.REMARK)


def test_a_correction_is_of_the_same_part(plan, she, clerk):
    first = enter(she, clerk, mark="50")
    with pytest.raises(IntegrityError, match="same candidate and part"), transaction.atomic():
        a_score(she, P, 80, replaces=first, reason="抄错", source=ScoreSource.REMARK)


def test_a_mark_is_replaced_once(plan, she, clerk):
    first = enter(she, clerk, mark="50")
    a_score(she, T, 80, replaces=first, reason="抄错")
    with pytest.raises(IntegrityError), transaction.atomic():
        a_score(she, T, 90, replaces=first, reason="抄错")


def test_scores_are_never_changed_or_removed(she, clerk):
    score = enter(she, clerk)
    for change in (lambda: PartScore.objects.filter(pk=score.pk).update(mark=100), score.delete):
        with pytest.raises(IntegrityError), transaction.atomic():
            change()
    assert PartScore.objects.get().mark == 78


def test_the_part_of_a_morning_may_be_marked_that_morning(clerk, she, plan):
    assert enter(she, clerk, at=moment(plan.parts.get(kind=T).starts_at.date(), 10)).pk
