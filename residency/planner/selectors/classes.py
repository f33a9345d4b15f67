"""Classes she could join for a goal, the nearest first, and the hours of the training packages."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Q, Sum

from courses.catalogue.selectors import editions_open
from courses.catalogue.states import TrainingKind
from courses.classes.models import ClassRun, Enrolment
from courses.classes.selectors import class_runs_enrolling
from courses.classes.states import LIVE
from residency.planner.rules.benefits import Goal
from residency.planner.states import Place
from workers.models import Worker

NOTHING = Decimal(0)
PLACES = tuple(Place)


@dataclass(frozen=True)
class ClassChoice:
    """A class that takes enrolments; a full one has a waiting list."""

    run: ClassRun
    place: Place
    is_joined: bool

    @property
    def is_full(self) -> bool:
        return self.run.seats_taken >= self.run.seats

    @property
    def seats_free(self) -> int:
        return max(0, self.run.seats - self.run.seats_taken)

    @property
    def fee_fen(self) -> int:
        return self.run.course_version.fee_fen


@dataclass(frozen=True)
class PackageHours:
    """The hours of one training package, of 45 minutes each."""

    title: str
    theory: Decimal
    practice: Decimal
    online: Decimal

    @property
    def total(self) -> Decimal:
        return self.theory + self.practice


def classes_for(worker: Worker, goals: Collection[Goal], *, on: date) -> dict[Goal, list[ClassChoice]]:
    """By goal, the classes open to join: with a free seat first, those of her district before online ones and others,
    the soonest first. Two queries.
    """
    found: defaultdict[Goal, list[ClassChoice]] = defaultdict(list)
    if not goals:
        return found
    joined = set(Enrolment.objects.filter(worker=worker, state__in=LIVE).values_list("class_run", flat=True))
    runs = class_runs_enrolling(on).filter(
        _of_goals(goals, "course_version__package_version__package__"),
        course_version__package_version__package__kind=TrainingKind.LEVEL,
    )
    for run in runs:
        package = run.course_version.package_version.package
        goal = Goal(package.occupation.code, package.level or 0)
        found[goal].append(ClassChoice(run, _place(run, worker), run.pk in joined))
    for choices in found.values():
        choices.sort(key=lambda one: (not one.is_joined, one.is_full, PLACES.index(one.place)))
    return found


def hours_for(goals: Collection[Goal], *, on: date) -> dict[Goal, list[PackageHours]]:
    """By goal, the packages new courses may follow on the day with their hours; one query."""
    found: defaultdict[Goal, list[PackageHours]] = defaultdict(list)
    if not goals:
        return found
    units = "modules__units__"
    editions = (
        editions_open(on=on)
        .filter(_of_goals(goals, "package__"), package__kind=TrainingKind.LEVEL)
        .annotate(
            theory=Sum(f"{units}theory_hours"),
            practice=Sum(f"{units}practice_hours"),
            online=Sum(f"{units}theory_hours", filter=Q(**{f"{units}is_online_allowed": True})),
        )
    )
    for one in editions.order_by("package__title", "pk"):
        package = one.package
        goal = Goal(package.occupation.code, package.level or 0)
        found[goal].append(
            PackageHours(
                package.work_type.name if package.work_type else package.occupation.name,
                one.theory or NOTHING,
                one.practice or NOTHING,
                one.online or NOTHING,
            )
        )
    return found


def _of_goals(goals: Collection[Goal], package: str) -> Q:
    levels: defaultdict[int, set[str]] = defaultdict(set)
    for goal in goals:
        levels[goal.level].add(goal.occupation_code)
    asked = Q(pk=None)
    for level, codes in sorted(levels.items()):
        asked |= Q(**{f"{package}level": level, f"{package}occupation__code__in": sorted(codes)})
    return asked


def _place(run: ClassRun, worker: Worker) -> Place:
    if not run.district_code:
        return Place.ONLINE
    return Place.NEAR if run.district_code == worker.district_code else Place.ELSEWHERE
