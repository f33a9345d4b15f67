"""Reading the counts: who may see which, the funnel whole and broken down, claims by scheme, deadlines."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet, Sum

from courses.schools.models import School
from foundation.accounts.models import User
from foundation.accounts.selectors import memberships_of
from foundation.accounts.states import Role
from portal.dashboards.models import ClaimCell, DecisionCell, FunnelCell
from portal.dashboards.states import CITY_READERS, STAMP, Dimension, Step
from portal.operations.models import Stamp

COLUMNS: Mapping[str, str] = {
    Dimension.GROUP: "group_code",
    Dimension.DISTRICT: "district_code",
    Dimension.OCCUPATION: "occupation",
    Dimension.LEVEL: "level",
    Dimension.SCHOOL: "school",
    Dimension.MONTH: "month",
}


@dataclass(frozen=True, slots=True)
class Scope:
    """What somebody's figures are about: the whole city, or these schools."""

    schools: frozenset[int] | None = None

    @property
    def is_school(self) -> bool:
        return self.schools is not None


def scope_of(user: User, *, on: date) -> Scope:
    """The bureau and its auditors see the city, a school itself; anybody else nothing.

    Where an office stands is its address and bounds nothing: no role here belongs to a district.
    """
    held = list(memberships_of(user, on=on))
    if any(one.role in CITY_READERS for one in held):
        return Scope()
    bodies = [one.organisation_id for one in held if one.role == Role.SCHOOL_STAFF]
    return Scope(schools=frozenset(School.objects.filter(organisation__in=bodies).values_list("pk", flat=True)))


def funnel_cells(user: User, *, on: date) -> QuerySet[FunnelCell]:
    """The counts of trainings somebody may see."""
    scope = scope_of(user, on=on)
    cells = FunnelCell.objects.all()
    return cells if scope.schools is None else cells.filter(school__in=scope.schools)


def claim_cells(user: User, *, on: date) -> QuerySet[ClaimCell]:
    """The counts of claims somebody may see: a school none."""
    return ClaimCell.objects.none() if scope_of(user, on=on).is_school else ClaimCell.objects.all()


def decision_cells(user: User, *, on: date) -> QuerySet[DecisionCell]:
    """How long decisions took, for those who may see it: a school none."""
    return DecisionCell.objects.none() if scope_of(user, on=on).is_school else DecisionCell.objects.all()


@dataclass(frozen=True, slots=True)
class Funnel:
    """How many took each step, and what was paid."""

    counts: tuple[int, ...]
    paid_fen: int

    def __getitem__(self, step: Step) -> int:
        return self.counts[list(Step).index(step)]

    def share(self, step: Step) -> tuple[int, int]:
        """A step and the one before it; the first is its own measure."""
        place = list(Step).index(step)
        return self.counts[place], self.counts[max(place - 1, 0)]


_SUMS = {**{f"n_{step.value}": Sum(step.value) for step in Step}, "fen": Sum("paid_fen")}


def funnel_of(cells: QuerySet[FunnelCell]) -> Funnel:
    """All of them together."""
    return _funnel(cells.aggregate(**_SUMS))


def funnel_by(cells: QuerySet[FunnelCell], dimension: str) -> dict[object, Funnel]:
    """One funnel for each value of a dimension, in the order of the values."""
    column = COLUMNS[dimension]
    return {row[column]: _funnel(row) for row in cells.order_by(column).values(column).annotate(**_SUMS)}


def _funnel(row: Mapping[str, int | None]) -> Funnel:
    return Funnel(tuple(row[f"n_{step.value}"] or 0 for step in Step), row["fen"] or 0)


def counted() -> Stamp | None:
    """When the summaries were made last; nothing when they never were."""
    return Stamp.objects.filter(name=STAMP).first()


@dataclass(frozen=True, slots=True)
class Spread:
    """How many working days decisions took."""

    claims: int
    median: int
    ninetieth: int


def spread_of(days: Mapping[int, int]) -> Spread | None:
    """The middle and the ninetieth of a hundred, from how many took how long; nothing for nothing.

    Each is a value that occurred: the smallest by which at least that share was decided.
    """
    claims = sum(days.values())
    if not claims:
        return None
    return Spread(claims, _reached(days, claims, 50), _reached(days, claims, 90))


def _reached(days: Mapping[int, int], claims: int, percent: int) -> int:
    passed = 0
    for number, count in sorted(days.items()):
        passed += count
        if passed * 100 >= claims * percent:
            return number
    raise AssertionError


def spreads_by_scheme(cells: QuerySet[DecisionCell]) -> dict[int, dict[int, int]]:
    """For each scheme how many were decided after how many days."""
    found: dict[int, dict[int, int]] = {}
    rows: Sequence[tuple[int, int, int]] = list(
        cells.order_by("scheme", "days").values_list("scheme", "days").annotate(n=Sum("claims"))
    )
    for scheme, days, claims in rows:
        found.setdefault(scheme, {})[days] = claims
    return found
