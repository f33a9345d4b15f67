"""Which sessions somebody runs, who is at a session, and what each person of a class has attended."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import cached_property

from django.conf import settings
from django.db.models import Count, Exists, Model, OuterRef, Q, QuerySet
from django.utils import timezone

from courses.attendance.figures import LATE_SHARE, OPEN_BEFORE, USUAL
from courses.attendance.models import Attendance, AttendanceReview, HeadCount, SessionRegister
from courses.attendance.rules import Meeting, Standing, standing_of
from courses.attendance.states import ATTENDED_MODES, IN_THE_ROOM, OVERSEERS, AttendanceState, ReviewState
from courses.classes.models import ClassRun, Enrolment, Session
from courses.classes.states import COUNTED, SEATED, ClassState, SessionState
from foundation.accounts.models import User
from foundation.accounts.selectors import memberships_of, roles_of
from foundation.accounts.states import Role
from foundation.policy.errors import PolicyGapError
from foundation.policy.selectors import parameter_on
from workers.models import Worker


def figure(code: str, *, on: date) -> Decimal:
    """A platform figure of the day; the usual one where signing in would stop without it, else ``PolicyGapError``."""
    try:
        return parameter_on(code, city=settings.CITY_CODE, on=on).value
    except PolicyGapError:
        if code not in USUAL:
            raise
        return USUAL[code]


def meetings() -> QuerySet[Session]:
    """Sessions at which somebody must be, the cancelled ones left out."""
    held = Session.objects.filter(mode__in=sorted(ATTENDED_MODES)).exclude(state=SessionState.CANCELLED)
    return held.select_related("class_run__school__organisation", "teacher", "premises").order_by("starts_at", "pk")


def sessions_run_by(user: User, *, on: date) -> QuerySet[Session]:
    """Meetings of open and closed classes that somebody runs: her own as a teacher, all of the school as its staff."""
    if not user.is_authenticated:
        return meetings().none()
    held = memberships_of(user, on=on)
    staff = held.filter(role=Role.SCHOOL_STAFF).values("organisation")
    mine = Q(class_run__school__organisation__in=staff)
    if held.filter(role=Role.TEACHER).exists():
        mine |= Q(teacher__user=user) | Q(class_run__head_teacher__user=user)
    return meetings().filter(mine, class_run__state__in=[ClassState.FILED, ClassState.OPEN, ClassState.CLOSED])


def sessions_seen_by(user: User, *, on: date) -> QuerySet[Session]:
    """The same for reading; the bureau's overseers see the meetings of every school."""
    if OVERSEERS & roles_of(user, on=on):
        return meetings().filter(class_run__state__in=[ClassState.OPEN, ClassState.CLOSED])
    return sessions_run_by(user, on=on)


def sessions_of_day(user: User, *, day: date, on: date) -> list[Session]:
    """The meetings of a day that somebody runs, with how many are in the room and whether a review waits."""
    midnight = timezone.make_aware(datetime.combine(day, datetime.min.time()))
    rows = sessions_run_by(user, on=on).filter(starts_at__gte=midnight, starts_at__lt=midnight + timedelta(days=1))
    room = Count("attendances", filter=Q(attendances__state__in=sorted(IN_THE_ROOM)))
    waits = AttendanceReview.objects.filter(session=OuterRef("pk"), state=ReviewState.OPEN)
    return list(rows.annotate(in_the_room=room, has_open_review=Exists(waits)))


def sessions_near(worker: Worker, *, at: datetime) -> list[Session]:
    """The meetings at which a worker could sign in at a moment."""
    before = timedelta(minutes=float(figure(OPEN_BEFORE, on=timezone.localdate(at))))
    hers = Enrolment.objects.filter(worker=worker, state__in=sorted(SEATED)).values("class_run")
    rows = meetings().filter(class_run__in=hers, class_run__state=ClassState.OPEN)
    return list(rows.filter(starts_at__lte=at + before, ends_at__gte=at))


@dataclass(frozen=True)
class Row:
    """One person on the register: her number in the class, and what is recorded of her."""

    number: int
    enrolment: Enrolment
    attendance: Attendance | None

    @property
    def state(self) -> AttendanceState | None:
        return AttendanceState(self.attendance.state) if self.attendance else None

    @property
    def worker(self) -> Worker:
        return self.enrolment.worker

    @property
    def is_in_the_room(self) -> bool:
        return self.state in IN_THE_ROOM


@dataclass(frozen=True)
class Board:
    """The register of a session as the teacher sees it."""

    session: Session
    register: SessionRegister | None
    rows: list[Row]
    head_counts: list[HeadCount]
    reviews: list[AttendanceReview]

    @cached_property
    def in_the_room(self) -> int:
        return sum(row.is_in_the_room for row in self.rows)

    @cached_property
    def unsaid(self) -> int:
        return sum(row.state is None for row in self.rows)

    @property
    def is_finished(self) -> bool:
        return self.register is not None and self.register.finished_at is not None

    @property
    def last_count(self) -> HeadCount | None:
        return self.head_counts[-1] if self.head_counts else None

    def number_with(self, state: AttendanceState) -> int:
        return sum(row.state == state for row in self.rows)


def numbers_in(class_run_id: int) -> dict[int, int]:
    """Everybody's number in the class (序号): by the order of enrolment, those who left included, so it never moves."""
    rows = Enrolment.objects.filter(class_run=class_run_id).order_by("enrolled_at", "pk").values_list("pk", flat=True)
    return {pk: number for number, pk in enumerate(rows, start=1)}


def board_of(session: Session) -> Board:
    """The register of a session: everybody who counts in the class, and whoever has an entry."""
    numbers = numbers_in(session.class_run_id)
    entries = {row.enrolment_id: row for row in session.attendances.all()}
    counted = Q(state__in=sorted(COUNTED)) | Q(pk__in=list(entries))
    people = Enrolment.objects.filter(counted, class_run=session.class_run_id).select_related("worker__user")
    rows = [Row(numbers[one.pk], one, entries.get(one.pk)) for one in people]
    return Board(
        session=session,
        register=SessionRegister.objects.filter(pk=session.pk).first(),
        rows=sorted(rows, key=lambda row: row.number),
        head_counts=list(session.head_counts.all()),
        reviews=list(session.attendance_reviews.all()),
    )


def people_in_the_room(session_id: int) -> int:
    """How many stand in the register as present or late."""
    return Attendance.objects.filter(session=session_id, state__in=sorted(IN_THE_ROOM)).count()


def meetings_of(class_run: ClassRun) -> list[Meeting]:
    """The class's meetings as the rule reads them."""
    return [
        Meeting(row.pk, row.theory_hours, row.practice_hours, row.state == SessionState.HELD, row.make_up_of_id)
        for row in meetings().filter(class_run=class_run)
    ]


def standings_of(class_run: ClassRun, *, on: date, enrolments: Collection[int] | None = None) -> dict[int, Standing]:
    """What everybody who counts in the class has attended, by enrolment; three queries for any number of people."""
    held = meetings_of(class_run)
    share = figure(LATE_SHARE, on=on)
    people = Enrolment.objects.filter(class_run=class_run, state__in=sorted(COUNTED))
    if enrolments is not None:
        people = Enrolment.objects.filter(class_run=class_run, pk__in=enrolments)
    states = states_of([meeting.id for meeting in held])
    return {pk: standing_of(held, states.get(pk, {}), late_share=share) for pk in people.values_list("pk", flat=True)}


def states_of(
    sessions: Collection[int], *, enrolments: Collection[int] | None = None
) -> dict[int, dict[int, AttendanceState]]:
    """What is recorded at these sessions, of everybody or of these people: enrolment → session → state."""
    found: defaultdict[int, dict[int, AttendanceState]] = defaultdict(dict)
    recorded = Attendance.objects.filter(session__in=sessions)
    if enrolments is not None:
        recorded = recorded.filter(enrolment__in=enrolments)
    rows = recorded.values_list("enrolment", "session", "state")
    for enrolment, session, state in rows:
        found[enrolment][session] = AttendanceState(state)
    return found


def reviews_visible_to(user: User, *, on: date) -> QuerySet[AttendanceReview]:
    """The bureau's overseers see every review, a school's staff those of its own classes."""
    rows = AttendanceReview.objects.select_related("session__class_run__school__organisation", "session__teacher")
    if OVERSEERS & roles_of(user, on=on):
        return rows
    held = memberships_of(user, on=on).filter(role=Role.SCHOOL_STAFF)
    return rows.filter(session__class_run__school__organisation__in=held.values("organisation"))


def reviews_open_in(class_run: ClassRun) -> list[AttendanceReview]:
    """What must be judged before the class can close."""
    rows = AttendanceReview.objects.filter(session__class_run=class_run, state=ReviewState.OPEN)
    return list(rows.select_related("session"))


def sessions_not_held(class_run: ClassRun) -> list[Session]:
    """Meetings of the plan about which nobody has said that they were held."""
    return list(meetings().filter(class_run=class_run, state=SessionState.PLANNED))


def is_in_own_class(viewer: User, subject: Model, on: date) -> bool:
    """Whether the file is that of somebody whose sessions the viewer runs."""
    if not isinstance(subject, Worker):
        return False
    runs = sessions_run_by(viewer, on=on).order_by().values("class_run")
    return Enrolment.objects.filter(worker=subject, class_run__in=runs, state__in=sorted(COUNTED)).exists()
