"""“My hours”: per lesson, per day and per class what was reported, accepted, credited, and refused for which reason.

``reported = accepted + refused`` in every line, and ``accepted = credited + waiting``: waiting time is credited as
soon as the lesson's check is passed, so that then *credited + refused = reported*.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from django.db.models import QuerySet, Sum
from django.db.models.functions import TruncDate

from courses.classes.models import Enrolment
from courses.content.models import Lesson
from courses.content.states import LessonKind
from courses.study.models import LessonProgress, StudyAdjustment, StudyBeat
from courses.study.rules import is_watched
from workers.models import Worker


@dataclass(slots=True)
class Tally:
    """Milliseconds by what became of them."""

    reported_ms: int = 0
    accepted_ms: int = 0
    credited_ms: int = 0
    refused_ms: int = 0
    by_reason: dict[str, int] = field(default_factory=dict)

    @property
    def waiting_ms(self) -> int:
        return self.accepted_ms - self.credited_ms

    def add(self, other: "Tally") -> None:
        self.reported_ms += other.reported_ms
        self.accepted_ms += other.accepted_ms
        self.credited_ms += other.credited_ms
        self.refused_ms += other.refused_ms
        for reason, ms in other.by_reason.items():
            self.by_reason[reason] = self.by_reason.get(reason, 0) + ms


@dataclass(slots=True)
class LessonHours:
    """One lesson of the course for one enrolment, studied or not."""

    lesson: Lesson
    progress: LessonProgress | None
    tally: Tally

    @property
    def is_completed(self) -> bool:
        return self.progress is not None and self.progress.completed_at is not None

    @property
    def is_watched(self) -> bool:
        """Watched as far as it counts; its check may still be missing."""
        progress = self.progress
        return progress is not None and is_watched(worth=progress.worth_ms, accepted=progress.accepted_ms)

    @property
    def needs_check_now(self) -> bool:
        """Watched, and only the check is missing."""
        progress = self.progress
        return progress is not None and progress.needs_check and not progress.check_passed_at and self.is_watched


@dataclass(slots=True)
class ClassHours:
    """An enrolment's whole account: the total, and its parts."""

    enrolment: Enrolment
    total: Tally
    lessons: list[LessonHours]
    days: dict[date, Tally]


def enrolments_of(worker: Worker) -> QuerySet[Enrolment]:
    """The worker's own enrolments, the newest first."""
    return (
        Enrolment.objects.filter(worker=worker)
        .select_related("class_run__course_version", "class_run__school__organisation")
        .order_by("-enrolled_at", "-pk")
    )


def hours_of(enrolment: Enrolment) -> ClassHours:
    """The account of one enrolment. A fixed number of queries, whatever the number of beats."""
    version = enrolment.class_run.course_version
    progress = {row.lesson_id: row for row in LessonProgress.objects.filter(enrolment=enrolment)}
    by_lesson = _reasons(enrolment)
    total = Tally()
    lessons = []
    for lesson in version.lessons.exclude(kind=LessonKind.PRACTICAL).order_by("position"):
        row = progress.get(lesson.pk)
        tally = _tally(row, by_lesson.get(lesson.pk, {}))
        total.add(tally)
        lessons.append(LessonHours(lesson, row, tally))
    return ClassHours(enrolment, total, lessons, days_of(enrolment, progress.values()))


def days_of(enrolment: Enrolment, progress: Iterable[LessonProgress]) -> dict[date, Tally]:
    """The account by day, the latest first: the day a beat arrived, and the day an appeal gave time back for."""
    is_credited = {row.lesson_id: not row.needs_check or row.check_passed_at is not None for row in progress}
    days: dict[date, Tally] = {}
    rows = (
        StudyBeat.objects.filter(enrolment=enrolment)
        .annotate(day=TruncDate("at"))
        .values("day", "lesson_id", "reason")
        .annotate(reported=Sum("reported_ms"), accepted=Sum("accepted_ms"), refused=Sum("refused_ms"))
        .order_by("-day")
    )
    for row in rows:
        credited = row["accepted"] if is_credited.get(row["lesson_id"]) else 0
        why = {row["reason"]: row["refused"]} if row["refused"] else {}
        part = Tally(row["reported"], row["accepted"], credited, row["refused"], why)
        days.setdefault(row["day"], Tally()).add(part)
    for given in StudyAdjustment.objects.filter(enrolment=enrolment).select_related("appeal"):
        ms = given.moved_ms
        credited = ms if is_credited.get(given.lesson_id) else 0
        days.setdefault(given.day, Tally()).add(Tally(0, ms, credited, -ms, {given.appeal.reason: -ms}))
    return days


def credited_ms_of(enrolments: Iterable[Enrolment]) -> dict[int, int]:
    """The credited milliseconds of each enrolment, in one query; for the close of a class."""
    rows = LessonProgress.objects.filter(enrolment__in=list(enrolments)).values("enrolment")
    return {row["enrolment"]: row["ms"] for row in rows.annotate(ms=Sum("credited_ms")).order_by()}


def _reasons(enrolment: Enrolment) -> dict[int, dict[str, int]]:
    found: dict[int, dict[str, int]] = {}
    rows = StudyBeat.objects.filter(enrolment=enrolment).exclude(reason="").values("lesson_id", "reason")
    for row in rows.annotate(ms=Sum("refused_ms")).order_by("lesson_id", "reason"):
        found.setdefault(row["lesson_id"], {})[row["reason"]] = row["ms"]
    for given in StudyAdjustment.objects.filter(enrolment=enrolment).select_related("appeal"):
        found[given.lesson_id][given.appeal.reason] -= given.moved_ms
    return found


def _tally(row: LessonProgress | None, reasons: dict[str, int]) -> Tally:
    if row is None:
        return Tally()
    why = {reason: ms for reason, ms in reasons.items() if ms}
    return Tally(row.reported_ms, row.accepted_ms, row.credited_ms, row.refused_ms, why)
