"""The rows of many clocks and lessons in one statement each: what a beat reads, locks and writes.

Plain SQL, because the rows of all waiting requests go together; the rules are not in here.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django.db import connection
from psycopg import Cursor

from courses.classes.states import ClassState, EnrolmentState
from courses.study.intervals import length
from courses.study.rules import Clock, Lesson, Verdict, is_watched

NO_LIMIT = 10_000
ONLY_WHEN_ASKED = 2**31 - 1

_LOCK = """
SELECT c.worker_id, c.viewing_id, c.sequence, c.digest, (extract(epoch FROM c.answered_at) * 1000)::bigint,
       (extract(epoch FROM c.counted_until) * 1000)::bigint, c.day, c.day_ms, c.presence_left_ms, c.question_id,
       (extract(epoch FROM c.deadline) * 1000)::bigint,
       p.id, p.enrolment_id, p.lesson_id, p.length_ms, p.worth_ms, p.speed, p.watched, p.position_ms,
       p.reported_ms, p.refused_ms, p.needs_check, p.check_passed_at IS NOT NULL, p.completed_at IS NOT NULL,
       e.state = %s::text AND r.state = %s::text
  FROM json_to_recordset(%s::text::json) AS asked (worker bigint, progress bigint)
  JOIN study_studyclock c ON c.worker_id = asked.worker
  JOIN study_lessonprogress p ON p.id = asked.progress
  JOIN classes_enrolment e ON e.id = p.enrolment_id AND e.worker_id = c.worker_id
  JOIN classes_classrun r ON r.id = e.class_run_id
 ORDER BY c.worker_id, p.id
   FOR UPDATE OF c, p
"""

_WRITE = """
WITH clocks AS (
    UPDATE study_studyclock c
       SET sequence = n.sequence, digest = n.digest, answered_at = to_timestamp(n.answered / 1000.0),
           counted_until = to_timestamp(n.until / 1000.0), day = n.day, day_ms = n.day_ms,
           presence_left_ms = n.presence_left, question_id = n.question, deadline = to_timestamp(n.deadline / 1000.0)
      FROM json_to_recordset(%s::text::json)
           AS n (worker bigint, sequence int, digest bigint, answered bigint, until bigint, day date, day_ms int,
                 presence_left int, question bigint, deadline bigint)
     WHERE c.worker_id = n.worker
), progress AS (
    UPDATE study_lessonprogress p
       SET watched = n.watched, position_ms = n.position, reported_ms = n.reported, accepted_ms = n.accepted,
           refused_ms = n.refused, credited_ms = n.credited,
           completed_at = coalesce(p.completed_at, to_timestamp(n.completed / 1000.0))
      FROM json_to_recordset(%s::text::json)
           AS n (id bigint, watched int[], position int, reported bigint, accepted int, refused bigint, credited int,
                 completed bigint)
     WHERE p.id = n.id
)
INSERT INTO study_studybeat (worker_id, enrolment_id, lesson_id, viewing_id, sequence, played, speed,
                             reported_ms, accepted_ms, refused_ms, reason, at)
SELECT worker, enrolment, lesson, viewing, sequence, played, speed, reported, accepted, refused, reason,
       to_timestamp(at / 1000.0)
  FROM json_to_recordset(%s::text::json)
       AS n (worker bigint, enrolment bigint, lesson bigint, viewing bigint, sequence int, played int[],
             speed smallint, reported bigint, accepted bigint, refused bigint, reason text, at bigint)
"""


@dataclass(slots=True)
class ClockRow:
    """A worker's clock, and the request it answered last."""

    worker_id: int
    clock: Clock
    digest: int
    answered_at: int | None
    question_id: int | None

    def values(self) -> dict[str, Any]:
        clock = self.clock
        return {
            "worker": self.worker_id,
            "sequence": clock.sequence,
            "digest": self.digest,
            "answered": self.answered_at,
            "until": clock.counted_until,
            "day": date.fromordinal(clock.day).isoformat(),
            "day_ms": clock.day_ms,
            "presence_left": clock.presence_left_ms,
            "question": self.question_id,
            "deadline": clock.deadline,
        }


@dataclass(slots=True)
class ProgressRow:
    """A lesson of an enrolment, and what is counted of it."""

    pk: int
    enrolment_id: int
    lesson_id: int
    lesson: Lesson
    position_ms: int
    reported_ms: int
    refused_ms: int
    needs_check: bool
    is_checked: bool
    is_completed: bool
    completed_at: int | None = None

    @property
    def accepted_ms(self) -> int:
        return length(self.lesson.watched)

    def add(self, verdict: Verdict, at: int) -> None:
        """What a verdict changes."""
        self.lesson = replace(self.lesson, watched=verdict.watched)
        self.reported_ms += verdict.accepted_ms + verdict.refused_ms
        self.refused_ms += verdict.refused_ms
        if verdict.position is not None:
            self.position_ms = verdict.position
        is_open = self.needs_check and not self.is_checked
        if not self.is_completed and not is_open and is_watched(worth=self.lesson.worth, accepted=self.accepted_ms):
            self.is_completed, self.completed_at = True, at

    def values(self) -> dict[str, Any]:
        accepted = self.accepted_ms
        return {
            "id": self.pk,
            "watched": self.lesson.watched,
            "position": self.position_ms,
            "reported": self.reported_ms,
            "accepted": accepted,
            "refused": self.refused_ms,
            "credited": 0 if self.needs_check and not self.is_checked else accepted,
            "completed": self.completed_at,
        }


def rows_lock(
    pairs: Sequence[tuple[int, int]],
) -> tuple[dict[int, ClockRow], dict[tuple[int, int], ProgressRow]]:
    """The clocks and lessons of pairs of worker and progress, locked in order; pairs that do not belong are absent."""
    rows = _prepared(
        _LOCK,
        EnrolmentState.CONFIRMED.value,
        ClassState.OPEN.value,
        json.dumps([{"worker": worker, "progress": progress} for worker, progress in pairs]),
    ).fetchall()
    clocks: dict[int, ClockRow] = {}
    lessons: dict[tuple[int, int], ProgressRow] = {}
    for row in rows:
        worker, viewing, sequence, digest, answered, until, day, day_ms, left, question, deadline = row[:11]
        if worker not in clocks:
            clock = Clock(viewing, sequence, until, day.toordinal(), day_ms, left, deadline)
            clocks[worker] = ClockRow(worker, clock, digest, answered, question)
        lessons[worker, row[11]] = _progress(row[11:])
    return clocks, lessons


def _progress(row: tuple[Any, ...]) -> ProgressRow:
    (
        pk, enrolment, lesson, long, worth, speed, watched, position,
        reported, refused, needs_check, is_checked, is_completed, is_studying,
    ) = row  # fmt: skip
    return ProgressRow(
        pk=pk,
        enrolment_id=enrolment,
        lesson_id=lesson,
        lesson=Lesson(long, worth, speed or NO_LIMIT, tuple(watched), is_studying=is_studying),
        position_ms=position,
        reported_ms=reported,
        refused_ms=refused,
        needs_check=needs_check,
        is_checked=is_checked,
        is_completed=is_completed,
    )


def rows_write(clocks: Iterable[ClockRow], progress: Iterable[ProgressRow], beats: Iterable[Mapping[str, Any]]) -> None:
    """Write the changed rows and append the log, in one statement."""
    _prepared(
        _WRITE,
        json.dumps([row.values() for row in clocks]),
        json.dumps([row.values() for row in progress]),
        json.dumps(list(beats)),
    )


def _prepared(statement: str, *parameters: str) -> Cursor:
    """Run a statement that the connection keeps prepared: planning these two takes longer than running them.

    Django's own cursor writes the parameters into the text, so that every statement is a new one to PostgreSQL. Rows go
    over as JSON: of a list of unknown length PostgreSQL keeps one plan, of an array it would make a new one each time.
    """
    connection.ensure_connection()
    line = connection.connection
    if line.prepare_threshold is None:  # Django switches preparing off
        line.prepare_threshold = ONLY_WHEN_ASKED
    with connection.wrap_database_errors:
        return Cursor(line).execute(statement, parameters, prepare=True)
