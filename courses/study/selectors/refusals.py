"""Refused stretches: rows of the log that follow each other for one reason, as a person would name them."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Max, QuerySet, Sum

from courses.classes.models import Enrolment
from courses.study.models import StudyBeat, StudyClock, Viewing
from courses.study.states import ADVICE, APPEALABLE, Reason

# Two refusals further apart are two stretches, even when no accepted beat lies between them.
ONE_STRETCH = timedelta(minutes=15)


@dataclass(slots=True)
class Refusal:
    """A refused stretch: when, of which lesson, how much, why, and whether it can be appealed."""

    enrolment_id: int
    lesson_id: int
    viewing_id: int
    reason: Reason
    first_at: datetime
    last_at: datetime
    first_sequence: int
    last_sequence: int
    refused_ms: int

    @property
    def words(self) -> str:
        """Why, in a sentence."""
        return str(self.reason.label)

    @property
    def advice(self) -> str:
        """What to do."""
        return str(ADVICE[self.reason])

    @property
    def is_appealable(self) -> bool:
        return self.reason in APPEALABLE

    @property
    def key(self) -> str:
        """Names the stretch in a form; ``refusal_named`` finds it again."""
        return f"{self.viewing_id}.{self.reason.value}.{self.first_sequence}.{int(self.first_at.timestamp() * 1000)}"


def refusals_of(enrolment: Enrolment, *, lesson_id: int | None = None) -> list[Refusal]:
    """The refused stretches of an enrolment, the latest first."""
    rows = StudyBeat.objects.filter(enrolment=enrolment).exclude(reason="")
    if lesson_id is not None:
        rows = rows.filter(lesson_id=lesson_id)
    found = list(_stretches(rows.filter(refused_ms__gt=0).order_by("viewing_id", "reason", "at", "sequence", "pk")))
    return sorted(found, key=lambda one: (one.last_at, one.viewing_id), reverse=True)


def refusal_named(enrolment: Enrolment, key: str) -> Refusal | None:
    """The stretch of the enrolment with that key."""
    return next((one for one in refusals_of(enrolment) if one.key == key), None)


def _stretches(rows: Iterable[StudyBeat]) -> Iterator[Refusal]:
    current: Refusal | None = None
    for row in rows:
        if (
            current is not None
            and (row.viewing_id, row.reason) == (current.viewing_id, current.reason)
            and row.at - current.last_at <= ONE_STRETCH
        ):
            current.last_at = row.at
            current.last_sequence = max(current.last_sequence, row.sequence)
            current.refused_ms += row.refused_ms
            continue
        if current is not None:
            yield current
        current = Refusal(
            row.enrolment_id, row.lesson_id, row.viewing_id, Reason(row.reason),
            row.at, row.at, row.sequence, row.sequence, row.refused_ms,
        )  # fmt: skip
    if current is not None:
        yield current


def beats_of_worker(worker_id: int) -> QuerySet[StudyBeat]:
    """All beats of a worker, through her enrolments, by which the log is indexed."""
    return StudyBeat.objects.filter(enrolment__in=Enrolment.objects.filter(worker=worker_id))


def wall_room_ms(*, worker_id: int, viewing_id: int, first_at: datetime, last_at: datetime) -> int:
    """How much time really passed while a stretch was refused and nothing else of the worker's was accepted in it.

    The stretch begins at the worker's last accepted beat before it or at the opening of the lesson, whichever is
    later. Time that an earlier appeal gave back is taken off by the caller.
    """
    viewing = Viewing.objects.get(pk=viewing_id)
    hers = beats_of_worker(worker_id).filter(at__gte=viewing.started_at, at__lte=last_at)
    before = hers.filter(at__lt=first_at, accepted_ms__gt=0).aggregate(at=Max("at"))["at"]
    begins = max(viewing.started_at, before) if before else viewing.started_at
    accepted = hers.filter(at__gt=begins).aggregate(ms=Sum("accepted_ms"))["ms"] or 0
    return max(0, (last_at - begins) // timedelta(milliseconds=1) - accepted)


def clock_of(worker_id: int) -> StudyClock | None:
    """Where the worker's clock stands, to show; not locked."""
    return StudyClock.objects.select_related("question").filter(pk=worker_id).first()
