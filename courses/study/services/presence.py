"""Answering “还在学习吗”."""

from dataclasses import dataclass
from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from courses.study.models import PresenceAnswer, PresenceQuestion
from courses.study.questions import question_draw
from courses.study.rules import question_answered
from courses.study.services.clocks import clock_lock, clock_of, clock_put, to_ms
from workers.models import Worker


@dataclass(frozen=True)
class Answered:
    """Whether the answer was right and in time; ``question`` is the next one when it was wrong."""

    is_right: bool
    is_late: bool
    question: PresenceQuestion | None


@transaction.atomic
def presence_answer(*, worker: Worker, question_id: int, choice: str, at: datetime) -> Answered:
    """Record the answer. A right one lets the time run on; a wrong one brings another question, deadline unchanged.

    Answering a question that no longer waits changes nothing and says so by giving the one that does.
    """
    row = clock_lock(worker.pk)
    question = PresenceQuestion.objects.get(pk=question_id)
    if question.worker_id != worker.pk:
        raise PermissionDenied(_("这不是给您的问题。"))
    if row is None or row.question_id != question.pk:
        return Answered(is_right=True, is_late=False, question=row.question if row else None)
    is_right, is_late = choice == question.right, at > question.due_at
    PresenceAnswer.objects.create(question=question, choice=choice[:20], is_right=is_right, is_late=is_late, at=at)
    following = None
    if is_right:
        clock_put(row, question_answered(clock_of(row), at=to_ms(at)))
        row.question = None
    else:
        drawn = question_draw(on=timezone.localdate(at), but_not=question.code)
        following = PresenceQuestion.objects.create(
            worker=worker,
            viewing_id=row.viewing_id,
            code=drawn.code,
            options=drawn.options,
            right=drawn.right,
            asked_at=question.asked_at,
            due_at=question.due_at,
        )
        row.question = following
    row.save()
    return Answered(is_right=is_right, is_late=is_late, question=following)
