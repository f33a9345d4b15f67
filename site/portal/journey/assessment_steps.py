"""After the close: the school's own test, its score sheet, the results and the days in which one may appeal."""

import io
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import openpyxl
from django.utils import timezone

from certifications.bodies.models import Assessor
from certifications.bodies.rules import AssessorEntry
from certifications.bodies.services.assessors import assessor_add
from certifications.plans.models import AssessmentPlan, Candidate
from certifications.plans.selectors import candidates_of, parts_of
from certifications.plans.services.admitting import candidates_from_class
from certifications.plans.services.arranging import plan_arrange
from certifications.plans.services.laying_out import duty_assign, part_set, room_add
from certifications.plans.services.moving import plan_move
from certifications.plans.services.plans import plan_create
from certifications.plans.states import PartKind, PlanKind
from certifications.scoring.models import PartScore
from certifications.scoring.services.results import results_finalise, results_publish
from certifications.scoring.services.scores import score_void
from portal.journey.files import file_imported, refusals_told
from portal.journey.learner_steps import people_of
from portal.journey.people import SINCE, id_number_of
from portal.journey.state import Counts, Journey, JourneyError

ASSESSORS = (("简考评", 921), ("温考评", 922), ("俞监考", 923), ("蓝监考", 924))
JUDGES = 2
DAYS_AFTER_CLOSE = 3
# Where no sheet is given: every so many is absent, fails theory, fails practice.
ABSENT_EVERY, THEORY_FAILS_EVERY, PRACTICE_FAILS_EVERY = 17, 7, 9
NOT_READABLE = "成绩单上这一行有误（见退回的行），原卷核对以前作废，另行补考"


@dataclass(frozen=True)
class Hours:
    """When and where a part is held."""

    kind: PartKind
    starts: tuple[int, int]
    minutes: int
    room: str
    assessors: Sequence[int]


PARTS = (
    Hours(PartKind.THEORY, (9, 0), 90, "理论考场", (2, 3)),
    Hours(PartKind.PRACTICAL, (13, 0), 240, "实操考场", (0, 1)),
)


def exam_arrange(journey: Journey) -> Counts:
    """Who completed the class is admitted; two rooms, judges who taught none of them, seats, tickets."""
    cast, run = journey.cast, journey.run
    at = journey.clock.put(run.ends_on, 18)
    held_on = run.ends_on + timedelta(days=DAYS_AFTER_CLOSE)
    plan = journey.facts["test"] = plan_create(
        kind=PlanKind.SCHOOL_TEST,
        organisation=cast.school.organisation,
        class_run_id=run.pk,
        seats=run.seats,
        actor=cast.staff,
        at=at,
    )
    admitted = candidates_from_class(plan_id=plan.pk, actor=cast.staff, at=at)
    if not admitted:
        raise JourneyError("没有人结业，不能安排结业考核。")
    people = _assessors(journey, at)
    for part in PARTS:
        starts = journey.clock.put(held_on, *part.starts)
        ends = starts + timedelta(minutes=part.minutes)
        about: dict[str, Any] = {"plan_id": plan.pk, "actor": cast.staff, "at": at}
        part_set(kind=part.kind, starts_at=starts, ends_at=ends, **about)
        address = "厦门市示例路 6 号"
        room = room_add(part=part.kind, name=part.room, address=address, capacity=admitted, has_camera=True, **about)
        for number in part.assessors:
            duty_assign(room_id=room.pk, assessor_id=people[number].pk, actor=cast.staff, at=at)
    journey.clock.at = at
    arrangement = plan_arrange(plan_id=plan.pk, actor=cast.staff, at=at)
    for left in arrangement.left_over:
        journey.note(f"准考证 {left.candidate.ticket_number} 没有座位：{left.reason}")
    plan_move(plan_id=plan.pk, action="arrange", actor=cast.staff, at=at)
    journey.facts["test_ends_at"] = ends
    journey.note(f"考核计划 {plan.number}，{held_on}")
    return {"admitted": admitted, "seats_given": arrangement.seats, "assessors": len(people)}


def _assessors(journey: Journey, at: datetime) -> list[Assessor]:
    """The school's own assessors; none of them teaches the class."""
    organisation, staff = journey.cast.school.organisation, journey.cast.staff
    people = []
    for name, number in ASSESSORS:
        known = Assessor.objects.filter(organisation=organisation, name=name).first()
        entry = AssessorEntry(name=name, starts_on=SINCE, id_number=id_number_of(number), title="三级/高级工")
        people.append(known or assessor_add(organisation_id=organisation.pk, entry=entry, actor=staff, at=at))
    return people


def scores_import(journey: Journey) -> Counts:
    """The score sheet as the school sends it; what its rows do not say is voided, and so nobody passes by it."""
    plan, cast = journey.facts["test"], journey.cast
    at = journey.clock.at = journey.facts["test_ends_at"] + timedelta(hours=1)
    plan_move(plan_id=plan.pk, action="hold", actor=cast.staff, at=at)
    if journey.plan.scores is None:
        data, name = scores_made(journey, plan), "scores.xlsx"
        journey.note("没有给成绩单，按名册编了一份。")
    else:
        data, name = journey.plan.scores.read_bytes(), journey.plan.scores.name
    batch = file_imported(journey, "scores", data, name, target=plan.number)
    refusals_told(journey, batch, "score_refusals")
    voided = _void_missing(journey, plan)
    return {
        "score_rows": batch.rows_total,
        "scores_applied": batch.rows_applied,
        "scores_refused": batch.rows_faulty,
        "parts_voided": voided,
    }


def _void_missing(journey: Journey, plan: AssessmentPlan) -> int:
    """Parts of candidates whose row was refused, or who are not in the sheet."""
    given = set(PartScore.objects.filter(candidate__plan=plan).values_list("candidate", "part"))
    voided = 0
    for candidate in candidates_of(plan):
        for part in parts_of(plan):
            if (candidate.pk, part.pk) in given:
                continue
            score_void(
                candidate_id=candidate.pk,
                part=PartKind(part.kind),
                reason=NOT_READABLE,
                actor=journey.cast.staff,
                at=journey.clock.forward(30),
            )
            voided += 1
    return voided


def scores_made(journey: Journey, plan: AssessmentPlan) -> bytes:
    """A plausible sheet for the candidates, the same for the same class: a few absent, a few below sixty."""
    places = {one.pk: place for place, one in enumerate(people_of(journey), start=1)}
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["准考证号", "姓名", "身份证号码", "理论", "实操"])
    for candidate in candidates_of(plan).select_related("worker"):
        marks = _plausible(places[_enrolment_of(candidate)])
        worker = candidate.worker
        sheet.append([candidate.ticket_number, worker.name, worker.id_number, *marks])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _enrolment_of(candidate: Candidate) -> int:
    assert candidate.enrolment_id is not None
    return candidate.enrolment_id


def _plausible(place: int) -> tuple[object, object]:
    if place % ABSENT_EVERY == 0:
        return "缺考", "缺考"
    theory = 41 + place % 18 if place % THEORY_FAILS_EVERY == 0 else 60 + place * 7 % 38
    practice = 45 + place % 14 if place % PRACTICE_FAILS_EVERY == 0 else 60 + place * 11 % 37
    return theory, practice


def results_settle(journey: Journey) -> Counts:
    """Judged, published, told; final when the days of appeal are over."""
    plan, cast = journey.facts["test"], journey.cast
    at = journey.clock.forward(3600)
    plan = results_publish(plan_id=plan.pk, actor=cast.staff, at=at)
    assert plan.appeal_until is not None
    at = journey.clock.put(plan.appeal_until + timedelta(days=1), 9)
    results_finalise(plan_id=plan.pk, actor=None, at=at)
    plan.refresh_from_db()
    outcomes: Counter[str] = Counter()
    reasons: Counter[str] = Counter()
    for candidate in candidates_of(plan).prefetch_related("results"):
        result = next(one for one in candidate.results.all() if not hasattr(one, "replaced_by"))
        outcomes[result.outcome] += 1
        reasons.update(str(check["name"]) for check in result.checks if not check["passed"])
    for name, people in sorted(reasons.items()):
        journey.note(f"未合格“{name}”：{people} 人")
    journey.note(f"复核申请截止 {timezone.localdate(at) - timedelta(days=1)}，之后成绩确定")
    return {"passed": outcomes["passed"], "failed": outcomes["failed"]}
