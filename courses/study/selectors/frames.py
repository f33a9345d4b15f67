"""What the page of a course shows to everybody of a class run alike, kept in the process for half a minute.

The page is opened by everybody who studies, every day: what differs between two learners is asked anew each time, in
two small queries; the rest is read once. Services never look here.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.core.cache import caches
from django.db import connection

from courses.classes.models import ClassRun, Session
from courses.classes.states import SessionMode, SessionState
from courses.content.models import Lesson

SECONDS = 30
# pk, position, kind, title, seconds, credited minutes, whether its check must be passed
LessonFacts = tuple[int, int, str, str, int, int, bool]
_RUN = {
    "name": "name", "state": "state", "starts_on": "starts_on", "ends_on": "ends_on", "phone": "contact_phone",
    "head_teacher": "head_teacher__name", "title": "course_version__title", "version": "course_version_id",
    "is_ordered": "course_version__is_ordered", "school": "school__organisation__name",
    "school_phone": "school__contact_phone",
}  # fmt: skip
_SESSION = ("mode", "starts_at", "ends_at", "content", "premises__name", "premises__address", "teacher__name")


@dataclass(frozen=True)
class Frame:
    """A class run with its lessons, and the sessions at which somebody has to be somewhere."""

    run: dict[str, Any]
    lessons: tuple[LessonFacts, ...]
    sessions: tuple[dict[str, Any], ...]

    def next_session(self, at: datetime) -> dict[str, Any] | None:
        """The next one that is not over."""
        return next((session for session in self.sessions if session["ends_at"] > at), None)


@dataclass(frozen=True, slots=True)
class Place:
    """A learner's place in a class run, and how much of the day's limit she has used."""

    state: str
    class_run_id: int
    day_ms: int


_PLACE = """
SELECT e.state, e.class_run_id, coalesce(c.day_ms, 0)
  FROM classes_enrolment e
  JOIN workers_worker w ON w.id = e.worker_id
  LEFT JOIN study_studyclock c ON c.worker_id = e.worker_id AND c.day = %s
 WHERE e.id = %s AND w.user_id = %s
"""


def place_of(*, user_id: int, enrolment_id: int, on: date) -> Place | None:
    """The place of the account's own file; nothing for anybody else's."""
    with connection.cursor() as cursor:
        cursor.execute(_PLACE, [on, enrolment_id, user_id])
        row = cursor.fetchone()
    return Place(*row) if row else None


def frame_of(class_run_id: int) -> Frame:
    """The frame of a class run, at most half a minute old."""
    cache, key = caches["local"], f"study.frame:{class_run_id}"
    known: Frame | None = cache.get(key)
    if known is None:
        known = _read(class_run_id)
        cache.set(key, known, SECONDS)
    return known


def _read(class_run_id: int) -> Frame:
    run = ClassRun.objects.values_list(*_RUN.values()).get(pk=class_run_id)
    told = dict(zip(_RUN, run, strict=True))
    lessons = Lesson.objects.filter(version=told["version"]).order_by("position")
    sessions = (
        Session.objects.filter(class_run=class_run_id, state=SessionState.PLANNED)
        .exclude(mode=SessionMode.ONLINE)
        .order_by("starts_at")
        .values(*_SESSION)
    )
    return Frame(
        told,
        tuple(lessons.values_list("pk", "position", "kind", "title", "seconds", "credited_minutes", "needs_check")),
        tuple(sessions),
    )
