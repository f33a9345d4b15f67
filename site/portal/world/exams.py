"""After a class: the school's test, its results, the certificates; and the levels that a body assesses all year."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from random import Random
from typing import Any

from certifications.bodies.models import AssessmentBody
from certifications.certificates.level_facts import LevelEntry
from certifications.certificates.models import LevelCertificate
from certifications.certificates.services.batches import batch_request, batch_work
from certifications.certificates.services.level import level_certificates_record
from certifications.plans.models import AssessmentPlan
from certifications.plans.selectors import candidates_of, parts_of
from certifications.plans.services.admitting import candidates_from_class
from certifications.plans.services.arranging import plan_arrange
from certifications.plans.services.laying_out import duty_assign, part_set, room_add
from certifications.plans.services.moving import plan_move
from certifications.plans.services.plans import plan_create
from certifications.plans.states import JUDGES_OF, PartKind, PlanKind
from certifications.scoring.services.results import results_finalise, results_publish
from certifications.scoring.services.scores import ScoreEntry, scores_enter
from certifications.scoring.states import ScoreSource
from courses.completion.models import ClassClose
from foundation.accounts.models import User
from portal.world.classes import Intake, Teaching
from portal.world.people import Person

# kind, begins at, minutes
PARTS = ((PartKind.THEORY, 9, 90), (PartKind.PRACTICAL, 13, 240))
JUDGES = 3
HOME, WORK_TYPES = "家政服务员", ("母婴护理员", "家务服务员", "家庭照护员")
# What the body assesses: occupation and level, and how often of a hundred.
LEVELS = (
    (("家政服务员", 5), 30), (("家政服务员", 4), 22), (("育婴员", 5), 14), (("养老护理员", 5), 14),
    (("养老护理员", 4), 8), (("育婴员", 4), 6), (("家政服务员", 3), 4), (("养老护理员", 3), 2),
)  # fmt: skip


def test_played(intake: Intake, teaching: Teaching) -> None:
    """The school's test and its certificates. Raises ``NotYet`` at the first step whose day has not come."""
    if not ClassClose.objects.filter(class_run=intake.run, completed__gt=0).exists():
        return
    days, staff = teaching.days, intake.campus.staff
    at = days.office(intake.run.ends_on + timedelta(days=1), 10)
    plan = plan_create(
        kind=PlanKind.SCHOOL_TEST,
        organisation=intake.campus.school.organisation,
        class_run_id=intake.run.pk,
        seats=intake.run.seats,
        actor=staff,
        at=at,
    )
    candidates_from_class(plan_id=plan.pk, actor=staff, at=at)
    held_on = _test_day(intake, teaching)
    _laid_out(plan, intake, held_on, staff, at)
    plan_arrange(plan_id=plan.pk, actor=staff, at=at)
    plan_move(plan_id=plan.pk, action="arrange", actor=staff, at=at)
    at = days.at(held_on, 18)
    plan_move(plan_id=plan.pk, action="hold", actor=staff, at=at)
    _marked(plan, intake, teaching, staff, at)
    at = days.at(days.after(held_on, 1), 10)
    plan = results_publish(plan_id=plan.pk, actor=staff, at=at)
    assert plan.appeal_until is not None
    results_finalise(plan_id=plan.pk, actor=None, at=days.at(plan.appeal_until + timedelta(days=1), 1, 15))
    at = days.office(plan.appeal_until + timedelta(days=1), 14)
    _issued(intake, staff, at)


def _test_day(intake: Intake, teaching: Teaching) -> date:
    """Two working days later, or the next on which the school's assessors are free."""
    day = teaching.days.after(intake.run.ends_on, 2)
    while day in intake.campus.test_days:
        day = teaching.days.after(day, 1)
    intake.campus.test_days.add(day)
    return day


def _laid_out(plan: AssessmentPlan, intake: Intake, held_on: date, staff: User, at: datetime) -> None:
    """Both parts in the track's rooms: three judges in the workshop, two invigilators in the classroom."""
    about: dict[str, Any] = {"actor": staff, "at": at}
    people = intake.campus.assessors
    for kind, hour, minutes in PARTS:
        starts = at.replace(year=held_on.year, month=held_on.month, day=held_on.day, hour=hour, minute=0)
        part_set(plan_id=plan.pk, kind=kind, starts_at=starts, ends_at=starts + timedelta(minutes=minutes), **about)
        place = intake.track.workshop if kind in JUDGES_OF else intake.track.classroom
        room = room_add(
            plan_id=plan.pk,
            part=kind,
            name=place.name,
            address=place.address,
            capacity=intake.run.seats,
            has_camera=True,
            **about,
        )
        for assessor in people[:JUDGES] if kind in JUDGES_OF else people[JUDGES:]:
            duty_assign(room_id=room.pk, assessor_id=assessor.pk, **about)


def _marked(plan: AssessmentPlan, intake: Intake, teaching: Teaching, staff: User, at: datetime) -> None:
    kinds = [PartKind(part.kind) for part in parts_of(plan)]
    entries: list[ScoreEntry] = []
    for candidate in candidates_of(plan):
        assert candidate.enrolment_id is not None
        one = intake.enrolments[candidate.enrolment_id]
        is_absent = teaching.random.random() < 0.02
        for kind in kinds:
            mark = None if is_absent else _mark(one, kind, teaching.random)
            entries.append(ScoreEntry(candidate.pk, kind, mark, is_absent))
    scores_enter(plan_id=plan.pk, entries=entries, source=ScoreSource.DESK, actor=staff, at=at)


def _mark(one: Person, kind: PartKind, random: Random) -> Decimal:
    """What somebody of her gift gets: hands are better than heads, and about one in eight fails a part."""
    middle = 51 + 33 * one.gift + (3 if kind == PartKind.PRACTICAL else 0)
    return Decimal(max(22, min(98, round(random.gauss(middle, 7)))))


def _issued(intake: Intake, staff: User, at: datetime) -> None:
    """Numbers and records now; each file is made when somebody first opens it."""
    batch = batch_request(class_run_id=intake.run.pk, issued_on=at.date(), actor=staff, at=at)
    batch_work(batch_id=batch.pk, at=at + timedelta(seconds=5), with_files=False)


def levels_recorded(
    body: AssessmentBody, clerk: User, people: Sequence[Person], teaching: Teaching, *, serial: int
) -> Iterator[LevelCertificate]:
    """A month's certificates of the body, for people who have files: on the day that the clock shows."""
    random, at = teaching.random, teaching.days.clock.at
    entries = []
    for place, one in enumerate(people, start=serial):
        (occupation, level), *_rest = random.choices([what for what, _n in LEVELS], [n for _what, n in LEVELS])
        entries.append(
            LevelEntry(
                number=f"{body.prefix}{at:%y}{level}{place:06d}",
                name=one.name,
                id_number=one.id_number,
                occupation=occupation,
                work_type=random.choice(WORK_TYPES) if occupation == HOME else "",
                level=level,
                issued_on=at.date(),
                theory=_mark(one, PartKind.THEORY, random).max(Decimal(60)),
                practical=_mark(one, PartKind.PRACTICAL, random).max(Decimal(60)),
            )
        )
    yield from level_certificates_record(body_id=body.pk, entries=entries, actor=clerk, at=at, source="评价机构报送")
