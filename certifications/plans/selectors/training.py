"""Who has trained whom: the same question the database asks before it lets a judge sit before a candidate."""

from collections.abc import Collection
from dataclasses import dataclass

from django.db import connection

# As plans_has_trained in the first migration, for many people at once and with the class's name; a test holds the two
# together. A row without a class is the judge herself.
_TRAINED = """
SELECT DISTINCT ON (a.id, w.id) a.id, w.id, NULL::bigint AS run, ''::text AS class_name
  FROM bodies_assessor a JOIN workers_worker w ON a.id_number_index = w.id_number_index OR a.user_id = w.user_id
 WHERE a.id = ANY(%(judges)s) AND w.id = ANY(%(learners)s)
UNION
SELECT DISTINCT ON (a.id, e.worker_id) a.id, e.worker_id, r.id AS run, r.name AS class_name
  FROM bodies_assessor a
  JOIN schools_teacher t ON t.id_number_index = a.id_number_index OR t.user_id = a.user_id
  JOIN classes_classrun r ON r.school_id = t.school_id
  JOIN classes_enrolment e ON e.class_run_id = r.id
   AND e.state IN ('confirmed', 'dropped', 'completed', 'not_completed')
 WHERE a.id = ANY(%(judges)s) AND e.worker_id = ANY(%(learners)s)
   AND (r.head_teacher_id = t.id OR EXISTS (
        SELECT 1 FROM classes_session s
         WHERE s.class_run_id = r.id AND s.teacher_id = t.id AND s.state <> 'cancelled'))
"""


@dataclass(frozen=True, slots=True)
class Trained:
    """An assessor trained a worker in a class; without a class it is she herself."""

    assessor_id: int
    worker_id: int
    class_run_id: int | None
    class_name: str

    @property
    def is_herself(self) -> bool:
        return self.class_run_id is None


def trained_by(assessor_ids: Collection[int], worker_ids: Collection[int]) -> list[Trained]:
    """Each pair of which the first must not judge the second, with one class to name as the reason; one query."""
    if not assessor_ids or not worker_ids:
        return []
    with connection.cursor() as cursor:
        cursor.execute(_TRAINED, {"judges": list(assessor_ids), "learners": list(worker_ids)})
        rows = [Trained(*row) for row in cursor.fetchall()]
    return sorted(rows, key=lambda row: (row.assessor_id, row.worker_id, row.class_run_id or 0))


def has_trained(assessor_id: int, worker_id: int) -> bool:
    """Whether the database would refuse this judge for this candidate."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT plans_has_trained(%s, %s)", [assessor_id, worker_id])
        return bool(cursor.fetchone()[0])
