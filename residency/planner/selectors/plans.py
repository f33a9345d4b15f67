"""职业规划: from where she is, which levels come next, what each asks, where it is taught and what it would bring."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date

from certifications.applications.rules.eligibility import Eligibility
from certifications.applications.selectors import ConditionBook, Target, eligibilities_for
from certifications.record.rules.lines import CertificateLine, SkillRecord
from certifications.record.rules.service import Tally
from certifications.record.selectors import skill_record_of
from courses.catalogue.models import Occupation
from courses.catalogue.states import SkillLevel
from courses.classes.finder import occupations_taught
from residency.planner.benefits import benefits_of
from residency.planner.rules.benefits import Benefit, Goal
from residency.planner.rules.costs import Cost, cost_of
from residency.planner.rules.steps import (
    ASSESSED,
    Chance,
    Standing,
    chance_of,
    levels_above,
    neighbour_level,
    own_levels,
    step_order,
)
from residency.planner.selectors.catalogue import Catalogue
from residency.planner.selectors.classes import ClassChoice, PackageHours, classes_for, hours_for
from residency.planner.states import Place, StepKind
from workers.models import Worker


@dataclass(frozen=True)
class Held:
    """Where she stands in one occupation. ``declared`` is what only she says, where it is more than what somebody
    stands for. ``top`` is the highest level there is, where she has reached it.
    """

    name: str
    occupation: Occupation | None
    guaranteed: CertificateLine | None
    declared: CertificateLine | None
    top: int | None = None

    @property
    def guaranteed_level(self) -> int | None:
        return self.guaranteed.level if self.guaranteed else None

    @property
    def declared_level(self) -> int | None:
        return self.declared.level if self.declared else None


@dataclass(frozen=True)
class Step:
    """One level she could go for, with everything about it."""

    goal: Goal
    kind: StepKind
    occupation: Occupation
    eligibility: Eligibility
    chance: Chance
    # She has entered a certificate of this level that nobody has confirmed yet.
    declared: CertificateLine | None
    classes: tuple[ClassChoice, ...] = ()
    hours: tuple[PackageHours, ...] = ()
    reference_hours: int | None = None
    benefits: tuple[Benefit, ...] = ()

    @property
    def level_name(self) -> str:
        return str(SkillLevel(self.goal.level).label)

    @property
    def cost(self) -> Cost | None:
        """Of the class that comes first; nothing where none is open."""
        return cost_of(self.classes[0].fee_fen, self.benefits) if self.classes else None

    def seats_at(self, *places: Place) -> int:
        """How many classes with a free seat there are."""
        return sum(one.place in places and not one.is_full for one in self.classes)


@dataclass(frozen=True)
class Plan:
    """The plan of one worker on a day. ``is_way_in``: no certificate of hers is of an occupation we know."""

    worker_id: int
    on: date
    held: tuple[Held, ...]
    worked: Tally
    steps: tuple[Step, ...]
    is_way_in: bool


def plan_for(worker: Worker, *, on: date) -> Plan:
    """Her plan by the rules of the day; the number of queries does not grow with what she has or could do."""
    record = skill_record_of(worker, on=on)
    catalogue, book = Catalogue(on=on), ConditionBook(on=on)
    held = tuple(_held(record, catalogue))
    is_way_in = not any(one.occupation for one in held)
    own = _own(record, held, catalogue)
    taught = [catalogue.by_code[code] for code, _name in occupations_taught()] if is_way_in else []
    near = [one for one in catalogue.neighbours(own.values(), book) if one not in taught]
    judged = _judged(worker, [*own.values(), *taught, *near], catalogue, book, on=on)
    chosen = dict(_chosen(held, catalogue, judged, own=own.values(), taught=taught, near=near))
    steps = _filled(worker, _steps(chosen, held, catalogue, judged), catalogue, on=on)
    return Plan(worker.pk, on, held, record.service.trade, steps, is_way_in)


def _held(record: SkillRecord, catalogue: Catalogue) -> Iterator[Held]:
    """Her highest level in each occupation; of a declared certificate, only one that says more."""
    for top in record.top_levels.values():
        occupation = catalogue.find(top.occupation_code, top.occupation_name)
        declared, guaranteed = top.declared, top.guaranteed
        if declared and guaranteed and not _is_higher(declared.level, guaranteed.level):
            declared = None
        ladder = catalogue.ladder(occupation) if occupation else frozenset[int]()
        found = Held(top.occupation_name or top.shown.title, occupation, guaranteed, declared)
        reached = guaranteed.level if guaranteed else None
        is_at_top = bool(ladder) and reached is not None and not levels_above(ladder, reached)
        yield replace(found, top=reached) if is_at_top else found


def _is_higher(one: int | None, other: int | None) -> bool:
    ladder = list(SkillLevel)
    return one is not None and other is not None and ladder.index(SkillLevel(one)) > ladder.index(SkillLevel(other))


def _own(record: SkillRecord, held: Iterable[Held], catalogue: Catalogue) -> dict[str, Occupation]:
    """The occupations of her certificates, and those she has worked in."""
    certified = {one.occupation.code: one.occupation for one in held if one.occupation}
    worked = {code: catalogue.by_code[code] for code in record.service.occupations if code in catalogue.by_code}
    return certified | worked


Judged = Mapping[Goal, Eligibility]


def _judged(
    worker: Worker, occupations: Collection[Occupation], catalogue: Catalogue, book: ConditionBook, *, on: date
) -> Judged:
    """What the conditions say of every level of these occupations."""
    targets = {
        Target(one, None, level): Goal(one.code, level)
        for one in {one.code: one for one in occupations}.values()
        for level in ASSESSED
        if level in catalogue.ladder(one)
    }
    answers = eligibilities_for(worker, targets, book=book, on=on)
    return {goal: answers[target] for target, goal in targets.items()}


def _chosen(
    held: tuple[Held, ...],
    catalogue: Catalogue,
    judged: Judged,
    *,
    own: Iterable[Occupation],
    taught: Iterable[Occupation],
    near: Iterable[Occupation],
) -> Iterator[tuple[Goal, StepKind]]:
    """The levels to show, each with why."""
    by_code = {one.occupation.code: one for one in held if one.occupation}
    first = StepKind.NEXT if by_code else StepKind.WAY_IN
    for one in own:
        ladder, has = catalogue.ladder(one), by_code.get(one.code)
        guaranteed, declared = (has.guaranteed_level, has.declared_level) if has else (None, None)
        levels = own_levels(ladder, guaranteed=guaranteed, declared=declared, chances=_chances(one, ladder, judged))
        for place, level in enumerate(levels):
            yield Goal(one.code, level), StepKind.HIGHER if place else first
    for one in taught:
        levels = levels_above(catalogue.ladder(one), None)
        yield from ((Goal(one.code, level), StepKind.WAY_IN) for level in levels[:1])
    for one in near:
        ladder = catalogue.ladder(one)
        best = neighbour_level(ladder, _chances(one, ladder, judged))
        if best is not None:
            yield Goal(one.code, best), StepKind.NEIGHBOUR


def _chances(occupation: Occupation, ladder: Collection[int], judged: Judged) -> dict[int, Chance]:
    return {level: _chance(judged[Goal(occupation.code, level)]) for level in ASSESSED if level in ladder}


def _chance(found: Eligibility) -> Chance:
    facts = found.decision.facts
    return chance_of(
        found.decision.outcome,
        is_known=facts.get("conditions_known") is True,
        earliest_on=found.earliest_on,
        is_assumed=found.is_assumed,
    )


def _steps(chosen: Mapping[Goal, StepKind], held: Iterable[Held], catalogue: Catalogue, judged: Judged) -> list[Step]:
    told = {Goal(one.occupation.code, one.declared.level or 0): one.declared
            for one in held if one.occupation and one.declared}  # fmt: skip
    return [
        Step(
            goal=goal,
            kind=kind,
            occupation=catalogue.by_code[goal.occupation_code],
            eligibility=judged[goal],
            chance=_chance(judged[goal]),
            declared=told.get(goal),
            reference_hours=catalogue.reference_hours(goal),
        )
        for goal, kind in chosen.items()
    ]


def _filled(worker: Worker, steps: list[Step], catalogue: Catalogue, *, on: date) -> tuple[Step, ...]:
    """The steps with classes, hours and what they would bring, the best first."""
    goals = [step.goal for step in steps]
    classes, hours = classes_for(worker, goals, on=on), hours_for(goals, on=on)
    benefits = benefits_of(worker, goals, on=on)
    full = [
        replace(
            step,
            classes=tuple(classes.get(step.goal, ())),
            hours=tuple(hours.get(step.goal, ())),
            benefits=tuple(benefits.get(step.goal, ())),
        )
        for step in steps
    ]
    order = {code: place for place, code in enumerate(catalogue.by_code)}
    return tuple(sorted(full, key=lambda step: step_order(_standing(step, order))))


def _standing(step: Step, order: Mapping[str, int]) -> Standing:
    return Standing(
        kind=step.kind,
        chance=step.chance,
        near=step.seats_at(Place.NEAR),
        elsewhere=step.seats_at(Place.ONLINE, Place.ELSEWHERE),
        level=step.goal.level,
        order=order[step.goal.occupation_code],
    )
