"""After the close: the school's own test, its score sheet, the results and the days in which one may appeal."""

import io
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import openpyxl

from certifications.bodies.models import Assessor
from certifications.bodies.rules import AssessorEntry
from certifications.bodies.services.assessors import assessor_add
from certifications.plans.models import AssessmentPlan, Candidate, RoomDuty
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
from courses.classes.states import EnrolmentState
from foundation.calendar.working_days import working_calendar
from foundation.imports.models import ImportBatch, ImportRow
from foundation.imports.states import RowState, Severity
from portal.journey.files import MOST_TOLD, file_imported
from portal.journey.learner_steps import people_of
from portal.journey.people import MOST_CREWS, SINCE, id_number_of, numeral
from portal.journey.state import Counts, Held, Journey, JourneyError

ASSESSORS = (("简考评", 921), ("温考评", 922), ("俞监考", 923), ("蓝监考", 924))
JUDGES = 2
DAYS_AFTER_CLOSE = 3
# Where no sheet is given: every so many is absent, fails theory, fails practice.
ABSENT_EVERY, THEORY_FAILS_EVERY, PRACTICE_FAILS_EVERY = 17, 7, 9
# What a sheet is refused for when its person sits another test, or none.
ELSEWHERE = frozenset({"not_candidate", "unknown"})
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
    """Class by class: who completed is admitted; two rooms, judges who taught none of them, seats, tickets."""
    counts = {"admitted": 0, "seats_given": 0, "assessors": 0}
    for held in journey.classes:
        for name, count in _class_exam(journey, held).items():
            counts[name] += count
    if not counts["admitted"]:
        journey.note("没有人结业，不安排结业考核。")
    return counts


def _class_exam(journey: Journey, held: Held) -> Counts:
    cast, run = journey.cast, held.run
    at = journey.clock.put(run.ends_on, 18)
    if not run.enrolments.filter(state=EnrolmentState.COMPLETED).exists():
        return {}
    held_on = working_calendar().add(run.ends_on, DAYS_AFTER_CLOSE).on
    plan = held.test = plan_create(
        kind=PlanKind.SCHOOL_TEST,
        organisation=cast.school.organisation,
        class_run_id=run.pk,
        seats=run.seats,
        actor=cast.staff,
        at=at,
    )
    admitted = candidates_from_class(plan_id=plan.pk, actor=cast.staff, at=at)
    people = _assessors(journey, held_on, at)
    for part in PARTS:
        starts = journey.clock.put(held_on, *part.starts)
        ends = starts + timedelta(minutes=part.minutes)
        about: dict[str, Any] = {"plan_id": plan.pk, "actor": cast.staff, "at": at}
        part_set(kind=part.kind, starts_at=starts, ends_at=ends, **about)
        address = f"厦门市示例路 {5 + held.place} 号"
        room = room_add(part=part.kind, name=part.room, address=address, capacity=admitted, has_camera=True, **about)
        for number in part.assessors:
            duty_assign(room_id=room.pk, assessor_id=people[number].pk, actor=cast.staff, at=at)
    journey.clock.at = at
    arrangement = plan_arrange(plan_id=plan.pk, actor=cast.staff, at=at)
    for left in arrangement.left_over:
        journey.note(f"准考证 {left.candidate.ticket_number} 没有座位：{left.reason}")
    plan_move(plan_id=plan.pk, action="arrange", actor=cast.staff, at=at)
    journey.facts["test_ends_at"] = max(ends, journey.facts.get("test_ends_at", ends))
    journey.note(f"考核计划 {plan.number}，{held_on}")
    return {"admitted": admitted, "seats_given": arrangement.seats, "assessors": len(people)}


def _assessors(journey: Journey, on: date, at: datetime) -> list[Assessor]:
    """Four of the school's own assessors who have no other duty on the day; none of them teaches a class."""
    organisation, staff = journey.cast.school.organisation, journey.cast.staff
    for group in range(1, MOST_CREWS + 1):
        people = []
        for place, (first_name, first_number) in enumerate(ASSESSORS):
            name = first_name if group == 1 else f"{first_name}{numeral(group)}"
            number = first_number if group == 1 else 400 + len(ASSESSORS) * group + place
            known = Assessor.objects.filter(organisation=organisation, name=name).first()
            entry = AssessorEntry(name=name, starts_on=SINCE, id_number=id_number_of(number), title="三级/高级工")
            people.append(known or assessor_add(organisation_id=organisation.pk, entry=entry, actor=staff, at=at))
        if not RoomDuty.objects.filter(assessor__in=people, room__part__starts_at__date=on).exists():
            return people
    raise JourneyError(f"{on} 考评人员都有安排，不能考核。请换一个日期。")


def scores_import(journey: Journey) -> Counts:
    """The score sheet as the school sends it; what its rows do not say is voided, and so nobody passes by it."""
    sitting = tests_of(journey)
    if not sitting:
        return {}
    given = journey.plan.scores
    journey.clock.at = journey.facts["test_ends_at"] + timedelta(hours=1)
    if given is None:
        journey.note("没有给成绩单，按名册编了一份。")
    batches = []
    for plan in sitting:
        plan_move(plan_id=plan.pk, action="hold", actor=journey.cast.staff, at=journey.clock.at)
        data = given.read_bytes() if given else scores_made(journey, plan)
        name = given.name if given else f"scores-{plan.number}.xlsx"
        batches.append(file_imported(journey, "scores", data, name, target=plan.number))
    rows = _scores_told(journey, batches)
    voided = sum(_void_missing(journey, plan) for plan in sitting)
    if voided:
        journey.note(f"{voided} 个部分没有可用的成绩，作废，不能凭它合格。")
    return {
        "score_rows": len(rows),
        "scores_applied": sum(row.state == RowState.APPLIED for row in rows),
        "scores_refused": sum(row.state == RowState.FAULTY for row in rows),
        "parts_voided": voided,
    }


def tests_of(journey: Journey) -> list[AssessmentPlan]:
    """The tests of the classes in which somebody completed."""
    return [held.test for held in journey.classes if held.test is not None]


def _scores_told(journey: Journey, batches: list[ImportBatch]) -> list[ImportRow]:
    """Every row of what was given, once: one sheet is held against each class, and a row stands in one of them."""
    best: dict[tuple[str, int], ImportRow] = {}
    for batch in batches:
        for row in batch.rows.order_by("line"):
            key = (batch.sha256, row.line)
            if key not in best or _rank(row) > _rank(best[key]):
                best[key] = row
    rows = list(best.values())
    codes: Counter[str] = Counter()
    for row in rows:
        for issue in row.issues if row.state == RowState.FAULTY else ():
            if issue["severity"] == Severity.ERROR:
                codes[issue["code"]] += 1
                if codes[issue["code"]] <= MOST_TOLD:
                    journey.note(f"成绩单第 {row.line} 行没有导入：{issue['sentence']}{issue['fix']}")
    for code, count in sorted(codes.items()):
        if count > MOST_TOLD:
            journey.note(f"成绩单还有 {count - MOST_TOLD} 行是同样的原因（{code}）。")
    journey.facts["score_refusals"] = dict(sorted(codes.items()))
    return rows


def _rank(row: ImportRow) -> int:
    """Applied says most about a row; a fault of its own more than that its person sat another test."""
    if row.state != RowState.FAULTY:
        return 2
    return int(any(issue["code"] not in ELSEWHERE for issue in row.issues))


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
    sitting = tests_of(journey)
    if not sitting:
        return {}
    at = journey.clock.forward(3600)
    published = [results_publish(plan_id=plan.pk, actor=journey.cast.staff, at=at) for plan in sitting]
    last = max(plan.appeal_until for plan in published if plan.appeal_until is not None)
    at = journey.clock.put(last + timedelta(days=1), 9)
    for plan in published:
        results_finalise(plan_id=plan.pk, actor=None, at=at)
        plan.refresh_from_db()
    outcomes: Counter[str] = Counter()
    reasons: Counter[str] = Counter()
    candidates = Candidate.objects.filter(plan__in=published).prefetch_related("results")
    for candidate in candidates:
        result = next(one for one in candidate.results.all() if not hasattr(one, "replaced_by"))
        outcomes[result.outcome] += 1
        reasons.update(str(check["name"]) for check in result.checks if not check["passed"])
    for name, people in sorted(reasons.items()):
        journey.note(f"未合格“{name}”：{people} 人")
    journey.note(f"复核申请截止 {last}，之后成绩确定")
    return {"passed": outcomes["passed"], "failed": outcomes["failed"]}
