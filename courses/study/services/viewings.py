"""Opening a lesson on a phone: from now on this viewing counts, and every other one of hers no longer does."""

import secrets
from dataclasses import dataclass
from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from courses.classes.models import Enrolment
from courses.classes.states import ClassState, EnrolmentState
from courses.content.models import Lesson
from courses.content.states import LessonKind
from courses.study.errors import StudyError
from courses.study.models import LessonProgress, PresenceQuestion, StudyClock, Viewing
from courses.study.questions import next_after
from courses.study.rules import Limits, viewing_begun
from courses.study.selectors.limits import limits_on
from courses.study.services.clocks import clock_lock, clock_of, clock_put, to_ms
from courses.study.tokens import LIFETIME_SECONDS, Ticket, sign
from workers.models import Worker

WATCHED_KINDS = frozenset({LessonKind.VIDEO, LessonKind.ARTICLE})
# A practical lesson is credited by attendance; it holds up no lesson on the phone.
ORDERED_KINDS = WATCHED_KINDS | {LessonKind.QUIZ}


@dataclass(frozen=True)
class Opened:
    """A lesson opened: the token for the beats, where to go on, and a question that still waits for its answer."""

    token: str
    viewing: Viewing
    progress: LessonProgress
    resume_ms: int
    speed: int
    question: PresenceQuestion | None


@transaction.atomic
def viewing_start(*, worker: Worker, enrolment_id: int, lesson_id: int, at: datetime, device: str = "") -> Opened:
    """Open a lesson for the worker; her other phones stop counting.

    Refuses lessons of classes she is not studying in, lessons that are not yet their turn, and those not watched on
    the phone. ``PolicyGapError`` when the platform's figures for the day are missing.
    """
    limits = limits_on(timezone.localdate(at))
    enrolment = Enrolment.objects.select_related("class_run__course_version").get(pk=enrolment_id)
    if enrolment.worker_id != worker.pk:
        raise PermissionDenied(_("这不是您的班次。"))
    require_studying(enrolment)
    version = enrolment.class_run.course_version
    lesson = version.lessons.get(pk=lesson_id)
    _require_watched_here(lesson)
    require_order(enrolment, lesson)
    Worker.objects.select_for_update(no_key=True).get(pk=worker.pk)  # her very first viewing on two phones at once
    progress = progress_of(enrolment, lesson)
    viewing = Viewing.objects.create(
        worker=worker,
        enrolment=enrolment,
        lesson=lesson,
        nonce=secrets.token_bytes(16),
        device=device.strip()[:80],
        started_at=at,
    )
    question = _take_over(viewing, limits, at)
    ticket = Ticket(viewing.pk, worker.pk, progress.pk, to_ms(at) // 1000 + LIFETIME_SECONDS, bytes(viewing.nonce))
    return Opened(
        token=sign(ticket),
        viewing=viewing,
        progress=progress,
        resume_ms=progress.position_ms if progress.position_ms < progress.length_ms else 0,
        speed=min(progress.speed or limits.speed, limits.speed),
        question=question,
    )


def require_studying(enrolment: Enrolment) -> None:
    """A refusal unless she is in the class and the class is open."""
    if enrolment.state != EnrolmentState.CONFIRMED:
        raise StudyError(
            "not_enrolled",
            _("您在这个班的状态是“%(state)s”，现在不能学习。请到“我的班次”查看，或联系培训学校。")
            % {"state": enrolment.get_state_display()},
        )
    if enrolment.class_run.state != ClassState.OPEN:
        raise StudyError(
            "class_not_open",
            _("这个班现在是“%(state)s”，开班期间才能学习计时。请留意开班通知，或联系培训学校。")
            % {"state": enrolment.class_run.get_state_display()},
        )


def require_order(enrolment: Enrolment, lesson: Lesson) -> None:
    """A refusal naming the first earlier lesson that is not complete, where the course keeps to its order."""
    if not enrolment.class_run.course_version.is_ordered:
        return
    done = LessonProgress.objects.filter(enrolment=enrolment, completed_at__isnull=False).values("lesson")
    missing = (
        Lesson.objects.filter(version_id=lesson.version_id, position__lt=lesson.position, kind__in=ORDERED_KINDS)
        .exclude(pk__in=done)
        .order_by("position")
        .first()
    )
    if missing is not None:
        raise StudyError("order", _("这门课要按顺序学。请先学完“%(lesson)s”。") % {"lesson": missing.title})


def progress_of(enrolment: Enrolment, lesson: Lesson) -> LessonProgress:
    """The row that counts a lesson for an enrolment; made at the first look, with what the lesson's version says."""
    speed = enrolment.class_run.course_version.speed_max
    length = lesson.seconds * 1000
    return LessonProgress.objects.get_or_create(
        enrolment=enrolment,
        lesson=lesson,
        defaults={
            "length_ms": length,
            "worth_ms": min(length, lesson.credited_minutes * 60_000),
            "speed": int(speed * 100) if speed is not None else None,
            "needs_check": lesson.needs_check,
        },
    )[0]


def _require_watched_here(lesson: Lesson) -> None:
    if lesson.kind not in WATCHED_KINDS:
        raise StudyError(
            "not_watched", _("“%(lesson)s”不是在线观看的课。请按课程安排参加。") % {"lesson": lesson.title}
        )
    if not lesson.seconds:
        raise StudyError("no_length", _("“%(lesson)s”还没有准备好。请过一会儿再来。") % {"lesson": lesson.title})


def _take_over(viewing: Viewing, limits: Limits, at: datetime) -> PresenceQuestion | None:
    """The worker's clock follows this viewing from now on; gives the question that waits, if one does."""
    row = clock_lock(viewing.worker_id)
    day = timezone.localdate(at)
    if row is None:
        StudyClock.objects.create(
            worker_id=viewing.worker_id,
            viewing=viewing,
            counted_until=at,
            day=day,
            presence_left_ms=next_after(limits.presence_every_ms),
        )
        return None
    clock_put(row, viewing_begun(clock_of(row), viewing=viewing.pk, at=to_ms(at), day=day.toordinal()))
    row.digest, row.answered_at = 0, None
    row.save()
    return row.question
