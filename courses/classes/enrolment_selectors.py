"""Who is in a class run, as far as the viewer may see it, and what rules say of those who join."""

from dataclasses import dataclass
from datetime import date

from django.conf import settings
from django.db.models import Count, QuerySet

from courses.classes.models import ClassRun, Enrolment
from courses.classes.states import ConfirmedThrough, EndReason, EnrolmentState
from foundation.accounts.models import Membership, User
from foundation.accounts.selectors import roles_of
from foundation.accounts.states import Role
from foundation.database import in_force
from foundation.policy.errors import PolicyGapError
from foundation.policy.models import Parameter
from foundation.policy.selectors import history_of, parameter_on
from foundation.policy.states import places_above
from workers.models import Worker
from workers.states import FILE_READERS

AGE_LIMIT = "subsidy.training.age.limit"


@dataclass(frozen=True)
class AgeLimit:
    """Below which age the training subsidy is paid; ``is_in_force`` false for a rule that ended with none after it."""

    age: int
    is_in_force: bool


def age_limit(*, on: date) -> AgeLimit | None:
    """The limit on a day; where the rule has ended, the last one there was, which is only good for a warning."""
    try:
        return AgeLimit(int(parameter_on(AGE_LIMIT, city=settings.CITY_CODE, on=on).value), is_in_force=True)
    except PolicyGapError:
        pass
    places = places_above(settings.CITY_CODE)
    known = Parameter.objects.filter(code=AGE_LIMIT, city_code__in=places)
    for parameter in sorted(known, key=lambda parameter: places.index(parameter.city_code)):
        last = history_of(parameter).filter(effective__startswith__lte=on).first()
        if last is not None and last.value is not None:
            return AgeLimit(int(last.value), is_in_force=False)
    return None


def class_runs_of_staff(user: User, *, on: date) -> QuerySet[ClassRun]:
    """The class runs whose rosters somebody may see: those of her schools; all for whoever reads persons' files."""
    runs = ClassRun.objects.select_related("school__organisation", "course_version")
    if not user.is_active:
        return runs.none()
    if FILE_READERS & roles_of(user, on=on):
        return runs
    schools = Membership.objects.filter(in_force(on), user=user, role=Role.SCHOOL_STAFF).values("organisation")
    return runs.filter(school__organisation__in=schools)


def roster_of(run: ClassRun) -> QuerySet[Enrolment]:
    """Everybody who is or was in a class run the caller may see, with what the list shows."""
    return Enrolment.objects.filter(class_run=run).select_related("worker__user").order_by("enrolled_at", "pk")


@dataclass(frozen=True)
class RosterCounts:
    """How many stand where, and how those who agreed said so."""

    states: dict[str, int]
    confirmed_through: dict[str, int]

    def of(self, state: EnrolmentState) -> int:
        return self.states.get(state, 0)

    @property
    def not_hers(self) -> int:
        return self.states.get("not_hers", 0)


def roster_counts(run: ClassRun) -> RosterCounts:
    """The counts of a class run; ``not_hers`` counts those who said they never enrolled."""
    rows = Enrolment.objects.filter(class_run=run)
    states = dict(rows.order_by().values_list("state").annotate(n=Count("pk")))
    states["not_hers"] = rows.filter(end_reason=EndReason.NOT_HERS).count()
    through = rows.filter(state=EnrolmentState.CONFIRMED).order_by().values_list("confirmed_through")
    ways = dict(through.annotate(n=Count("pk")))
    return RosterCounts(states, {str(ConfirmedThrough(way).label): n for way, n in ways.items() if way})


def enrolments_of(worker: Worker) -> QuerySet[Enrolment]:
    """Her own classes, those that go on first, the newest first among them."""
    return (
        Enrolment.objects.filter(worker=worker)
        .exclude(state=EnrolmentState.MOVED)
        .select_related("class_run__school__organisation", "class_run__course_version")
        .order_by("-class_run__ends_on", "-pk")
    )


def waiting_place(enrolment: Enrolment) -> int:
    """How many wait before her, and she herself: 1 is the next."""
    waiting = Enrolment.objects.filter(class_run=enrolment.class_run_id, state=EnrolmentState.WAITING)
    earlier = waiting.filter(enrolled_at__lt=enrolment.enrolled_at)
    same = waiting.filter(enrolled_at=enrolment.enrolled_at, pk__lte=enrolment.pk)
    return earlier.count() + same.count()


def transfer_targets(run: ClassRun, *, on: date) -> QuerySet[ClassRun]:
    """Other runs of the same course that still have a seat and have not begun."""
    from_same_course = ClassRun.objects.filter(
        course_version__page=run.course_version.page_id, school=run.school_id, starts_on__gte=on
    ).exclude(pk=run.pk)
    return from_same_course.filter(state__in=["filed", "open"]).order_by("starts_on", "pk")


def disowned(*, viewer: User, on: date) -> QuerySet[Enrolment]:
    """Enrolments whose persons said they never enrolled, newest first; for officers and auditors."""
    rows = Enrolment.objects.filter(end_reason=EndReason.NOT_HERS)
    if not FILE_READERS & roles_of(viewer, on=on):
        return rows.none()
    return rows.select_related("class_run__school__organisation", "worker__user", "enrolled_by").order_by("-ended_at")
