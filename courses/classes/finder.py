"""Which courses somebody is looking for, with the class runs she could join."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery

from courses.catalogue.models import Occupation
from courses.classes.models import ClassRun
from courses.classes.selectors import class_runs_enrolling
from courses.content.course_selectors import subsidies_on
from courses.content.models import CoursePage
from courses.content.search_words import query_for
from courses.content.states import CourseMode
from courses.schools.states import SchoolState
from foundation.policy.values import ParameterValue

SOON = timedelta(days=30)
LONGEST_TEXT = 50
# More courses with a word than a city has.
MOST_FOUND = 1000


@dataclass(frozen=True)
class Wish:
    """What somebody asks of a course; what she leaves open is empty."""

    text: str = ""
    district: str = ""
    occupation: str = ""
    level: int | None = None
    is_evening: bool = False
    is_online: bool = False
    is_free: bool = False
    is_soon: bool = False


@dataclass(frozen=True)
class Card:
    """One course in the list: the next class run she could join, and what the course costs after the subsidy."""

    page: CoursePage
    runs: list[ClassRun]
    after_subsidy_fen: int | None

    @property
    def next_run(self) -> ClassRun | None:
        """The first with a free seat, else the first with a waiting list."""
        free = (run for run in self.runs if run.seats_taken < run.seats)
        return next(free, self.runs[0] if self.runs else None)


def courses_found(wish: Wish, *, on: date) -> QuerySet[CoursePage]:
    """The public courses of schools that may train, those with a class run to join first.

    District, evening and soon are asked of one and the same class run. Where no class run is coming, the district is
    the school's.
    """
    coming = class_runs_enrolling(on).filter(course_version__page=OuterRef("pk"))
    live: QuerySet[CoursePage] = CoursePage.objects.live().public()
    found: QuerySet[CoursePage] = live.filter(school__state=SchoolState.ACTIVE, school__licensed__contains=on)
    found = found.filter(_asked_of_runs(wish, coming, on), _asked_of_courses(wish), _costs(wish, on))
    if wish.text:
        found = found.filter(pk__in=_with_words(wish.text))
    found = found.annotate(next_on=Subquery(_asked(wish, coming, on).values("starts_on")[:1]))
    related = ("school__organisation", "package_version__package__occupation", "package_version__package__work_type")
    return found.select_related(*related).order_by(F("next_on").asc(nulls_last=True), "title", "pk")


def _with_words(text: str) -> list[int]:
    hits = CoursePage.objects.live().search(query_for(text[:LONGEST_TEXT]))[:MOST_FOUND]
    return [page.pk for page in hits]


def _asked(wish: Wish, coming: QuerySet[ClassRun], on: date) -> QuerySet[ClassRun]:
    """The class runs that meet what is asked of them."""
    if wish.district:
        coming = coming.filter(district_code=wish.district)
    if wish.is_evening:
        coming = coming.filter(is_evening=True)
    if wish.is_soon:
        coming = coming.filter(starts_on__lte=on + SOON)
    return coming


def _asked_of_runs(wish: Wish, coming: QuerySet[ClassRun], on: date) -> Q:
    if not (wish.district or wish.is_evening or wish.is_soon):
        return Q()
    meets = Q(Exists(_asked(wish, coming, on)))
    if wish.is_evening or wish.is_soon:
        return meets
    return meets | (~Q(Exists(coming)) & Q(school__district_code=wish.district))


def _asked_of_courses(wish: Wish) -> Q:
    asked = Q()
    if wish.occupation:
        asked &= Q(package_version__package__occupation__code=wish.occupation)
    if wish.level is not None:
        asked &= Q(package_version__package__level=wish.level)
    if wish.is_online:
        asked &= Q(mode__in=[CourseMode.ONLINE, CourseMode.BLENDED])
    return asked


def _costs(wish: Wish, on: date) -> Q:
    """Free after the subsidy in force; where the policy gives none for the day, only what costs nothing."""
    if not wish.is_free:
        return Q()
    asked = Q(fee_fen=0)
    for level, figure in subsidies_on(on).items():
        if isinstance(figure, ParameterValue):
            asked |= Q(package_version__package__level=level, fee_fen__lte=figure.amount_fen)
    return asked


def cards_of(pages: list[CoursePage], *, on: date) -> list[Card]:
    """The cards of some courses; two queries however many there are."""
    runs: defaultdict[int, list[ClassRun]] = defaultdict(list)
    for run in class_runs_enrolling(on).filter(course_version__page__in=[page.pk for page in pages]):
        runs[run.course_version.page_id].append(run)
    subsidies = subsidies_on(on)
    cards = []
    for page in pages:
        figure = subsidies.get(page.package_version.package.level)
        after = max(0, page.fee_fen - figure.amount_fen) if isinstance(figure, ParameterValue) else None
        cards.append(Card(page, runs[page.pk], after))
    return cards


def occupations_taught() -> list[tuple[str, str]]:
    """The occupations with a public course, for the filter."""
    taught = CoursePage.objects.live().values("package_version__package__occupation")
    return list(Occupation.objects.filter(pk__in=taught).values_list("code", "name"))
