"""What can be asked about class runs: where a person would sit in two classes at one hour."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from courses.classes.models import ClassRun, Enrolment, Session
from courses.classes.rules import Slot, clashes
from courses.classes.states import BINDING, SEATED, ClassState, SessionMode, SessionState


@dataclass(frozen=True, slots=True)
class Overlap:
    """A person who would sit in two classes at one hour: ours and another one.

    Who the other school is, is for officers only: what a school reads names the hour and nothing else.
    """

    worker_id: int
    starts_at: datetime
    ends_at: datetime
    other_run_id: int
    other_session_id: int
    other_school_id: int


def overlaps_of(
    worker_ids: Collection[int],
    *,
    class_run: ClassRun,
    sessions: Iterable[Slot] | None = None,
    states: Collection[ClassState] = BINDING,
) -> list[Overlap]:
    """Where these people hold a seat in another class run at the hours of this one, by person and hour.

    ``sessions`` are the hours asked about; without them, those the class run has. Other class runs count in the
    given states. Three queries however many people and classes. For an answer that stays true, call it after
    ``services.locks.workers_lock``.
    """
    ours = list(timed_sessions(class_run) if sessions is None else sessions)
    if not ours or not worker_ids:
        return []
    first, last = min(slot.starts_at for slot in ours), max(slot.ends_at for slot in ours)
    seats = Enrolment.objects.filter(worker__in=worker_ids, state__in=SEATED, class_run__state__in=states).exclude(
        class_run=class_run
    )
    theirs: defaultdict[int, list[Session]] = defaultdict(list)
    others = Session.objects.filter(
        class_run__in=seats.values("class_run"), starts_at__lt=last, ends_at__gt=first
    ).select_related("class_run")
    for session in others.exclude(mode=SessionMode.ONLINE).exclude(state=SessionState.CANCELLED):
        theirs[session.class_run_id].append(session)
    found = {run: clashes(ours, slots) for run, slots in theirs.items()}
    overlaps = [
        Overlap(worker, slot.starts_at, slot.ends_at, run, other.pk, other.class_run.school_id)
        for worker, run in seats.filter(class_run__in=found).values_list("worker", "class_run")
        for slot, other in found[run]
    ]
    return sorted(overlaps, key=lambda row: (row.worker_id, row.starts_at, row.other_session_id))


def timed_sessions(class_run: ClassRun) -> list[Session]:
    """The sessions at which somebody must be there at an hour: all but self-study and cancelled ones."""
    return list(
        class_run.sessions.exclude(mode=SessionMode.ONLINE).exclude(state=SessionState.CANCELLED).order_by("starts_at")
    )
