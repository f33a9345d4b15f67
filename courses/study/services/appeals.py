"""An appeal against a refusal, and the answer. What is given back is bounded like everything else.

An upheld appeal joins the refused stretch of the medium to the union: never more of it than was refused, than the
time that really passed meanwhile, than the lesson counts for and than the day's cap leaves. What cannot be given back
can still be watched again.
"""

from datetime import datetime, time, timedelta

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import F, Sum
from django.utils import timezone
from django.utils.translation import gettext as _

from courses.classes.models import Enrolment
from courses.study.errors import StudyError
from courses.study.intervals import Piece, Spans, join, length, pieces, split, take, total
from courses.study.models import LessonProgress, StudyAdjustment, StudyAppeal, StudyAppealEvent, StudyBeat, StudyClock
from courses.study.rules import is_watched
from courses.study.selectors.appeals import may_decide
from courses.study.selectors.limits import limits_on
from courses.study.selectors.refusals import beats_of_worker, refusal_named, wall_room_ms
from courses.study.services.clocks import clock_lock
from courses.study.states import APPEAL_MOVES, AppealState
from foundation.accounts.models import User
from foundation.audit.services import audit_record
from workers.models import Worker


@transaction.atomic
def appeal_make(
    *, worker: Worker, enrolment_id: int, refusal_key: str, actor: User, at: datetime, words: str = ""
) -> StudyAppeal:
    """Appeal a refused stretch (``Refusal.key``). Appealing it again gives the appeal there is."""
    enrolment = Enrolment.objects.get(pk=enrolment_id)
    if enrolment.worker_id != worker.pk:
        raise PermissionDenied(_("这不是您的班次。"))
    clock_lock(worker.pk)
    refusal = refusal_named(enrolment, refusal_key)
    if refusal is None:
        raise StudyError("no_such_refusal", _("找不到这一段未计入的时间。请刷新“我的学时”再试。"))
    if not refusal.is_appealable:
        raise StudyError("not_appealable", _("%(reason)s，不需要申诉。%(advice)s") % {
            "reason": refusal.words, "advice": refusal.advice,
        })  # fmt: skip
    appeal, is_new = StudyAppeal.objects.get_or_create(
        viewing_id=refusal.viewing_id,
        reason=refusal.reason,
        first_at=refusal.first_at,
        first_sequence=refusal.first_sequence,
        defaults={
            "worker": worker,
            "enrolment": enrolment,
            "lesson_id": refusal.lesson_id,
            "last_sequence": refusal.last_sequence,
            "last_at": refusal.last_at,
            "refused_ms": refusal.refused_ms,
            "words": words.strip()[:200],
            "made_by": actor,
            "made_at": at,
        },
    )
    if is_new:
        _event(appeal, "make", "", actor=actor, at=at, reason="")
        audit_record("study.appeal.made", appeal, actor=actor, on_behalf_of=_hers(worker, actor))
    return appeal


@transaction.atomic
def appeal_decide(*, appeal_id: int, uphold: bool, reason: str, actor: User, at: datetime) -> StudyAppeal:
    """Answer an appeal with a reason. Upheld, it gives back what the bounds leave; when they leave nothing, refuses."""
    reason = reason.strip()
    if not reason:
        raise StudyError("reason_missing", _("请写明理由，再提交。"))
    worker_id = StudyAppeal.objects.values_list("worker_id", flat=True).get(pk=appeal_id)
    clock_lock(worker_id)
    appeal = StudyAppeal.objects.select_for_update().get(pk=appeal_id)
    enrolment = Enrolment.objects.select_related("worker", "class_run__school").get(pk=appeal.enrolment_id)
    if not may_decide(actor, enrolment, on=timezone.localdate(at)):
        raise PermissionDenied(_("您的岗位不能办理此事。"))
    _move(appeal, "uphold" if uphold else "reject", actor=actor, at=at, reason=reason)
    if uphold:
        _give_back(appeal, actor=actor, at=at, reason=reason)
    audit_record("study.appeal.upheld" if uphold else "study.appeal.rejected", appeal, actor=actor, reason=reason)
    return appeal


def _give_back(appeal: StudyAppeal, *, actor: User, at: datetime, reason: str) -> None:
    progress = LessonProgress.objects.select_for_update().get(enrolment=appeal.enrolment_id, lesson=appeal.lesson_id)
    watched: Spans = tuple(progress.watched)
    wanted = _refused_pieces(appeal, watched, progress.length_ms)
    room = min(progress.worth_ms - progress.accepted_ms, _wall_room(appeal), _day_room(appeal), appeal.refused_ms)
    given, _rest = take(wanted, max(0, room))
    moved = total(given)
    if not moved:
        raise StudyError(
            "nothing_to_give",
            _(
                "这一段没有可以补计的时间：实际过去的时间或当天上限已经用完，或者后来重看已经计入。请改为不予补计，并告诉本人。"
            ),
        )
    played: Spans = ()
    for start, end in given:
        watched, played = join(watched, start, end), join(played, start, end)
    StudyAdjustment.objects.create(
        appeal=appeal,
        worker_id=appeal.worker_id,
        enrolment_id=appeal.enrolment_id,
        lesson_id=appeal.lesson_id,
        day=timezone.localdate(appeal.last_at),
        moved_ms=moved,
        played=list(played),
        reason=reason,
        decided_by=actor,
        at=at,
    )
    _save_progress(progress, watched, moved, at)
    day = timezone.localdate(appeal.last_at)
    StudyClock.objects.filter(pk=appeal.worker_id, day=day).update(day_ms=F("day_ms") + moved)


def _save_progress(progress: LessonProgress, watched: Spans, moved: int, at: datetime) -> None:
    is_credited = not progress.needs_check or progress.check_passed_at is not None
    progress.watched = list(watched)
    progress.accepted_ms = length(watched)
    progress.refused_ms -= moved
    progress.credited_ms = progress.accepted_ms if is_credited else 0
    if is_credited and is_watched(worth=progress.worth_ms, accepted=progress.accepted_ms):
        progress.completed_at = progress.completed_at or at
    progress.save(update_fields=["watched", "accepted_ms", "refused_ms", "credited_ms", "completed_at"])


def _refused_pieces(appeal: StudyAppeal, watched: Spans, end_of_lesson: int) -> list[Piece]:
    """What the refused rows played and nothing has counted since, each moment once."""
    found: list[Piece] = []
    seen = watched
    rows = StudyBeat.objects.filter(
        enrolment=appeal.enrolment_id,
        viewing=appeal.viewing_id,
        reason=appeal.reason,
        at__gte=appeal.first_at,
        at__lte=appeal.last_at,
    )
    for row in rows.order_by("at", "sequence", "pk"):
        for start, end in pieces(tuple(row.played)):
            fresh, _known = split(seen, start, min(end, end_of_lesson))
            found += fresh
            seen = join(seen, start, min(end, end_of_lesson))
    return found


def _wall_room(appeal: StudyAppeal) -> int:
    """The time that really passed, less what other appeals of the same time gave back already."""
    room = wall_room_ms(
        worker_id=appeal.worker_id,
        viewing_id=appeal.viewing_id,
        first_at=appeal.first_at,
        last_at=appeal.last_at,
    )
    others = StudyAdjustment.objects.filter(worker=appeal.worker_id, day=timezone.localdate(appeal.last_at))
    return room - (others.aggregate(ms=Sum("moved_ms"))["ms"] or 0)


def _day_room(appeal: StudyAppeal) -> int:
    """What the day's cap leaves, by the figure of that day."""
    day = timezone.localdate(appeal.last_at)
    begins = timezone.make_aware(datetime.combine(day, time.min))
    beats = beats_of_worker(appeal.worker_id).filter(at__gte=begins, at__lt=begins + timedelta(days=1))
    given = StudyAdjustment.objects.filter(worker=appeal.worker_id, day=day).aggregate(ms=Sum("moved_ms"))["ms"]
    return limits_on(day).day_ms - (beats.aggregate(ms=Sum("accepted_ms"))["ms"] or 0) - (given or 0)


def _move(appeal: StudyAppeal, move: str, *, actor: User, at: datetime, reason: str) -> None:
    """The one place where an appeal changes its state. The caller holds the row's lock."""
    source, target = APPEAL_MOVES[move]
    if appeal.state != source:
        raise StudyError(
            "already_answered",
            _("这件申诉已经答复过，现在是“%(state)s”。请刷新页面。") % {"state": AppealState(appeal.state).label},
        )
    appeal.state = target
    appeal.save(update_fields=["state"])
    _event(appeal, move, source.value, actor=actor, at=at, reason=reason)


def _event(appeal: StudyAppeal, action: str, source: str, *, actor: User, at: datetime, reason: str) -> None:
    StudyAppealEvent.objects.create(
        appeal=appeal, action=action, source=source, target=appeal.state, actor=actor, at=at, reason=reason
    )


def _hers(worker: Worker, actor: User) -> User | None:
    """Whom a helper at the counter acts for."""
    return worker.user if worker.user_id not in (None, actor.pk) else None
