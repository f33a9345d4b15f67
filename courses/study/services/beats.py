"""Recording beats: many requests in one transaction, each judged by the same rules.

Four statements, however many requests: lock and read, write the three tables at once, commit. Rows are locked in the
order of the workers' numbers, so that processes never wait for each other in a circle. The answer is given after the
commit; when it is lost on the way, the phone sends the same request again and gets the same answer.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from courses.study.errors import StudyError
from courses.study.messages import Message
from courses.study.models import PresenceQuestion, StudyBeat
from courses.study.questions import next_after, question_draw
from courses.study.rules import Limits, Request, Slice, Verdict, is_watched, judge, question_asked
from courses.study.selectors.limits import limits_on
from courses.study.services.clocks import from_ms, to_ms
from courses.study.services.rows import ClockRow, ProgressRow, rows_lock, rows_write


@dataclass(frozen=True, slots=True)
class RefusedShare:
    """So much of a request was refused for this reason."""

    reason: str
    ms: int


@dataclass(frozen=True, slots=True)
class BeatAnswer:
    """What became of a request, and where the worker stands now."""

    acknowledged: int
    accepted_ms: int
    refused: tuple[RefusedShare, ...]
    lesson_accepted_ms: int
    lesson_worth_ms: int
    is_watched: bool
    is_completed: bool
    day_ms: int
    day_max_ms: int
    is_current: bool
    question: PresenceQuestion | None


@dataclass(slots=True)
class _Batch:
    """What a transaction gathers before it writes."""

    at: int
    day: int
    limits: Limits
    clocks: dict[int, ClockRow]
    progress: dict[tuple[int, int], ProgressRow]
    slices: list[tuple[Message, ProgressRow, Verdict]] = field(default_factory=list)
    asking: list[tuple[ClockRow, Message]] = field(default_factory=list)
    questions: dict[int, PresenceQuestion] = field(default_factory=dict)


@transaction.atomic
def beats_record(*, messages: Sequence[Message], at: datetime) -> list[BeatAnswer | StudyError]:
    """Judge the requests in their order and record every reported millisecond. One answer for each, in order.

    A request whose rows are not there is answered by a ``StudyError``. ``PolicyGapError`` when the platform's figures
    of the day are missing; then nothing is written.
    """
    on = timezone.localdate(at)
    limits = limits_on(on)
    pairs = sorted({(message.ticket.worker, message.ticket.progress) for message in messages})
    clocks, progress = rows_lock(pairs)
    batch = _Batch(to_ms(at), on.toordinal(), limits, clocks, progress)
    verdicts = [_judged(batch, message) for message in messages]
    _ask(batch, on)
    if batch.slices:
        rows_write(clocks.values(), progress.values(), _log_rows(batch))
    return [_answer(batch, message, verdict) for message, verdict in zip(messages, verdicts, strict=True)]


def _judged(batch: _Batch, message: Message) -> Verdict | None:
    """The verdict on one request; what it changes is in the batch's rows. None when there is no such lesson of hers."""
    ticket = message.ticket
    progress = batch.progress.get((ticket.worker, ticket.progress))
    if progress is None:
        return None
    row = batch.clocks[ticket.worker]
    clock = row.clock
    if (
        ticket.viewing == clock.viewing
        and message.digest == row.digest
        and message.beats[-1].sequence == clock.sequence
        and row.answered_at is not None
    ):
        return _again(message, row, progress)
    request = Request(
        viewing=ticket.viewing,
        beats=message.beats,
        at=batch.at,
        day=batch.day,
        is_expired=ticket.expires * 1000 < batch.at,
    )
    verdict = judge(clock, progress.lesson, request, batch.limits)
    row.clock = verdict.clock
    if ticket.viewing == clock.viewing:
        row.digest, row.answered_at = message.digest, batch.at
    progress.add(verdict, batch.at)
    batch.slices.append((message, progress, verdict))
    if verdict.asks and row.question_id is None:
        batch.asking.append((row, message))
    return verdict


def _again(message: Message, row: ClockRow, progress: ProgressRow) -> Verdict:
    """The verdict given to the very same request before, from the log. Nothing is judged or written."""
    assert row.answered_at is not None
    slices = StudyBeat.objects.filter(
        enrolment_id=progress.enrolment_id, at=from_ms(row.answered_at), viewing_id=message.ticket.viewing
    ).order_by("pk")
    told = tuple(Slice(part.sequence, tuple(part.played), part.reported_ms, part.reason) for part in slices)
    return Verdict(row.clock, progress.lesson.watched, told, asks=False, position=None)


def _ask(batch: _Batch, on: date) -> None:
    """Put the questions that have come due, and look up those that wait."""
    made = []
    for row, message in batch.asking:
        if row.clock.deadline is not None:
            continue
        row.clock = question_asked(
            row.clock,
            at=batch.at,
            limits=batch.limits,
            next_after_ms=next_after(batch.limits.presence_every_ms),
        )
        drawn = question_draw(on=on)
        question = PresenceQuestion(
            worker_id=message.ticket.worker,
            viewing_id=message.ticket.viewing,
            code=drawn.code,
            options=drawn.options,
            right=drawn.right,
            asked_at=from_ms(batch.at),
            due_at=from_ms(batch.at + batch.limits.presence_answer_ms),
        )
        made.append((row, question))
    if made:
        PresenceQuestion.objects.bulk_create([question for _row, question in made])
        for row, question in made:
            row.question_id = question.pk
            batch.questions[question.pk] = question
    known = {row.question_id for row in batch.clocks.values() if row.question_id is not None} - set(batch.questions)
    if known:
        batch.questions |= PresenceQuestion.objects.in_bulk(known)


def _log_rows(batch: _Batch) -> Iterator[dict[str, Any]]:
    for message, progress, verdict in batch.slices:
        speeds = {beat.sequence: beat.speed for beat in message.beats}
        for part in verdict.slices:
            yield {
                "worker": message.ticket.worker,
                "enrolment": progress.enrolment_id,
                "lesson": progress.lesson_id,
                "viewing": message.ticket.viewing,
                "sequence": part.sequence,
                "played": part.played,
                "speed": speeds[part.sequence],
                "reported": part.ms,
                "accepted": part.accepted_ms,
                "refused": part.refused_ms,
                "reason": part.reason,
                "at": batch.at,
            }


def _answer(batch: _Batch, message: Message, verdict: Verdict | None) -> BeatAnswer | StudyError:
    ticket = message.ticket
    if verdict is None:
        return StudyError("no_such_lesson", _("找不到这节课的学习记录。请刷新页面，再接着学习。"))
    row, progress = batch.clocks[ticket.worker], batch.progress[ticket.worker, ticket.progress]
    refused: dict[str, int] = {}
    for part in verdict.slices:
        if part.reason:
            refused[part.reason] = refused.get(part.reason, 0) + part.ms
    is_current = row.clock.viewing == ticket.viewing
    return BeatAnswer(
        acknowledged=max(beat.sequence for beat in message.beats),
        accepted_ms=verdict.accepted_ms,
        refused=tuple(RefusedShare(reason, ms) for reason, ms in refused.items()),
        lesson_accepted_ms=progress.accepted_ms,
        lesson_worth_ms=progress.lesson.worth,
        is_watched=is_watched(worth=progress.lesson.worth, accepted=progress.accepted_ms),
        is_completed=progress.is_completed,
        day_ms=row.clock.day_ms if row.clock.day == batch.day else 0,
        day_max_ms=batch.limits.day_ms,
        is_current=is_current,
        question=batch.questions.get(row.question_id) if is_current and row.question_id else None,
    )
