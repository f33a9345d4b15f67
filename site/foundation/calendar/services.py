"""How days are corrected, and how a legal clock starts, stops, resumes and ends."""

from collections.abc import Collection, Sequence
from datetime import date, datetime

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from foundation.accounts.models import User
from foundation.accounts.selectors import roles_of
from foundation.accounts.states import Role
from foundation.audit.services import audit_record
from foundation.calendar.errors import CalendarError
from foundation.calendar.models import CalendarDay, Clock, ClockEvent, YearNotice
from foundation.calendar.states import MOVES, ClockMove, ClockState

# Rows in one statement.
BATCH = 2000
# As much of a reason as a clock keeps. The whole of it stands with what the clock runs for, and in the audit trail.
KEPT = 300


@transaction.atomic
def calendar_day_enter(
    *, day: date, kind: str, name: str, source: str, actor: User, at: datetime, day_id: int | None = None
) -> CalendarDay:
    """Say that a day is a working day or a holiday, whatever the calendar says; or correct such an entry."""
    _only_policy_officers(actor, at)
    row = CalendarDay.objects.select_for_update().get(pk=day_id) if day_id else CalendarDay()
    row.day, row.kind, row.name, row.source, row.entered_by = day, kind, name.strip(), source.strip(), actor
    _checked(row)
    row.save()
    action = "calendar.day.changed" if day_id else "calendar.day.entered"
    audit_record(action, row, actor=actor, data={"day": day.isoformat(), "kind": kind, "source": source})
    return row


@transaction.atomic
def calendar_day_remove(*, day_id: int, actor: User, at: datetime) -> None:
    """Take an entry back: the day counts as the calendar says again."""
    _only_policy_officers(actor, at)
    row = CalendarDay.objects.select_for_update().get(pk=day_id)
    audit_record("calendar.day.removed", row, actor=actor, data={"day": row.day.isoformat(), "kind": row.kind})
    row.delete()


@transaction.atomic
def year_notice_confirm(
    *, year: int, doc_no: str, actor: User, at: datetime, notice_id: int | None = None
) -> YearNotice:
    """Confirm that the holidays and make-up workdays of a year's official notice are all entered."""
    _only_policy_officers(actor, at)
    if not doc_no.strip():
        raise CalendarError("number_missing", _("请填写放假安排通知的文号。"))
    notice = YearNotice.objects.select_for_update().get(pk=notice_id) if notice_id else YearNotice()
    notice.year, notice.doc_no, notice.confirmed_by = year, doc_no.strip(), actor
    _checked(notice)
    notice.save()
    audit_record("calendar.year.confirmed", notice, actor=actor, data={"year": year})
    return notice


@transaction.atomic
def clock_start(
    *,
    subject_type: str,
    subject_id: int,
    name: str,
    limit_working_days: int,
    on: date,
    actor: User | None,
    basis: str = "",
    basis_version_id: int | None = None,
) -> Clock:
    """Start the clock of a deadline, counted from the day after; a subject has one open clock of a name."""
    if limit_working_days < 1:
        raise CalendarError("no_limit", _("时限至少是 1 个工作日。"))
    open_clocks = Clock.objects.exclude(state=ClockState.FINISHED)
    if open_clocks.filter(subject_type=subject_type, subject_id=subject_id, name=name).exists():
        raise CalendarError("already_running", _("这个事项的时限已经在计时。"))
    clock = Clock.objects.create(
        subject_type=subject_type,
        subject_id=subject_id,
        name=name,
        limit_working_days=limit_working_days,
        basis=basis,
        basis_version_id=basis_version_id,
        started_on=on,
    )
    _record(clock, ClockMove.START, on, "", actor)
    return clock


@transaction.atomic
def clock_start_many(
    *,
    subject_type: str,
    subject_ids: Collection[int],
    name: str,
    limit_working_days: int,
    on: date,
    actor: User | None,
    basis: str = "",
    basis_version_id: int | None = None,
) -> list[Clock]:
    """Start the same clock for many subjects: what ``clock_start`` does for one, with one line in the audit trail."""
    if limit_working_days < 1:
        raise CalendarError("no_limit", _("时限至少是 1 个工作日。"))
    open_clocks = Clock.objects.exclude(state=ClockState.FINISHED)
    if open_clocks.filter(subject_type=subject_type, subject_id__in=subject_ids, name=name).exists():
        raise CalendarError("already_running", _("这个事项的时限已经在计时。"))
    clocks = [
        Clock(
            subject_type=subject_type,
            subject_id=subject_id,
            name=name,
            limit_working_days=limit_working_days,
            basis=basis,
            basis_version_id=basis_version_id,
            started_on=on,
        )
        for subject_id in subject_ids
    ]
    Clock.objects.bulk_create(clocks, batch_size=BATCH)
    _record_many(clocks, ClockMove.START, on, "", actor)
    return clocks


@transaction.atomic
def clock_move_many(
    *, clock_ids: Collection[int], move: ClockMove, on: date, actor: User | None, reason: str = ""
) -> list[Clock]:
    """Stop, resume or finish many clocks, all or none: what the single services do, with one line on the trail."""
    sources, target, needs_reason = MOVES[move]
    if needs_reason and not reason.strip():
        raise CalendarError("reason_missing", _("请写明%(move)s计时的理由。") % {"move": move.label})
    clocks = list(Clock.objects.select_for_update().filter(pk__in=clock_ids).order_by("pk"))
    for clock in clocks:
        if clock.state not in sources:
            raise _wrong_state(clock, move)
    last = ClockEvent.objects.filter(clock__in=clock_ids).aggregate(last=Max("on"))["last"]
    if last is not None and on < last:
        raise _before_the_last(last)
    Clock.objects.filter(pk__in=clock_ids).update(state=target)
    for clock in clocks:
        clock.state = target
    _record_many(clocks, move, on, reason.strip(), actor)
    return clocks


def clock_stop(*, clock_id: int, on: date, actor: User | None, reason: str) -> Clock:
    """Stop the clock, for instance while a correction is awaited; the days after ``on`` do not count."""
    return _move(clock_id, ClockMove.STOP, on, actor, reason)


def clock_resume(*, clock_id: int, on: date, actor: User | None, reason: str) -> Clock:
    """Let a stopped clock run again; the first day counted is the day after ``on``."""
    return _move(clock_id, ClockMove.RESUME, on, actor, reason)


def clock_finish(*, clock_id: int, on: date, actor: User | None, reason: str = "") -> Clock:
    """The thing is done: the clock keeps what it shows."""
    return _move(clock_id, ClockMove.FINISH, on, actor, reason)


@transaction.atomic
def _move(clock_id: int, move: ClockMove, on: date, actor: User | None, reason: str) -> Clock:
    sources, target, needs_reason = MOVES[move]
    clock = Clock.objects.select_for_update().get(pk=clock_id)
    if clock.state not in sources:
        raise _wrong_state(clock, move)
    if needs_reason and not reason.strip():
        raise CalendarError("reason_missing", _("请写明%(move)s计时的理由。") % {"move": move.label})
    last = clock.events.order_by("-pk").first()
    if last is not None and on < last.on:
        raise _before_the_last(last.on)
    clock.state = target
    clock.save(update_fields=["state"])
    _record(clock, move, on, reason.strip(), actor)
    return clock


def _wrong_state(clock: Clock, move: ClockMove) -> CalendarError:
    return CalendarError(
        "wrong_state",
        _("时限“%(state)s”时不能“%(move)s”。") % {"state": clock.get_state_display(), "move": move.label},
    )


def _before_the_last(last: date) -> CalendarError:
    return CalendarError(
        "before_the_last_move", _("日期早于上一次记录（%(day)s），请核对。") % {"day": last.isoformat()}
    )


def _record_many(clocks: Sequence[Clock], move: ClockMove, on: date, reason: str, actor: User | None) -> None:
    """An event for each clock; one line in the audit trail, for a batch that names the first and the last."""
    if not clocks:
        return
    if len(clocks) == 1:
        _record(clocks[0], move, on, reason, actor)
        return
    events = [ClockEvent(clock=clock, move=move, on=on, reason=reason[:KEPT], actor=actor) for clock in clocks]
    ClockEvent.objects.bulk_create(events, batch_size=BATCH)
    named = {"on": on.isoformat(), "count": len(clocks), "first": str(clocks[0]), "last": str(clocks[-1])}
    audit_record(f"calendar.clock.{PAST[move]}", None, actor=actor, reason=reason, data=named)


def _record(clock: Clock, move: ClockMove, on: date, reason: str, actor: User | None) -> None:
    ClockEvent.objects.create(clock=clock, move=move, on=on, reason=reason[:KEPT], actor=actor)
    audit_record(f"calendar.clock.{PAST[move]}", clock, actor=actor, reason=reason, data={"on": on.isoformat()})


PAST = {
    ClockMove.START: "started",
    ClockMove.STOP: "stopped",
    ClockMove.RESUME: "resumed",
    ClockMove.FINISH: "finished",
}


def _checked(row: CalendarDay | YearNotice) -> None:
    try:
        row.full_clean()
    except ValidationError as error:
        raise CalendarError("invalid", "".join(str(message) for message in error.messages)) from error


def _only_policy_officers(actor: User, at: datetime) -> None:
    if Role.OFFICER_POLICY not in roles_of(actor, on=timezone.localdate(at)):
        raise PermissionDenied(_("只有政策管理人员可以修改工作日历。"))
