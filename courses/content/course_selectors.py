"""What can be read of courses and their versions."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.conf import settings
from django.db.models import Q, QuerySet
from wagtail.models import Page

from courses.catalogue.models import PackageModule, PackageUnit, PackageVersion
from courses.catalogue.selectors import editions_open
from courses.catalogue.states import SkillLevel
from courses.content.models import CoursePage, CourseVersion, ParentClassPage
from courses.content.states import LessonKind
from courses.schools.models import School
from courses.schools.selectors import is_licensed, scopes_of
from foundation.policy.selectors import Answer, figures_for

SUBSIDY = "subsidy.training.amount"


def editions_for(school: School, *, on: date) -> QuerySet[PackageVersion]:
    """The package editions a school may build a new course on: open on the day and inside its scope."""
    if not is_licensed(school, on):
        return editions_open(on=on).none()
    inside = Q(pk=None)
    for line in scopes_of(school, on):
        fits = Q(package__occupation=line.occupation_id, package__level=line.level, package__kind=line.kind)
        inside |= fits & Q(package__work_type=line.work_type_id) if line.work_type_id else fits
    return editions_open(on=on).filter(inside).order_by("package__title", "-number")


def school_of_parent(parent: Page) -> School | None:
    """The school in the register whose page a course stands under."""
    organisation = getattr(parent.specific, "organisation_id", None)
    return School.objects.select_related("organisation").filter(organisation=organisation).first()


def units_by_code(version_id: int | None) -> dict[str, PackageUnit]:
    """The units of an edition by their code, in order."""
    units = PackageUnit.objects.filter(module__version=version_id).select_related("module")
    return {unit.code: unit for unit in units.order_by("module__position", "position")}


def current_version(page: CoursePage) -> CourseVersion | None:
    """The version a class run would be opened with now; none before the first publication."""
    return CourseVersion.objects.filter(page=page).order_by("-number").first()


def subsidy_code(level: int | None) -> str:
    """The parameter with the training subsidy of a level; without a level, of a special ability."""
    return f"{SUBSIDY}.level{level}" if level else f"{SUBSIDY}.special"


def subsidies_on(on: date) -> dict[int | None, Answer]:
    """The training subsidy of each level on the day, or the gap where the policy gives none."""
    levels = [*(level.value for level in SkillLevel if level <= SkillLevel.FIVE), None]
    figures = figures_for([subsidy_code(level) for level in levels], city=settings.CITY_CODE, on=on)
    return {level: figures[subsidy_code(level)] for level in levels}


@dataclass(frozen=True)
class LessonLine:
    """One lesson as the public course page lists it."""

    title: str
    kind: LessonKind
    unit: str


@dataclass(frozen=True)
class ModuleLines:
    """A module of the package with its units and hours."""

    title: str
    units: list[PackageUnit]

    @property
    def theory(self) -> Decimal:
        return sum((unit.theory_hours for unit in self.units), Decimal(0))

    @property
    def practice(self) -> Decimal:
        return sum((unit.practice_hours for unit in self.units), Decimal(0))


def modules_of(version_id: int) -> list[ModuleLines]:
    """The modules of an edition with their units, in order; two queries."""
    modules = PackageModule.objects.filter(version=version_id).prefetch_related("units").order_by("position")
    return [ModuleLines(module.title, sorted(module.units.all(), key=lambda unit: unit.position)) for module in modules]


def lesson_lines(page: CoursePage) -> list[LessonLine]:
    """The lessons of the page in their order."""
    return [
        LessonLine(block.value.get("title") or "", LessonKind(block.block_type), block.value.get("unit") or "")
        for block in page.lessons
    ]


def open_classes_live() -> QuerySet[ParentClassPage]:
    """Every open parent class the public may see, the newest first."""
    live: QuerySet[ParentClassPage] = ParentClassPage.objects.live().public()
    return live.order_by("-first_published_at", "-pk")
