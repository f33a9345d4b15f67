"""What exists in the catalogue on a day."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Q, QuerySet

from courses.catalogue.models import Occupation, OccupationLevel, PackageUnit, PackageVersion, TrainingPackage
from courses.catalogue.states import PackageStatus, SkillLevel
from foundation.database import in_force


def levels_of(occupation_id: int, work_type_id: int | None, *, on: date) -> list[SkillLevel]:
    """The levels that exist for an occupation, or for one work type of it, from the lowest up.

    A level that is not split by work type belongs to every one of them.
    """
    rows = OccupationLevel.objects.filter(in_force(on), occupation=occupation_id)
    if work_type_id is not None:
        rows = rows.filter(Q(work_type=work_type_id) | Q(work_type=None))
    order = list(SkillLevel)
    return sorted({SkillLevel(level) for level in rows.values_list("level", flat=True)}, key=order.index)


def level_exists(occupation_id: int, work_type_id: int | None, level: int, *, on: date) -> bool:
    """Whether the standard of the day has this level. One that does not exist is neither trained nor claimed."""
    return level in levels_of(occupation_id, work_type_id, on=on)


def occupations() -> QuerySet[Occupation]:
    """Every occupation with its work types and levels."""
    return Occupation.objects.prefetch_related("work_types", "levels__work_type")


def packages() -> QuerySet[TrainingPackage]:
    """Every package with occupation, work type and editions."""
    return TrainingPackage.objects.select_related("occupation", "work_type").prefetch_related("versions")


def editions_open(*, on: date) -> QuerySet[PackageVersion]:
    """The published editions new courses may follow on a day."""
    return PackageVersion.objects.filter(in_force(on), status=PackageStatus.PUBLISHED).select_related(
        "package__occupation", "package__work_type"
    )


def units_of(version_id: int) -> QuerySet[PackageUnit]:
    """The units of an edition in their order, with their modules."""
    return (
        PackageUnit.objects.filter(module__version=version_id)
        .select_related("module")
        .order_by("module__position", "position")
    )


@dataclass(frozen=True)
class Hours:
    """Credited hours of 45 minutes: theory, practice, and the theory that may be studied online."""

    theory: Decimal
    practice: Decimal
    online: Decimal

    @property
    def total(self) -> Decimal:
        return self.theory + self.practice


def hours_of(version_id: int) -> Hours:
    """The hours of an edition, added up over its units."""
    units = list(units_of(version_id))
    return Hours(
        theory=sum((unit.theory_hours for unit in units), Decimal(0)),
        practice=sum((unit.practice_hours for unit in units), Decimal(0)),
        online=sum((unit.theory_hours for unit in units if unit.is_online_allowed), Decimal(0)),
    )
