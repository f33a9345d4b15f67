"""Those who failed finally are put into another test; everybody else is left alone."""

import pytest

from certifications.plans.states import PlanState
from certifications.scoring.errors import ScoringError
from certifications.scoring.services import resit_prepare
from certifications.scoring.states import ResultOutcome
from courses.classes.states import ClassState, EnrolmentState
from courses.completion.models import Completion
from tests.certifications.builders_scoring import a_clerk, a_final_result, a_plan, scoring_figures
from tests.courses.builders import a_class_run, an_enrolment
from tests.workers.builders import NOW

pytestmark = pytest.mark.django_db


def test_those_who_failed_finally_are_put_into_another_test():
    scoring_figures()
    run = a_class_run(state=ClassState.CLOSED)
    plan = a_plan(class_run=run, state=PlanState.FINAL)
    clerk = a_clerk(plan.organisation)
    failed, passed = (an_enrolment(run, state=EnrolmentState.COMPLETED) for _n in range(2))
    for she, outcome in ((failed, ResultOutcome.FAILED), (passed, ResultOutcome.PASSED)):
        a_final_result(she, outcome=outcome, plan=plan)
        Completion.objects.create(
            enrolment=she, outcome="completed", criterion={}, facts={}, checks=[], judged_by=clerk, at=NOW
        )
    resit = resit_prepare(plan_id=plan.pk, actor=clerk, at=NOW)
    assert (resit.state, resit.class_run, list(resit.candidates.values_list("enrolment", flat=True))) == (
        PlanState.DRAFT, run, [failed.pk],
    )  # fmt: skip
    with pytest.raises(ScoringError) as refusal:
        resit_prepare(plan_id=plan.pk, actor=clerk, at=NOW)
    assert refusal.value.code == "nobody"
