"""The facts of a plan as the checks want them, and what they say."""

from collections import Counter
from datetime import date

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from certifications.bodies.selectors import assessor_problem, body_scope_covers, is_filed
from certifications.plans.models import AssessmentPlan, PlanPart, PlanRoom, RoomDuty
from certifications.plans.rules.checks import checks_of_facts
from certifications.plans.rules.facts import FIGURES, Check, Figure, PartFact, PlanFacts, RoomFact, Stage
from certifications.plans.selectors.hours import room_taken_by
from certifications.plans.selectors.lists import candidates_of, parts_of
from certifications.plans.states import Duty, PartKind, PlanKind, PlanState
from courses.catalogue.selectors import level_exists
from courses.catalogue.states import SkillLevel
from courses.classes.states import ClassState
from courses.completion.selectors import completions_in_force
from courses.completion.states import Outcome
from foundation.policy.selectors import figures_for
from foundation.policy.values import ParameterValue


def plan_checks(plan: AssessmentPlan, *, on: date, stage: Stage | None = None) -> list[Check]:
    """Every check of the next step of a plan, the passed ones too."""
    return checks_of_facts(plan_facts(plan, on=on, stage=stage or stage_of(plan)))


def plan_problems(plan: AssessmentPlan, *, on: date, stage: Stage | None = None) -> list[Check]:
    """The checks that are not passed: those that hold the step up first, then advice."""
    failed = [check for check in plan_checks(plan, on=on, stage=stage) if not check.passed]
    return sorted(failed, key=lambda check: check.is_advice)


def stage_of(plan: AssessmentPlan) -> Stage:
    """What a plan is checked for next: a level assessment opens to applications first."""
    return "open" if plan.state == PlanState.DRAFT and plan.kind == PlanKind.LEVEL else "arrange"


def plan_facts(plan: AssessmentPlan, *, on: date, stage: Stage) -> PlanFacts:
    """What is on record of a plan on a day."""
    parts = list(parts_of(plan))
    people = list(candidates_of(plan))
    days = sorted({timezone.localdate(part.starts_at) for part in parts}) or [on]
    return PlanFacts(
        kind=PlanKind(plan.kind),
        stage=stage,
        on=on,
        seats=plan.seats,
        parts=tuple(_part(part, expected=len(people) or plan.seats) for part in parts),
        figures=_figures(days[0]),
        level=SkillLevel(plan.level) if plan.level else None,
        applies=_days(plan),
        candidates=len(people),
        unseated=_unseated(people, parts),
        permission=tuple(_class_problems(plan) if plan.class_run_id else _body_problems(plan, days)),
        judges=tuple(_judge_problems(plan, parts)),
    )


def _days(plan: AssessmentPlan) -> tuple[date, date] | None:
    if plan.applies is None or plan.applies.lower is None or plan.applies.upper is None:
        return None
    return plan.applies.lower, date.fromordinal(plan.applies.upper.toordinal() - 1)


def _figures(on: date) -> dict[str, Figure]:
    answers = figures_for(list(FIGURES), city=settings.CITY_CODE, on=on)
    return {
        code: Figure(int(answer.value), answer.verified)
        for code, answer in answers.items()
        if isinstance(answer, ParameterValue)
    }


def _part(part: PlanPart, *, expected: int) -> PartFact:
    rooms = list(part.rooms.all())
    is_seated = any(_seated(room) for room in rooms)
    return PartFact(
        kind=PartKind(part.kind),
        starts_at=timezone.localtime(part.starts_at),
        ends_at=timezone.localtime(part.ends_at),
        rooms=tuple(_room(room, _seated(room) if is_seated else min(room.capacity, expected)) for room in rooms),
    )


def _seated(room: PlanRoom) -> int:
    return int(getattr(room, "seated", 0))


def _room(room: PlanRoom, expected: int) -> RoomFact:
    other = room_taken_by(room)
    return RoomFact(
        name=room.name,
        capacity=room.capacity,
        has_camera=room.has_camera,
        expected=expected,
        on_duty={Duty(duty): count for duty, count in Counter(one.duty for one in room.duties.all()).items()},
        taken_by=str(other.part.plan) if other else "",
    )


def _unseated(people: list, parts: list[PlanPart]) -> tuple[str, ...]:
    """Ticket numbers without a place in some part. Reasons stand in the event of the arrangement."""
    lacking = []
    for one in people:
        seated = {seat.part_id for seat in one.places.all()}
        missing = [str(part.get_kind_display()) for part in parts if part.pk not in seated]
        if missing:
            words = {"ticket": one.ticket_number, "parts": "、".join(missing)}
            lacking.append(_("%(ticket)s 号没有%(parts)s的座位") % words)
    return tuple(lacking)


def _class_problems(plan: AssessmentPlan) -> list[str]:
    assert plan.class_run is not None
    if plan.class_run.state != ClassState.CLOSED:
        return [_("班级现在是“%(state)s”") % {"state": plan.class_run.get_state_display()}]
    done = completions_in_force().filter(enrolment__class_run=plan.class_run_id, outcome=Outcome.COMPLETED)
    return [] if done.exists() else [_("这个班没有人结业")]


def _body_problems(plan: AssessmentPlan, days: list[date]) -> list[str]:
    assert plan.body is not None
    assert plan.level is not None
    wrong = []
    for day in days:
        words = {"day": day.isoformat()}
        if not level_exists(plan.occupation_id, plan.work_type_id, plan.level, on=day):
            wrong.append(_("%(day)s 的职业标准没有这个等级") % words)
        if not is_filed(plan.body, on=day):
            wrong.append(_("%(day)s 不在备案有效期内，或机构已暂停") % words)
        elif not body_scope_covers(
            plan.body, occupation_id=plan.occupation_id, work_type_id=plan.work_type_id, level=plan.level, on=day
        ):
            wrong.append(_("%(day)s 的备案范围不含这个职业和等级") % words)
    return wrong


def _judge_problems(plan: AssessmentPlan, parts: list[PlanPart]) -> list[str]:
    """What the register of assessors says against those who judge; invigilators need no qualification."""
    duties = RoomDuty.objects.filter(room__part__in=parts).exclude(duty=Duty.INVIGILATOR)
    wrong = []
    for duty in duties.select_related("assessor", "room__part").prefetch_related("assessor__qualifications"):
        problem = assessor_problem(
            duty.assessor,
            occupation_id=plan.occupation_id,
            level=plan.level,
            on=timezone.localdate(duty.room.part.starts_at),
        )
        if problem:
            wrong.append(problem)
    return wrong
