"""What can be asked about class runs: who sees which, what is open to join, who would sit in two classes at once."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.utils.translation import override

from courses.catalogue.models import TrainingPackage
from courses.classes.models import ClassEvent, ClassRun, Enrolment, Session
from courses.classes.rules import Slot, clashes
from courses.classes.states import BINDING, SEATED, ClassState, SessionMode, SessionState
from courses.content.models import CourseVersion
from courses.schools.models import School
from courses.schools.selectors import school_of
from courses.schools.states import REGISTER_READERS
from foundation.accounts.models import User
from foundation.accounts.selectors import roles_of


@dataclass(frozen=True, slots=True)
class Overlap:
    """A person who would sit in two classes at one hour: ours and another one.

    Who the other school is, is for officers only: what a school reads names the hour and nothing else.
    """

    worker_id: int
    starts_at: datetime
    ends_at: datetime
    other_run_id: int
    other_session_id: int
    other_school_id: int


def overlaps_of(
    worker_ids: Collection[int],
    *,
    class_run: ClassRun,
    sessions: Iterable[Slot] | None = None,
    states: Collection[ClassState] = BINDING,
) -> list[Overlap]:
    """Where these people hold a seat in another class run at the hours of this one, by person and hour.

    ``sessions`` are the hours asked about; without them, those the class run has. Other class runs count in the
    given states. Three queries however many people and classes. For an answer that stays true, call it after
    ``services.locks.workers_lock``.
    """
    ours = list(timed_sessions(class_run) if sessions is None else sessions)
    if not ours or not worker_ids:
        return []
    first, last = min(slot.starts_at for slot in ours), max(slot.ends_at for slot in ours)
    seats = Enrolment.objects.filter(worker__in=worker_ids, state__in=SEATED, class_run__state__in=states).exclude(
        class_run=class_run
    )
    theirs: defaultdict[int, list[Session]] = defaultdict(list)
    others = Session.objects.filter(
        class_run__in=seats.values("class_run"), starts_at__lt=last, ends_at__gt=first
    ).select_related("class_run")
    for session in others.exclude(mode=SessionMode.ONLINE).exclude(state=SessionState.CANCELLED):
        theirs[session.class_run_id].append(session)
    found = {run: clashes(ours, slots) for run, slots in theirs.items()}
    overlaps = [
        Overlap(worker, slot.starts_at, slot.ends_at, run, other.pk, other.class_run.school_id)
        for worker, run in seats.filter(class_run__in=found).values_list("worker", "class_run")
        for slot, other in found[run]
    ]
    return sorted(overlaps, key=lambda row: (row.worker_id, row.starts_at, row.other_session_id))


def timed_sessions(class_run: ClassRun) -> list[Session]:
    """The sessions at which somebody must be there at an hour: all but self-study and cancelled ones."""
    return list(
        class_run.sessions.exclude(mode=SessionMode.ONLINE).exclude(state=SessionState.CANCELLED).order_by("starts_at")
    )


WITH_COURSE = (
    "school__organisation",
    "course_version__package_version__package__occupation",
    "course_version__package_version__package__work_type",
)


def class_runs_visible_to(user: User, *, on: date) -> QuerySet[ClassRun]:
    """The bureau and its auditors see what was ever submitted; a school's people see their own school's."""
    runs = ClassRun.objects.select_related(*WITH_COURSE)
    if not user.is_authenticated or not user.is_active:
        return runs.none()
    if REGISTER_READERS & roles_of(user, on=on):
        was_submitted = ClassEvent.objects.filter(class_run=OuterRef("pk"), action="submit")
        return runs.filter(~Q(state=ClassState.DRAFT), Exists(was_submitted) | ~Q(state=ClassState.CANCELLED))
    school = school_of(user, on)
    return runs.filter(school=school) if school else runs.none()


def filings_waiting() -> QuerySet[ClassRun]:
    """What the bureau has to decide."""
    return ClassRun.objects.select_related(*WITH_COURSE).filter(state=ClassState.SUBMITTED)


def class_runs_enrolling(on: date) -> QuerySet[ClassRun]:
    """Class runs that somebody may ask to join on a day, the soonest first; full ones have a waiting list."""
    runs = ClassRun.objects.select_related(*WITH_COURSE).filter(state__in=BINDING, enrols_until__gte=on)
    return runs.annotate(seats_left=F("seats") - F("seats_taken")).order_by("starts_on", "pk")


def class_runs_of_course(page_id: int, on: date) -> QuerySet[ClassRun]:
    """The class runs of a course, whichever of its versions, that have not ended by the day; the soonest first."""
    runs = ClassRun.objects.select_related(*WITH_COURSE).filter(state__in=BINDING, ends_on__gte=on)
    runs = runs.filter(course_version__page=page_id)
    return runs.annotate(seats_left=F("seats") - F("seats_taken")).order_by("starts_on", "pk")


def sessions_of(class_run: ClassRun) -> QuerySet[Session]:
    """The sessions in the order of their hours, with teacher, place and unit; cancelled ones too."""
    return class_run.sessions.select_related("teacher", "premises", "unit").order_by("starts_at", "number")


def roster_of(class_run: ClassRun) -> list[tuple[int, Enrolment]]:
    """Whoever holds a seat, with the row number that schools and checks name her by."""
    seated = class_run.enrolments.filter(state__in=SEATED).select_related("worker").order_by("enrolled_at", "pk")
    return list(enumerate(seated, start=1))


def versions_to_run(school: School) -> QuerySet[CourseVersion]:
    """The latest versions of the school's published courses: what a new class run can be made from."""
    newer = CourseVersion.objects.filter(page=OuterRef("page"), number__gt=OuterRef("number"))
    live = CourseVersion.objects.filter(~Exists(newer), school=school, page__live=True)
    return live.select_related("package_version__package__occupation").order_by("title", "pk")


def training_name(package: TrainingPackage) -> str:
    """What is trained, as the names of class runs say it: work type or occupation, and level. Always in Chinese."""
    with override("zh-hans"):
        level = package.get_level_display().split("/")[0] if package.level else ""
        return f"{package.work_type or package.occupation}{level}"


def changes_after_filing(user: User, *, on: date) -> QuerySet[ClassEvent]:
    """What schools changed after filing, the newest first."""
    runs = class_runs_visible_to(user, on=on)
    events = ClassEvent.objects.filter(action="session_changed", class_run__in=runs.values("pk"))
    return events.select_related("class_run__school__organisation", "actor").order_by("-at", "-pk")
