"""考生: who is admitted to an assessment, by an application or from a class, and who is no longer."""

from collections.abc import Collection, Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from certifications.plans.errors import PlanError
from certifications.plans.models import AssessmentPlan, Candidate, PlanEvent, Seat
from certifications.plans.services.parties import event_add, keeper_required, plan_editable, plan_lock
from certifications.plans.states import EDITABLE, CandidateState, PlanKind, PlanState
from courses.attendance.selectors import numbers_in
from courses.classes.models import Enrolment
from courses.completion.selectors import completions_in_force
from courses.completion.states import Outcome
from foundation.accounts.models import User
from foundation.audit.services import audit_record


@transaction.atomic
def candidate_admit(
    *, plan_id: int, worker_id: int, enrolment_id: int | None = None, actor: User, at: datetime
) -> Candidate:
    """Admit a worker and give her a ticket number; twice is once. A class's test admits whoever completed the class."""
    plan = plan_editable(plan_id, actor, at=at)
    enrolment = None
    if plan.kind == PlanKind.SCHOOL_TEST:
        found = _completed(plan).filter(worker=worker_id)
        enrolment = (found.filter(pk=enrolment_id) if enrolment_id else found).first()
        if enrolment is None:
            raise PlanError("not_completed", _("只有本班结业的学员能参加结业考核。请先在“结班与结业”中核对她的认定。"))
    return _admit(plan, worker_id, enrolment, actor=actor, at=at)


@transaction.atomic
def candidates_from_class(
    *, plan_id: int, actor: User, at: datetime, enrolment_ids: Collection[int] | None = None
) -> int:
    """Admit those whose completion in force says completed; how many are new.

    Without a choice of enrolments, whoever is in another test of the class that was not cancelled is left out: she has
    sat it, or will. A resit names whom it is for.
    """
    plan = plan_editable(plan_id, actor, at=at)
    if plan.kind != PlanKind.SCHOOL_TEST:
        raise PlanError("not_of_a_class", _("技能等级认定的考生来自申报，不能从班级添加。请在“申报”中办理。"))
    people = _completed(plan)
    if enrolment_ids is None:
        tested = Candidate.objects.filter(plan__class_run=plan.class_run_id, state=CandidateState.ADMITTED)
        tested = tested.exclude(plan__state=PlanState.CANCELLED).exclude(plan=plan)
        people = people.exclude(pk__in=tested.values("enrolment"))
    else:
        people = people.filter(pk__in=enrolment_ids)
    known = set(plan.candidates.filter(state=CandidateState.ADMITTED).values_list("worker", flat=True))
    fresh = [one for one in people.order_by("enrolled_at", "pk") if one.worker_id not in known]
    # Whoever was here before and left comes back by her old number, one by one.
    back = set(plan.candidates.filter(worker__in=[one.worker_id for one in fresh]).values_list("worker", flat=True))
    for enrolment in fresh:
        if enrolment.worker_id in back:
            _admit(plan, enrolment.worker_id, enrolment, actor=actor, at=at)
    _admit_all(plan, [one for one in fresh if one.worker_id not in back], actor=actor, at=at)
    return len(fresh)


def _admit_all(plan: AssessmentPlan, people: Sequence[Enrolment], *, actor: User, at: datetime) -> None:
    """``_admit`` for people of a class who were never in this plan; one audit event for all of them."""
    if not people:
        return
    _seats_required(plan, len(people))
    year, numbers = _year(plan, at), numbers_in(people[0].class_run_id)
    made = Candidate.objects.bulk_create(
        Candidate(
            plan=plan,
            worker_id=one.worker_id,
            enrolment=one,
            ticket_number=f"{year}{numbers[one.pk]:04d}",
            state=CandidateState.ADMITTED,
            admitted_by=actor,
            admitted_at=at,
        )
        for one in people
    )
    PlanEvent.objects.bulk_create(
        PlanEvent(
            plan=plan,
            action="candidate_admitted",
            data={"candidate": one.pk, "ticket": one.ticket_number},
            actor=actor,
            at=at,
        )
        for one in made
    )
    audit_record("plans.candidates.admitted", plan, actor=actor, data={"candidates": len(made)})


def _seats_required(plan: AssessmentPlan, wanted: int) -> None:
    if plan.candidates.filter(state=CandidateState.ADMITTED).count() + wanted > plan.seats:
        words = {"seats": plan.seats}
        raise PlanError("full", _("这场考核最多 %(seats)d 人，已经满了。请增加人数，或另建一场。") % words)


@transaction.atomic
def candidate_end(*, candidate_id: int, state: str, reason: str, actor: User, at: datetime) -> Candidate:
    """She gives up her place, or is excluded: her seats are free again. Not once the assessment has been held."""
    reason = reason.strip()
    if not reason:
        raise PlanError("reason_missing", _("请写明原因，再提交。"))
    plan = plan_lock(Candidate.objects.values_list("plan", flat=True).get(pk=candidate_id))
    keeper_required(actor, plan.kind, plan.organisation, at=at)
    if plan.state not in EDITABLE | {PlanState.ARRANGED}:
        raise PlanError("too_late", _("考核已经结束或取消，不能再改考生。没有到场的，请在成绩中记为缺考。"))
    candidate = Candidate.objects.select_for_update().get(pk=candidate_id)
    if candidate.state != CandidateState.ADMITTED:
        return candidate
    candidate.state, candidate.reason = CandidateState(state), reason
    candidate.save(update_fields=["state", "reason"])
    Seat.objects.filter(candidate=candidate).delete()
    data = {"candidate": candidate.pk, "ticket": candidate.ticket_number}
    event_add(plan, f"candidate_{candidate.state}", actor=actor, at=at, reason=reason, data=data)
    audit_record(f"plans.candidate.{candidate.state}", candidate, actor=actor, reason=reason)
    return candidate


def _completed(plan: AssessmentPlan) -> QuerySet[Enrolment]:
    done = completions_in_force().filter(outcome=Outcome.COMPLETED, enrolment__class_run=plan.class_run_id)
    return Enrolment.objects.filter(pk__in=done.values("enrolment")).select_related("worker")


def _admit(
    plan: AssessmentPlan, worker_id: int, enrolment: Enrolment | None, *, actor: User, at: datetime
) -> Candidate:
    known = Candidate.objects.filter(plan=plan, worker=worker_id).first()
    if known is not None and known.state == CandidateState.ADMITTED:
        return known
    _seats_required(plan, 1)
    candidate = known or Candidate(plan=plan, worker_id=worker_id, ticket_number=_ticket_number(plan, enrolment, at))
    candidate.enrolment = enrolment
    candidate.state, candidate.reason = CandidateState.ADMITTED, ""
    candidate.admitted_by, candidate.admitted_at = actor, at
    candidate.save()
    data = {"candidate": candidate.pk, "ticket": candidate.ticket_number}
    event_add(plan, "candidate_admitted", actor=actor, at=at, data=data)
    audit_record("plans.candidate.admitted", candidate, actor=actor, data={"plan": plan.pk})
    return candidate


def _ticket_number(plan: AssessmentPlan, enrolment: Enrolment | None, at: datetime) -> str:
    """Year and four digits: her number in the class, which the school's lists go by, or the next of the plan."""
    year = _year(plan, at)
    if enrolment is not None:
        place = numbers_in(enrolment.class_run_id)[enrolment.pk]
    else:
        last = plan.candidates.order_by("-pk").values_list("ticket_number", flat=True).first()
        place = int(last[4:]) + 1 if last else 1
    return f"{year}{place:04d}"


def _year(plan: AssessmentPlan, at: datetime) -> int:
    first = plan.parts.order_by("starts_at").first()
    return timezone.localdate(first.starts_at if first else at).year
