"""The check of a lesson: what was watched is credited once it is passed."""

from datetime import datetime

from django.db import transaction

from courses.classes.models import Enrolment
from courses.content.models import Lesson
from courses.content.states import LessonKind
from courses.study.models import LessonProgress
from courses.study.rules import is_watched
from courses.study.services.clocks import clock_lock
from courses.study.services.viewings import progress_of, require_order, require_studying


@transaction.atomic
def lesson_check_pass(*, enrolment: Enrolment, lesson: Lesson, at: datetime) -> LessonProgress:
    """The worker has passed the check of the lesson: what she watched is credited, what she will watch too.

    The caller keeps the attempt that passed. A second pass changes nothing. Refuses a lesson that is not hers to
    study now.
    """
    require_studying(enrolment)
    require_order(enrolment, lesson)
    clock_lock(enrolment.worker_id)  # a beat of the same lesson waits
    progress = LessonProgress.objects.select_for_update().get(pk=progress_of(enrolment, lesson).pk)
    if progress.check_passed_at is not None:
        return progress
    progress.check_passed_at = at
    progress.credited_ms = progress.accepted_ms
    if lesson.kind == LessonKind.QUIZ or is_watched(worth=progress.worth_ms, accepted=progress.accepted_ms):
        progress.completed_at = progress.completed_at or at
    progress.save(update_fields=["check_passed_at", "credited_ms", "completed_at"])
    return progress
