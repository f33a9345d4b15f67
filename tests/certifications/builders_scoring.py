"""Plans that were held, scores, and results that became final: only what matters is passed in.

Rows are written straight into the tables, so that a test of one app does not depend on the services of another.
"""

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from itertools import count
from typing import Any

from django.utils import timezone

from certifications.bodies.models import AssessmentBody, Assessor
from certifications.plans.models import AssessmentPlan, Candidate, PlanPart, PlanRoom, RoomDuty, Seat
from certifications.plans.states import CandidateState, Duty, PartKind, PlanKind, PlanState
from certifications.scoring.models import PartScore, Result
from certifications.scoring.rules import PartMark, PassMark, judge
from certifications.scoring.states import ResultOutcome, ScoreSource, ScoreState
from certifications.scoring.words import checks_frozen, criterion_frozen, marks_frozen
from courses.catalogue.models import Occupation, WorkType
from courses.catalogue.states import SkillLevel
from courses.classes.models import ClassRun, Enrolment
from foundation.accounts.models import Membership, Organisation, User
from foundation.accounts.states import OrganisationKind, Role
from foundation.database import period
from foundation.policy.states import Provenance, Unit
from tests.certifications.builders import a_body, an_assessor, assessor_account
from tests.courses.builders import SINCE, a_class_run, an_enrolment, an_occupation
from tests.foundation.policy_builders import a_parameter, a_published_version
from tests.workers.builders import NOW, TODAY, a_worker
from workers.models import Worker

_numbers = count(1)
HELD_ON = date(2026, 11, 21)
PARTS = (PartKind.THEORY, PartKind.PRACTICAL)
FIGURES = {
    "assessment.pass.theory": (60, Unit.POINTS),
    "assessment.pass.practical": (60, Unit.POINTS),
    "assessment.pass.review": (60, Unit.POINTS),
    "assessment.appeal.days": (5, Unit.WORKING_DAY),
    "assessment.panel.trim_from": (5, Unit.PERSON),
    "assessment.panel.spread_max": (15, Unit.POINTS),
    "assessment.rating.before": (30, Unit.MINUTE),
    "assessment.rating.after": (720, Unit.MINUTE),
}


def scoring_figures(**others: Any) -> None:
    """The nation's figures of scoring, in force since 2020; others by code with ``__`` for dots."""
    given = {name.replace("__", "."): value for name, value in others.items()}
    for code, (value, unit) in FIGURES.items():
        parameter = a_parameter(code, city="000000", unit=unit, meaning=code)
        a_published_version(parameter, given.get(code, value), SINCE, provenance=Provenance.PLATFORM)


def a_clerk(organisation: Organisation, *, role: Role | None = None, name: str = "陈教务") -> User:
    """Somebody of the office of a school or a body."""
    is_school = organisation.kind == OrganisationKind.SCHOOL
    role = role or (Role.SCHOOL_STAFF if is_school else Role.BODY_STAFF)
    user = User.objects.create(username=f"{role.value}-{next(_numbers)}-q", name=name)
    Membership.objects.create(user=user, organisation=organisation, role=role, effective=period(SINCE))
    return User.objects.get(pk=user.pk)


def moment(day: date, hour: int, minute: int = 0) -> datetime:
    return datetime.combine(day, time(hour, minute), timezone.get_default_timezone())


def a_plan(
    *,
    class_run: ClassRun | None = None,
    state: PlanState = PlanState.HELD,
    parts: tuple[PartKind, ...] = PARTS,
    held_on: date = HELD_ON,
    **fields: Any,
) -> AssessmentPlan:
    """A school's own test of a class, held with its parts one after the other."""
    if class_run is None and fields.get("body") is None:
        class_run = a_class_run(seats=100)
    n = next(_numbers)
    given: dict[str, Any] = {
        "number": f"KH2026S{n:06d}",
        "title": f"结业考核{n}",
        "seats": 100,
        "state": state,
        "seed": n,
        "created_at": NOW - timedelta(days=30),
    }
    if class_run is not None:
        package = class_run.course_version.package_version.package
        given |= {
            "kind": PlanKind.SCHOOL_TEST,
            "organisation": class_run.school.organisation,
            "class_run": class_run,
            "occupation": package.occupation,
            "work_type": package.work_type,
            "level": package.level,
        }
    if state in {PlanState.PUBLISHED, PlanState.FINAL}:
        given |= {"published_at": NOW - timedelta(days=10), "appeal_until": TODAY - timedelta(days=3)}
    plan = AssessmentPlan.objects.create(**(given | fields))
    for place, kind in enumerate(parts):
        PlanPart.objects.create(
            plan=plan,
            kind=kind,
            starts_at=moment(held_on, 9 + 2 * place),
            ends_at=moment(held_on, 10 + 2 * place, 30),
            method="笔试" if kind == PartKind.THEORY else "现场操作",
        )
    return plan


def a_level_plan(
    *,
    body: AssessmentBody | None = None,
    occupation: Occupation | None = None,
    work_type: WorkType | None = None,
    level: SkillLevel = SkillLevel.FIVE,
    **fields: Any,
) -> AssessmentPlan:
    """A body's assessment of a level."""
    body = body or a_body()
    return a_plan(
        kind=PlanKind.LEVEL,
        body=body,
        organisation=body.organisation,
        occupation=occupation or an_occupation(),
        work_type=work_type,
        level=level,
        title="职业技能等级认定",
        **fields,
    )


def a_candidate(
    plan: AssessmentPlan, worker: Worker | None = None, *, enrolment: Enrolment | None = None, **fields: Any
) -> Candidate:
    """Somebody admitted; of a school's test with her enrolment."""
    worker = worker or (enrolment.worker if enrolment else a_worker(verified=True))
    if enrolment is None and plan.class_run is not None:
        enrolment = an_enrolment(plan.class_run, worker)
    given = {
        "ticket_number": f"2026{next(_numbers):06d}",
        "state": CandidateState.ADMITTED,
        "admitted_at": NOW - timedelta(days=20),
    }
    return Candidate.objects.create(plan=plan, worker=worker, enrolment=enrolment, **(given | fields))


def a_score(candidate: Candidate, kind: PartKind, mark: str | int | None, **fields: Any) -> PartScore:
    """What is on record of one part: a mark, or absent when it is ``None``."""
    given: dict[str, Any] = {
        "state": ScoreState.ABSENT if mark is None else ScoreState.MARKED,
        "mark": None if mark is None else Decimal(mark),
        "source": ScoreSource.DESK,
        "at": NOW - timedelta(days=2),
    }
    if "entered_by" not in fields:
        given["entered_by"] = a_clerk(candidate.plan.organisation)
    return PartScore.objects.create(candidate=candidate, part=candidate.plan.parts.get(kind=kind), **(given | fields))


def a_result(candidate: Candidate, marks: Mapping[PartKind, str | int | None] | None = None, **fields: Any) -> Result:
    """Her scores, 78 in every part unless others are given, and what they say against a pass mark of 60."""
    kinds = [PartKind(kind) for kind in candidate.plan.parts.values_list("kind", flat=True)]
    given = dict.fromkeys(kinds, "78") | dict(marks or {})
    clerk = a_clerk(candidate.plan.organisation)
    for kind in kinds:
        if not PartScore.objects.filter(candidate=candidate, part__kind=kind).exists():
            a_score(candidate, kind, given[kind], entered_by=clerk)
    found = {
        kind: PartMark(ScoreState.ABSENT) if given[kind] is None else PartMark(ScoreState.MARKED, Decimal(given[kind]))  # type: ignore[arg-type]
        for kind in kinds
    }
    criterion = {kind: PassMark(Decimal(60), HELD_ON) for kind in kinds}
    judgement = judge(found, criterion)
    row: dict[str, Any] = {
        "outcome": judgement.outcome,
        "marks": marks_frozen(judgement),
        "criterion": criterion_frozen(criterion),
        "checks": checks_frozen(judgement),
        "judged_by": clerk,
        "at": NOW - timedelta(days=1),
    }
    return Result.objects.create(candidate=candidate, **(row | fields))


def a_final_result(
    enrolment: Enrolment | None = None,
    *,
    outcome: ResultOutcome = ResultOutcome.PASSED,
    marks: Mapping[PartKind, str | int | None] | None = None,
    plan: AssessmentPlan | None = None,
) -> Result:
    """The final result of somebody of a class in the school's own test: theory and practical 78, or theory 50."""
    enrolment = enrolment or an_enrolment()
    plan = plan or a_plan(class_run=enrolment.class_run, state=PlanState.FINAL)
    candidate = a_candidate(plan, enrolment=enrolment)
    given = marks or ({} if outcome == ResultOutcome.PASSED else {PartKind.THEORY: "50"})
    result = a_result(candidate, given)
    assert result.outcome == outcome
    return result


def a_final_level_result(
    worker: Worker | None = None,
    *,
    outcome: ResultOutcome = ResultOutcome.PASSED,
    plan: AssessmentPlan | None = None,
    **fields: Any,
) -> Result:
    """The final result of a worker in a body's assessment of a level; ``fields`` are those of ``a_level_plan``."""
    plan = plan or a_level_plan(state=PlanState.FINAL, **fields)
    given: dict[PartKind, str | int | None] = {} if outcome == ResultOutcome.PASSED else {PartKind.THEORY: "50"}
    result = a_result(a_candidate(plan, worker), given)
    assert result.outcome == outcome
    return result


def a_room(
    plan: AssessmentPlan,
    candidates: list[Candidate],
    *,
    judges: int | list[Assessor] = 3,
    kind: PartKind = PartKind.PRACTICAL,
) -> PlanRoom:
    """A room of a part with these candidates in their places, before assessors with accounts of their own."""
    part = plan.parts.get(kind=kind)
    n = next(_numbers)
    room = PlanRoom.objects.create(part=part, name=f"{n} 号考场", address="厦门市思明区示例路 1 号", capacity=40)
    if isinstance(judges, int):
        judges = [an_assessor(plan.organisation, name=f"郑考评{place}") for place in range(1, judges + 1)]
    duty = Duty.REVIEWER if kind == PartKind.REVIEW else Duty.ASSESSOR
    for assessor in judges:
        if assessor.user_id is None:
            assessor_account(assessor)
        RoomDuty.objects.create(room=room, assessor=assessor, duty=duty)
    for place, candidate in enumerate(candidates, start=1):
        Seat.objects.create(candidate=candidate, part=part, room=room, number=place)
    return room


def judges_of(room: PlanRoom) -> list[User]:
    """The accounts of a room's assessors, in the order of their duties."""
    duties = room.duties.filter(duty__in=[Duty.ASSESSOR, Duty.REVIEWER]).order_by("pk")
    return [duty.assessor.user for duty in duties.select_related("assessor__user")]
