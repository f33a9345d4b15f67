"""开班备案: every move of a class run, each with its checks, its clock, its event and who may take it."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NoReturn

from django.conf import settings
from django.db import IntegrityError, connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from courses.classes.errors import ClassError
from courses.classes.filing_facts import DAYS_TO_DECIDE, checks_of
from courses.classes.models import ClassEvent, ClassRun
from courses.classes.rules.checks import blocking
from courses.classes.rules.facts import Check, Stage
from courses.classes.selectors import roster_of
from courses.classes.services.class_runs import event_add
from courses.classes.services.locks import class_run_lock, workers_lock
from courses.classes.services.parties import officer_required, school_staff_required
from courses.classes.signals import class_run_moved
from courses.classes.states import FILING_OFFICERS, MARKABLE, MOVES, ClassState, Move, SessionMode, SessionState
from courses.schools.models import Teacher
from foundation.accounts.models import User
from foundation.audit.services import audit_record
from foundation.calendar.models import Clock
from foundation.calendar.services import clock_finish, clock_resume, clock_start, clock_stop
from foundation.calendar.states import ClockState
from foundation.policy.errors import PolicyGapError
from foundation.policy.selectors import parameter_on

CLOCK_SUBJECT, CLOCK_NAME = "classes.class_run", "filing"
PAST = {
    "submit": "submitted",
    "recall": "recalled",
    "return": "returned",
    "file": "filed",
    "refuse": "refused",
    "open": "opened",
    "close": "closed",
    "cancel": "cancelled",
}


@dataclass
class Step:
    """A move under way: what its effects need to know and what they leave for the event."""

    run: ClassRun
    actor: User
    at: datetime
    reason: str
    marks: list[dict[str, Any]] = field(default_factory=list)


@transaction.atomic
def class_run_move(
    *,
    class_run_id: int,
    action: str,
    actor: User,
    at: datetime,
    reason: str = "",
    marks: Iterable[dict[str, str]] = (),
) -> ClassRun:
    """The one place where a class run changes its state.

    ``marks`` go with a return: ``{"field": one of MARKABLE, "remark": what to put right}``. Raises
    ``PermissionDenied`` for whoever may not, ``ClassError`` for a move that does not fit the state, lacks its reason,
    or that a check forbids; then nothing has changed.
    """
    move = MOVES[action]
    run = class_run_lock(class_run_id)
    _permit(run, move, actor, at)
    source = ClassState(run.state)
    if source not in move.sources:
        _out_of_turn(run)
    step = Step(run, actor, at, reason.strip(), _marks(marks))
    if move.needs_reason and not step.reason:
        raise ClassError("reason_missing", _("请写明原因，再提交。"))
    _EFFECTS[action](step)
    run.state = move.target
    run.save()
    event_add(run, action, actor=actor, at=at, source=source, target=move.target, reason=step.reason, marks=step.marks)
    class_run_moved.send(sender=ClassRun, class_run=run, action=action, actor=actor, reason=step.reason, at=at)
    audit_record(f"classes.class_run.{PAST[action]}", run, actor=actor, reason=step.reason)
    return run


def _permit(run: ClassRun, move: Move, actor: User, at: datetime) -> None:
    if move.roles == FILING_OFFICERS:
        officer_required(actor, run, move.roles, at=at)
    else:
        school_staff_required(actor, run.school, at=at)


def _out_of_turn(run: ClassRun) -> NoReturn:
    raise ClassError(
        "wrong_state",
        _("班次现在是“%(state)s”，不能这样办理，可能刚刚有人办过。请刷新页面再看。")
        % {"state": run.get_state_display()},
    )


def _marks(marks: Iterable[dict[str, str]]) -> list[dict[str, Any]]:
    """The fields somebody marked, each with a remark; unknown fields are refused."""
    rows = [{"field": mark["field"], "remark": mark["remark"].strip()} for mark in marks]
    rows = [row for row in rows if row["remark"]]
    if any(row["field"] not in MARKABLE for row in rows):
        raise ClassError("mark_unknown", _("标出的栏目不存在。请刷新页面重新填写。"))
    return rows


def _submit(step: Step) -> None:
    _judge(step, "filing")
    clock = clock_of(step.run)
    on = timezone.localdate(step.at)
    if clock is not None and clock.state == ClockState.STOPPED:
        clock_resume(clock_id=clock.pk, on=on, actor=step.actor, reason=_("机构重新提交"))
        return
    try:
        limit = parameter_on(DAYS_TO_DECIDE, city=settings.CITY_CODE, on=on)
    except PolicyGapError:
        return  # no limit in force: the case waits without a deadline, and the desk says so
    clock_start(
        subject_type=CLOCK_SUBJECT,
        subject_id=step.run.pk,
        name=CLOCK_NAME,
        limit_working_days=int(limit.value),
        on=on,
        actor=step.actor,
        basis=limit.basis,
        basis_version_id=limit.version_id,
    )


def _return(step: Step) -> None:
    if not step.marks:
        raise ClassError("marks_missing", _("请至少标出一处要修改的栏目，并写明怎样修改。"))
    clock = clock_of(step.run)
    if clock is not None:
        on = timezone.localdate(step.at)
        clock_stop(clock_id=clock.pk, on=on, actor=step.actor, reason=_("退回机构修改"))


def _file(step: Step) -> None:
    """Bind teachers and places, number the filing, and keep what was filed to compare with at the opening."""
    _judge(step, "filing")
    bind(step.run)
    step.run.filing_number = step.run.filing_number or _filing_number(step.at)
    step.marks += [{"filed": snapshot(step.run)}]
    _finish_clock(step)


def _open(step: Step) -> None:
    _judge(step, "opening")
    bind(step.run)


def _cancel(step: Step) -> None:
    """Teachers and places are free again; enrolment ends and tells everybody by the signal of the move."""
    step.run.sessions.filter(state=SessionState.PLANNED).update(state=SessionState.CANCELLED, is_binding=False)
    step.run.sessions.update(is_binding=False)
    _finish_clock(step)


def _finish_clock(step: Step) -> None:
    clock = clock_of(step.run)
    if clock is not None:
        clock_finish(clock_id=clock.pk, on=timezone.localdate(step.at), actor=step.actor, reason=step.reason[:300])


def _nothing(_step: Step) -> None:
    """Whoever closes a class has judged everybody in it before."""


_EFFECTS: dict[str, Callable[[Step], None]] = {
    "submit": _submit,
    "recall": _finish_clock,
    "return": _return,
    "file": _file,
    "refuse": _finish_clock,
    "open": _open,
    "close": _nothing,
    "cancel": _cancel,
}


def clock_of(run: ClassRun) -> Clock | None:
    """The clock of the bureau's decision, while it is open."""
    clocks = Clock.objects.filter(subject_type=CLOCK_SUBJECT, subject_id=run.pk, name=CLOCK_NAME)
    return clocks.exclude(state=ClockState.FINISHED).order_by("-pk").first()


def people_lock(run: ClassRun) -> None:
    """Lock whoever is seated and whoever teaches, so that two class runs at one hour are judged one after the other.

    A teacher is locked with every row that bears her identity number: she may teach at several schools.
    """
    workers_lock([enrolment.worker_id for _row, enrolment in roster_of(run)])
    persons = Teacher.objects.filter(sessions__class_run=run).values("id_number_index")
    teachers = Teacher.objects.filter(id_number_index__in=persons).order_by("pk").select_for_update(no_key=True)
    list(teachers.values_list("pk", flat=True))


def _judge(step: Step, stage: Stage) -> None:
    """Ask every check under the locks; keep the answers with the event, or refuse with what blocks."""
    people_lock(step.run)
    checks = checks_of(step.run, on=timezone.localdate(step.at), stage=stage)
    refuse_blocked(blocking(checks))
    step.marks += [check.as_mark() for check in checks]


def refuse_blocked(wrong: Sequence[Check]) -> None:
    """A refusal with every check that blocks: what was found, and what to do."""
    if wrong:
        sentences = "".join(
            _("%(title)s：%(found)s。%(fix)s") % {"title": check.title, "found": check.found, "fix": check.fix}
            for check in wrong
        )
        raise ClassError("checks_failed", sentences)


def bind(run: ClassRun) -> None:
    """Let the sessions take their teachers and places; a refusal in words when another class run was faster."""
    timed = run.sessions.exclude(mode=SessionMode.ONLINE).exclude(state=SessionState.CANCELLED)
    with bindings_refused_in_words():
        timed.filter(is_binding=False).update(is_binding=True)


class bindings_refused_in_words:  # noqa: N801 - reads as a sentence in a with statement
    """Turn the database's word, that a teacher or a place is taken, into the sentence of the check."""

    def __init__(self) -> None:
        self.savepoint = transaction.atomic()

    def __enter__(self) -> None:
        self.savepoint.__enter__()

    def __exit__(self, kind: Any, error: BaseException | None, trace: Any) -> None:
        self.savepoint.__exit__(kind, error, trace)
        if isinstance(error, IntegrityError):
            if "session_teacher_is_in_one_place" in str(error):
                raise ClassError(
                    "teacher_taken",
                    _("教师时间：有一位教师在同一时间刚刚被另一个班占用。请换一位教师，或调整这次课的时间。"),
                ) from error
            if "session_premises_hold_one_class" in str(error):
                raise ClassError(
                    "premises_taken",
                    _("场所时间：有一处场所在同一时间刚刚被另一个班占用。请换一处场所，或调整这次课的时间。"),
                ) from error


def snapshot(run: ClassRun) -> dict[str, Any]:
    """Who was in a class run and who taught it, by their numbers."""
    return {
        "workers": [enrolment.worker_id for _row, enrolment in roster_of(run)],
        "teachers": sorted(run.sessions.exclude(teacher=None).values_list("teacher_id", flat=True).distinct()),
        "sessions": sorted(run.sessions.exclude(state=SessionState.CANCELLED).values_list("pk", flat=True)),
    }


def _filing_number(at: datetime) -> str:
    """年度和序号. Given under a lock of their own, so that none is missing and none is given twice."""
    year = timezone.localdate(at).year
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('classes.filing_number'))")
    stem = f"{year}-"
    last = ClassRun.objects.filter(filing_number__startswith=stem).order_by("-filing_number").first()
    serial = int(last.filing_number.removeprefix(stem)) + 1 if last and last.filing_number else 1
    return f"{stem}{serial:05d}"


@transaction.atomic
def change_seen(*, event_id: int, actor: User, at: datetime) -> ClassEvent:
    """An officer has read a change after filing."""
    event = ClassEvent.objects.select_related("class_run__school").get(pk=event_id, action="session_changed")
    run = class_run_lock(event.class_run_id)
    officer_required(actor, run, FILING_OFFICERS, at=at)
    known = run.events.filter(action="change_seen", marks__contains=[{"event": event.pk}]).first()
    if known is not None:
        return known
    seen = event_add(run, "change_seen", actor=actor, at=at, marks=[{"event": event.pk}])
    audit_record("classes.change.seen", run, actor=actor, data={"event": event.pk})
    return seen
