"""What certificates may rest on: final results only, the one that counts of several, and who may sit again."""

import pytest

from certifications.plans.states import CandidateState, PartKind, PlanState
from certifications.scoring.selectors import final_level_result_of, final_results_of, result_in_force, to_resit
from certifications.scoring.states import ResultOutcome
from courses.catalogue.states import SkillLevel
from tests.certifications.builders_scoring import (
    a_candidate,
    a_final_level_result,
    a_final_result,
    a_plan,
    a_result,
)
from tests.courses.builders import a_class_run, an_enrolment
from tests.workers.builders import NOW

pytestmark = pytest.mark.django_db
FAILED = ResultOutcome.FAILED


@pytest.mark.parametrize(
    ("state", "counts"), [(PlanState.HELD, False), (PlanState.PUBLISHED, False), (PlanState.FINAL, True)]
)
def test_a_result_counts_only_when_it_is_final(state, counts):
    result = a_final_result(plan=None) if state == PlanState.FINAL else a_result(a_candidate(a_plan(state=state)))
    run = result.candidate.plan.class_run
    assert (result.candidate.enrolment_id in final_results_of(run)) is counts
    assert result_in_force(result.candidate) == result


def test_a_result_that_was_replaced_does_not_count():
    first = a_final_result(outcome=FAILED)
    later = a_result(first.candidate, {PartKind.THEORY: "61"}, replaces=first, reason="复核更正")
    assert final_results_of(first.candidate.plan.class_run) == {first.candidate.enrolment_id: later}


def test_a_passed_resit_wins_and_a_failed_resit_does_not_undo_a_pass():
    she, other = an_enrolment(), an_enrolment()
    a_final_result(she, outcome=FAILED)
    passed = a_final_result(she)
    first = a_final_result(other)
    a_final_result(other, outcome=FAILED)
    assert final_results_of(she.class_run) == {she.pk: passed}
    assert final_results_of(other.class_run) == {other.pk: first}


def test_somebody_excluded_after_the_test_has_no_final_result():
    result = a_final_result()
    candidate = result.candidate
    candidate.state, candidate.reason = CandidateState.EXCLUDED, "冒名顶替"
    candidate.save()
    assert final_results_of(candidate.plan.class_run) == {}


def test_the_level_result_is_of_the_same_occupation_work_type_and_level():
    result = a_final_level_result()
    plan, worker = result.candidate.plan, result.candidate.worker
    asked = {"occupation_id": plan.occupation_id, "work_type_id": plan.work_type_id, "level": plan.level}
    assert final_level_result_of(worker, **asked) == result
    assert final_level_result_of(worker, **(asked | {"level": SkillLevel.FOUR})) is None


def test_a_failed_level_is_no_level():
    result = a_final_level_result(outcome=FAILED)
    plan = result.candidate.plan
    found = final_level_result_of(
        result.candidate.worker, occupation_id=plan.occupation_id, work_type_id=None, level=plan.level
    )
    assert found is None


def test_who_completed_and_failed_may_sit_again_once():
    from courses.classes.states import EnrolmentState
    from courses.completion.models import Completion

    run = a_class_run()
    failed, passed, not_completed = (an_enrolment(run, state=EnrolmentState.COMPLETED) for _n in range(3))
    plan = a_plan(class_run=run, state=PlanState.FINAL)
    for she, outcome in ((failed, FAILED), (passed, ResultOutcome.PASSED), (not_completed, FAILED)):
        result = a_final_result(she, outcome=outcome, plan=plan)
        Completion.objects.create(
            enrolment=she,
            outcome="not_completed" if she == not_completed else "completed",
            criterion={},
            facts={},
            checks=[],
            judged_by=result.judged_by,
            at=NOW,
        )
    assert list(to_resit(run)) == [failed]
    a_candidate(a_plan(class_run=run, state=PlanState.OPEN), enrolment=failed)
    assert list(to_resit(run)) == []
