"""补考: another test for those of a class who completed it and failed finally."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from certifications.plans.models import AssessmentPlan
from certifications.plans.services import candidates_from_class, plan_create
from certifications.plans.states import PlanKind, PlanState
from certifications.scoring.errors import ScoringError
from certifications.scoring.selectors.results import to_resit
from certifications.scoring.services.common import desk_required, plan_lock
from foundation.accounts.models import User


@transaction.atomic
def resit_prepare(*, plan_id: int, actor: User, at: datetime) -> AssessmentPlan:
    """A new plan of the class with everybody who may sit again; dates and rooms are set as for any plan.

    Raises ``ScoringError`` before the results are final and when nobody has to sit again, or waits to already.
    """
    plan = plan_lock(plan_id)
    desk_required(actor, plan, at=at)
    if plan.kind != PlanKind.SCHOOL_TEST or plan.class_run is None or plan.state != PlanState.FINAL:
        raise ScoringError("not_final", _("成绩确定以后，才能安排补考。"))
    again = list(to_resit(plan.class_run).values_list("pk", flat=True))
    if not again:
        raise ScoringError("nobody", _("没有要补考的人，或者已经安排了补考。"))
    resit = plan_create(
        kind=plan.kind,
        organisation=plan.organisation,
        class_run_id=plan.class_run_id,
        title=_("%(title)s（补考）") % {"title": plan.title.removesuffix("（补考）")[:110]},
        seats=len(again),
        notice=plan.notice,
        actor=actor,
        at=at,
    )
    candidates_from_class(plan_id=resit.pk, actor=actor, at=at, enrolment_ids=again)
    return resit
