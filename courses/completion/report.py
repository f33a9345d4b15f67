"""结业情况报表: a row for each person of a school's classes, with the minutes credited of each lesson.

One query with a cursor on the server. The lesson columns are put together by the database, as cells of the file that
is wanted: half a million of them are never objects here.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from django.db import connection, transaction
from django.utils.translation import gettext as _

from courses.classes.models import ClassRun
from courses.classes.states import COUNTED, ClassState, EnrolmentState
from courses.completion.sheets import EMPTY_CELL, csv_pieces, csv_text, text_cell, text_row, xlsx_pieces
from courses.completion.states import Outcome
from courses.content.models import Lesson
from courses.schools.models import School
from foundation.crypto.cipher import decrypt
from foundation.crypto.masking import mask_id_number, mask_name

ROWS_AT_ONCE = 200
HOUR_MS = 45 * 60_000
# What stands for a lesson's cell, with and without credited minutes, and what stands between two.
CELLS = {"xlsx": ("'<c><v>' || ", " || '</v></c>'", f"'{EMPTY_CELL}'", "''"), "csv": ("", "", "''", "','")}

# People first, in their order, then the lessons of each by their key: nothing wide is ever sorted, and the first rows
# leave while the last are still being found.
_ROWS = """
SELECT run_number, run_name, title, worker_name, id_number, state, outcome, practice,
       lessons.credited_ms, lessons.cells, lessons.lessons
  FROM (SELECT run.number AS run_number, run.name AS run_name, version.title, version.id AS version,
               worker.name AS worker_name, worker.id_number, enrolment.id AS enrolment, enrolment.state,
               coalesce(completion.outcome, '') AS outcome,
               coalesce(completion.facts->>'practice_hours', '') AS practice,
               run.starts_on, run.id AS run, enrolment.enrolled_at
          FROM classes_enrolment enrolment
          JOIN classes_classrun run ON run.id = enrolment.class_run_id
          JOIN content_courseversion version ON version.id = run.course_version_id
          JOIN workers_worker worker ON worker.id = enrolment.worker_id
          LEFT JOIN completion_completion completion ON completion.enrolment_id = enrolment.id
               AND NOT EXISTS (SELECT 1 FROM completion_completion later WHERE later.replaces_id = completion.id)
         WHERE run.school_id = %(school)s AND run.starts_on >= %(since)s AND run.starts_on <= %(until)s
           AND run.state = ANY(%(run_states)s) AND enrolment.state = ANY(%(states)s)
         ORDER BY run.starts_on, run.id, enrolment.enrolled_at, enrolment.id
        OFFSET 0) people
 CROSS JOIN LATERAL (
       SELECT coalesce(sum(progress.credited_ms), 0) AS credited_ms, count(*) AS lessons,
              string_agg(CASE WHEN progress.credited_ms > 0 THEN {before}(progress.credited_ms / 60000)::text{after}
                              ELSE {nothing} END, {between} ORDER BY lesson.position) AS cells
         FROM content_lesson lesson
         LEFT JOIN study_lessonprogress progress
              ON progress.lesson_id = lesson.id AND progress.enrolment_id = people.enrolment
        WHERE lesson.version_id = people.version) lessons
 ORDER BY starts_on, run, enrolled_at, enrolment
"""


@dataclass(frozen=True)
class Scope:
    """Which classes a report is about: a school's that began between two days."""

    school: School
    since: date
    until: date

    def class_runs(self) -> Any:
        """The classes; drafts and cancelled ones have nothing to report."""
        return ClassRun.objects.filter(
            school=self.school,
            starts_on__range=(self.since, self.until),
            state__in=[ClassState.OPEN, ClassState.CLOSED],
        )


def report_rows(scope: Scope) -> int:
    """How many people the report has."""
    return int(scope.class_runs().filter(enrolments__state__in=sorted(COUNTED)).values("enrolments").count())


def report_pieces(scope: Scope, *, file_format: str) -> Iterator[bytes]:
    """The report as ``xlsx`` or ``csv``, piece by piece."""
    titles = lesson_titles(scope)
    head = [*_head(), *titles]
    if file_format == "csv":
        yield from csv_pieces(_lines(scope, head, len(titles)))
    else:
        yield from xlsx_pieces([(_("结业情况"), _sheet_rows(scope, head, len(titles)))])


def lesson_titles(scope: Scope) -> list[str]:
    """A column for each lesson: by its title where all classes follow one version, else by its place."""
    versions = list(scope.class_runs().order_by().values_list("course_version", flat=True).distinct())
    lessons = Lesson.objects.filter(version__in=versions).order_by("position")
    if len(versions) == 1:
        return [_("%(title)s（分钟）") % {"title": lesson.title} for lesson in lessons]
    most = max((lessons.filter(version=version).count() for version in versions), default=0)
    return [_("第 %(number)d 课（分钟）") % {"number": number} for number in range(1, most + 1)]


def _head() -> list[str]:
    return [
        _("班次编号"), _("班次"), _("课程"), _("姓名"), _("身份证号码"), _("学籍状态"), _("结业认定"),
        _("认定实操学时"), _("线上学时"),
    ]  # fmt: skip


def _sheet_rows(scope: Scope, head: Sequence[str], lessons: int) -> Iterator[str]:
    yield text_row(head)
    known: dict[str, str] = {}

    def cell(text: str) -> str:
        # The same few hundred classes and states come again and again.
        if text not in known:
            known[text] = text_cell(text)
        return known[text]

    for person in _people(scope, "xlsx"):
        fixed = [cell(text) for text in person.shared]
        own = text_cell(person.name) + text_cell(person.id_number)
        rest = person.cells + EMPTY_CELL * (lessons - person.lessons)
        yield f"<row>{''.join(fixed[:3])}{own}{''.join(fixed[3:])}<c><v>{person.hours}</v></c>{rest}</row>"


def _lines(scope: Scope, head: Sequence[str], lessons: int) -> Iterator[str]:
    yield ",".join(csv_text(title) for title in head)
    for person in _people(scope, "csv"):
        texts = (*person.shared[:3], person.name, person.id_number, *person.shared[3:], person.hours)
        lacking = "," * (lessons - person.lessons)
        cells = f",{person.cells}{lacking}" if person.lessons else lacking
        yield ",".join(csv_text(text) for text in texts) + cells


class _Person(NamedTuple):
    """A row: what classes share, what is hers (masked), her hours online, the cells of her lessons and how many."""

    shared: tuple[str, ...]
    name: str
    id_number: str
    hours: str
    cells: str
    lessons: int


def _people(scope: Scope, file_format: str) -> Iterator[_Person]:
    before, after, nothing, between = CELLS[file_format]
    query = _ROWS.format(before=before, after=after, nothing=nothing, between=between)
    facts: dict[str, Any] = {
        "school": scope.school.pk,
        "since": scope.since,
        "until": scope.until,
        "run_states": [ClassState.OPEN, ClassState.CLOSED],
        "states": sorted(COUNTED),
    }
    with transaction.atomic():
        with connection.cursor() as cursor:
            # Compiling the query takes longer than it saves: a third of the whole.
            cursor.execute("SET LOCAL jit = off")
        yield from _fetched(query, facts)


def _fetched(query: str, facts: dict[str, Any]) -> Iterator[_Person]:
    states = {state.value: str(state.label) for state in EnrolmentState}
    outcomes = {outcome.value: str(outcome.label) for outcome in Outcome} | {"": ""}
    with connection.chunked_cursor() as cursor:
        cursor.execute(query, facts)
        while rows := cursor.fetchmany(ROWS_AT_ONCE):
            for number, run, course, name, id_number, state, outcome, practice, ms, cells, lessons in rows:
                tenths = int(ms) * 10 // HOUR_MS
                yield _Person(
                    (number, run, course, states[state], outcomes[outcome], practice),
                    mask_name(decrypt(name)),
                    mask_id_number(decrypt(id_number)),
                    f"{tenths // 10}.{tenths % 10}",
                    cells or "",
                    lessons,
                )
