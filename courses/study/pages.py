"""What the learner's pages show: where she stands in a course, and the ways on. Decides nothing by itself."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.conf import settings
from django.core.cache import caches
from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _

from courses.classes.models import Enrolment
from courses.classes.states import ClassState, EnrolmentState
from courses.content.models import Lesson
from courses.content.states import LessonKind
from courses.study.models import LessonProgress, StudyClock
from courses.study.rules import is_watched
from courses.study.selectors.frames import Frame, LessonFacts
from courses.study.selectors.limits import CREDITED_HOUR, limits_on
from courses.study.services.viewings import ORDERED_KINDS
from foundation.accounts.models import User
from foundation.policy.selectors import parameter_on

MINUTE_MS = 60_000
DONE, OPEN, LOCKED, ON_SITE = "done", "open", "locked", "on_site"
# What the page of a course needs of these rows; the rest is long or encrypted.
ENROLMENT_FIELDS = (
    "state", "worker_id",
    "class_run__name", "class_run__state", "class_run__starts_on", "class_run__ends_on", "class_run__contact_phone",
    "class_run__head_teacher__name",
    "class_run__course_version__title", "class_run__course_version__is_ordered",
    "class_run__school__contact_phone", "class_run__school__organisation__name",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class LessonRow:
    """One lesson as the list of a course shows it."""

    pk: int
    position: int
    kind: str
    title: str
    worth_ms: int
    state: str
    credited_ms: int
    waiting_ms: int
    is_watched: bool
    needs_check: bool

    @property
    def minutes(self) -> int:
        """What it counts for at most, in minutes; a shorter one is said to be of one."""
        return -(-self.worth_ms // MINUTE_MS)

    @property
    def waits_for_check(self) -> bool:
        """Everything is watched, and only the check is missing."""
        return self.state == OPEN and self.needs_check and self.is_watched


@dataclass(frozen=True, slots=True)
class Course:
    """Where she stands in the course of a class run."""

    lessons: tuple[LessonRow, ...]
    credited_ms: int
    waiting_ms: int
    worth_ms: int

    @property
    def next(self) -> LessonRow | None:
        """What to do now: the first lesson that is open and not done."""
        return next((row for row in self.lessons if row.state == OPEN), None)

    @property
    def done(self) -> int:
        return sum(row.state == DONE for row in self.lessons)

    @property
    def to_do(self) -> int:
        return sum(row.kind in ORDERED_KINDS for row in self.lessons)


def signed_in_user(request: HttpRequest) -> User:
    """The account of a page that only signed-in people open."""
    assert isinstance(request.user, User)
    return request.user


def her_enrolment(user: User, pk: int) -> Enrolment:
    """An enrolment of the account's own file, with what its pages show; anybody else's does not exist for her."""
    found = (
        Enrolment.objects.filter(pk=pk, worker__user=user)
        .select_related("class_run__course_version", "class_run__school__organisation", "class_run__head_teacher")
        .only(*ENROLMENT_FIELDS)
        .first()
    )
    if found is None:
        raise Http404
    return found


def her_lesson(request: HttpRequest, pk: int, lesson: int) -> tuple[Enrolment, Lesson]:
    """A lesson of the course of her class run; of any other course it does not exist for her."""
    enrolment = her_enrolment(signed_in_user(request), pk)
    return enrolment, get_object_or_404(Lesson, pk=lesson, version=enrolment.class_run.course_version_id)


def is_studying(state: str, class_state: str) -> bool:
    """Whether time counts now: she is in the class, and the class is open."""
    return state == EnrolmentState.CONFIRMED and class_state == ClassState.OPEN


def may_look(enrolment: Enrolment) -> bool:
    """Whether she may open lessons at all: while the class runs, and afterwards to look something up."""
    stayed = {EnrolmentState.CONFIRMED, EnrolmentState.COMPLETED, EnrolmentState.NOT_COMPLETED}
    return enrolment.state in stayed and enrolment.class_run.state in {ClassState.OPEN, ClassState.CLOSED}


def course_of(enrolment_id: int, frame: Frame, *, is_studying: bool) -> Course:
    """The lessons of her course in their order, with what she has of each. One query."""
    progress = {
        row[0]: row[1:]
        for row in LessonProgress.objects.filter(enrolment=enrolment_id).values_list(
            "lesson_id", "accepted_ms", "credited_ms", "worth_ms", "completed_at"
        )
    }
    is_ordered = bool(frame.run["is_ordered"])
    lessons = tuple(_rows(frame.lessons, progress, is_ordered=is_ordered, is_studying=is_studying))
    return Course(
        lessons,
        credited_ms=sum(row.credited_ms for row in lessons),
        waiting_ms=sum(row.waiting_ms for row in lessons),
        worth_ms=sum(row.worth_ms for row in lessons if row.kind in ORDERED_KINDS),
    )


def _rows(
    facts: Iterable[LessonFacts],
    progress: dict[int, tuple[int, int, int, datetime | None]],
    *,
    is_ordered: bool,
    is_studying: bool,
) -> Iterable[LessonRow]:
    """The same order as ``services.viewings.require_order`` keeps, for all lessons at once; a test compares them."""
    is_turn = is_studying
    for pk, position, kind, title, seconds, minutes, needs_check in facts:
        accepted, credited, worth, completed_at = progress.get(pk, (0, 0, 0, None))
        if kind not in ORDERED_KINDS:
            state = ON_SITE
        elif completed_at is not None:
            state = DONE
        else:
            state = OPEN if is_turn else LOCKED
            is_turn = is_turn and not is_ordered
        yield LessonRow(
            pk, position, kind, title, _worth_ms(kind, seconds, minutes), state, credited, accepted - credited,
            is_watched=bool(worth) and is_watched(worth=worth, accepted=accepted), needs_check=needs_check,
        )  # fmt: skip


def list_rows(course: Course, address: str) -> list[dict[str, str]]:
    """The lessons as the list of the course page writes them; made here, because fifty of them cost a template much."""
    words = {DONE: _("已学完"), OPEN: _("可以学"), LOCKED: _("还没轮到"), ON_SITE: _("到现场学")}
    check, quiz, minutes = _("看完了，待测验"), _("测验"), _("%(minutes)d 分钟")
    rows = []
    for row in course.lessons:
        note = check if row.waits_for_check else words[row.state]
        if row.kind == LessonKind.QUIZ:
            note += f" · {quiz}"
        elif row.worth_ms:
            note += " · " + minutes % {"minutes": row.minutes}
        url = "" if row.state == LOCKED else f"{address}{row.pk}/"
        rows.append({"state": row.state, "title": f"{row.position}. {row.title}", "url": url, "note": note})
    return rows


def why_not_studying(state: str, class_state: str) -> str:
    """Why no time counts now, in a sentence."""
    if state != EnrolmentState.CONFIRMED:
        return _("您在这个班的状态是“%(state)s”，现在不计学习时间。") % {"state": EnrolmentState(state).label}
    return _("这个班现在是“%(state)s”，开班期间才能学习计时。") % {"state": ClassState(class_state).label}


def _worth_ms(kind: str, seconds: int, minutes: int) -> int:
    return minutes * MINUTE_MS if kind == LessonKind.PRACTICAL else min(seconds * 1000, minutes * MINUTE_MS)


def today_left_ms(enrolment: Enrolment, *, on: date) -> int:
    """How much may still be counted today; ``PolicyGapError`` when the platform has not set the day's limit."""
    known = StudyClock.objects.filter(pk=enrolment.worker_id, day=on).values_list("day_ms", flat=True).first()
    return max(0, limits_on(on).day_ms - (known or 0))


def credited_hour_ms(on: date) -> int:
    """How long a credited hour (学时) is; the same for everybody, so kept in the process for half a minute."""
    cache, key = caches["local"], f"study.hour:{settings.CITY_CODE}:{on.isoformat()}"
    known: int | None = cache.get(key)
    if known is None:
        known = int(parameter_on(CREDITED_HOUR, city=settings.CITY_CODE, on=on).value * MINUTE_MS)
        cache.set(key, known, 30)
    return known


def hours_words(ms: int, *, on: date) -> str:
    """Credited hours with one decimal, rounded down: nobody is told more than she has."""
    tenths = ms * 10 // credited_hour_ms(on)
    return f"{tenths // 10}.{tenths % 10}"


def time_words(ms: int) -> str:
    """A length of time as she would say it. The player's script says it in the same words (``span``)."""
    seconds = max(0, ms) // 1000
    minutes, hours = seconds // 60, seconds // 3600
    if hours:
        return _("%(hours)d 小时 %(minutes)d 分钟") % {"hours": hours, "minutes": minutes % 60}
    if minutes:
        return _("%(minutes)d 分 %(seconds)d 秒") % {"minutes": minutes, "seconds": seconds % 60}
    return _("%(seconds)d 秒") % {"seconds": seconds}


def lesson_address(enrolment_id: int, lesson: Lesson) -> str:
    """Where a lesson is studied."""
    name = "study_quiz" if lesson.kind == LessonKind.QUIZ else "study_lesson"
    return reverse(name, args=[enrolment_id, lesson.pk])
