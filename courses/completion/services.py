"""The close of a class, and judging again. The only place where completions are written."""

import hashlib
import json
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from courses.classes.models import ClassRun, Enrolment
from courses.classes.services.enrolment_moves import enrolments_move, event_add
from courses.classes.services.filing import class_run_move
from courses.classes.services.locks import class_run_lock, workers_lock
from courses.classes.services.parties import officer_required, school_staff_required
from courses.classes.states import ClassState, EnrolmentState, Party
from courses.completion.errors import CompletionError
from courses.completion.models import ClassClose, Completion
from courses.completion.records import hours_write
from courses.completion.rules import Criterion, Judgement, UnitHours, judge
from courses.completion.selectors import Preview, facts_of, preview_of
from courses.completion.states import JUDGES, Outcome
from courses.completion.texts import CLASS_COMPLETED, CLASS_NOT_COMPLETED
from courses.completion.words import checks_frozen, criterion_frozen, facts_frozen
from foundation.accounts.models import User
from foundation.audit.services import audit_record
from foundation.sms.services import NewSms, sms_send_many

MOVES = {Outcome.COMPLETED: "complete", Outcome.NOT_COMPLETED: "not_complete"}
STATES = {Outcome.COMPLETED: EnrolmentState.COMPLETED, Outcome.NOT_COMPLETED: EnrolmentState.NOT_COMPLETED}


def preview_digest(preview: Preview) -> str:
    """What somebody has looked at before closing: who completes, and by which checks."""
    told = [[row.enrolment.pk, checks_frozen(row.judgement)] for row in preview.rows]
    return hashlib.sha256(json.dumps(told, ensure_ascii=False).encode()).hexdigest()[:16]


@transaction.atomic
def class_close(*, class_run_id: int, seen: str, actor: User, at: datetime) -> ClassClose:
    """Judge everybody, freeze it, close the class and tell them: all of it or nothing. Twice is once.

    ``seen`` is the digest of the preview that the school looked at. Raises ``PermissionDenied`` for another school and
    ``CompletionError`` while something must be settled first, or when the preview is no longer what would happen.
    """
    run = class_run_lock(class_run_id)
    school_staff_required(actor, run.school, at=at)
    known = ClassClose.objects.filter(class_run=run).first()
    if known is not None:
        return known
    if run.state != ClassState.OPEN:
        raise CompletionError("not_open", _("班次现在是“%(state)s”，不能结班。") % {"state": run.get_state_display()})
    workers_lock(list(run.enrolments.values_list("worker", flat=True)))
    preview = preview_of(run, at=at)
    if preview.blocks:
        raise CompletionError("unsettled", _("还不能结班：%(names)s") % {"names": " ".join(preview.blocks)})
    if not preview.rows:
        raise CompletionError("nobody", _("班里没有学员，不能结班。不办了的班，请办理取消。"))
    if preview_digest(preview) != seen:
        raise CompletionError("changed", _("刚才的预览以后，学时或考勤有变化。请重新查看预览，再结班。"))
    completions = _judged(run, preview, actor=actor, at=at)
    hours_write(completions, run, on=timezone.localdate(at), actor=actor, at=at)
    close = ClassClose.objects.create(
        class_run=run, completed=preview.completed, not_completed=preview.not_completed, closed_by=actor, at=at
    )
    class_run_move(class_run_id=run.pk, action="close", actor=actor, at=at)
    counts = {"completed": close.completed, "not_completed": close.not_completed}
    audit_record("completion.class_close.made", close, actor=actor, data=counts)
    return close


def _judged(run: ClassRun, preview: Preview, *, actor: User, at: datetime) -> list[Completion]:
    """Everybody's judgement as it was looked at, frozen; their enrolments moved by it, and each of them told."""
    completions = Completion.objects.bulk_create(
        _frozen(row.enrolment, preview.criterion, row.facts, row.judgement, actor=actor, at=at) for row in preview.rows
    )
    for outcome, move in MOVES.items():
        steps = [
            (completion.enrolment, "、".join(str(check["name"]) for check in completion.failed))
            for completion in completions
            if completion.outcome == outcome
        ]
        enrolments_move(steps, run, move, party=Party.SCHOOL, actor=actor, at=at)
    sms_send_many([text for completion in completions if (text := _text(completion, run)) is not None])
    return completions


@transaction.atomic
def completion_judge_again(*, enrolment_id: int, reason: str, actor: User, at: datetime) -> Completion:
    """Judge one person again after a correction, by the criterion of the close; the old judgement is kept.

    For officers who have nothing to do with the school. Raises ``CompletionError`` without a reason, before the close
    and when nothing has changed.
    """
    reason = reason.strip()
    if not reason:
        raise CompletionError("reason_missing", _("请写明重新认定的原因。"))
    run_id, worker_id = Enrolment.objects.values_list("class_run", "worker").get(pk=enrolment_id)
    run = class_run_lock(run_id)
    officer_required(actor, run, JUDGES, at=at)
    workers_lock([worker_id])
    enrolment = Enrolment.objects.select_for_update(of=("self",)).select_related("worker__user").get(pk=enrolment_id)
    last = Completion.objects.filter(enrolment=enrolment, replaced_by__isnull=True).first()
    if last is None:
        raise CompletionError("not_judged", _("这个班还没有结班认定，不能重新认定。"))
    criterion = criterion_read(last.criterion)
    facts = facts_of(run, at=at, enrolments=[enrolment.pk])[enrolment.pk]
    judgement = judge(facts, criterion)
    if checks_frozen(judgement) == last.checks:
        raise CompletionError("same", _("学时、考勤和测验都没有变化，认定结果不变。请先更正有误的记录，再重新认定。"))
    completion = _frozen(enrolment, criterion, facts, judgement, actor=actor, at=at, replaces=last, reason=reason)
    completion.save(force_insert=True)
    target = STATES[judgement.outcome]
    if enrolment.state != target:
        source = enrolment.state
        enrolment.state = target
        enrolment.save(update_fields=["state"])
        event_add(enrolment, "judged_again", source=source, actor=actor, at=at, reason=reason)
    hours_write([completion], run, on=timezone.localdate(run.close.at), actor=actor, at=at)
    sms_send_many([text] if (text := _text(completion, run)) is not None else [])
    data = {"outcome": completion.outcome, "replaces": last.pk}
    audit_record("completion.completion.judged", completion, actor=actor, reason=reason, data=data)
    return completion


def criterion_read(kept: dict[str, Any]) -> Criterion:
    """A criterion as it was frozen."""
    return Criterion(
        theory=Decimal(kept["theory"]),
        practice=Decimal(kept["practice"]),
        rate_min=Decimal(kept["rate_min"]),
        presence_min=Decimal(kept["presence_min"]),
        units={int(pk): UnitHours(Decimal(pair[0]), Decimal(pair[1])) for pk, pair in kept["units"].items()},
        basis=kept["basis"],
    )


@transaction.atomic
def export_record(*, run: ClassRun, file_format: str, note: str, is_plain: bool, actor: User) -> None:
    """That somebody took a class's data away, and what for."""
    audit_record(
        "completion.class_export.taken",
        run,
        actor=actor,
        reason=note,
        data={"format": file_format, "is_plain": is_plain},
    )


@transaction.atomic
def report_record(*, school: Any, file_format: str, note: str, since: date | None, rows: int, actor: User) -> None:
    """That somebody took a school's report away, and what for."""
    data = {"format": file_format, "since": since.isoformat() if since else "", "rows": rows}
    audit_record("completion.report.exported", school, actor=actor, reason=note, data=data)


def _frozen(
    enrolment: Enrolment,
    criterion: Criterion,
    facts: Any,
    judgement: Judgement,
    *,
    actor: User,
    at: datetime,
    replaces: Completion | None = None,
    reason: str = "",
) -> Completion:
    return Completion(
        enrolment=enrolment,
        outcome=judgement.outcome,
        criterion=criterion_frozen(criterion),
        facts=facts_frozen(facts, criterion),
        checks=checks_frozen(judgement),
        replaces=replaces,
        reason=reason,
        judged_by=actor,
        at=at,
    )


def _text(completion: Completion, run: ClassRun) -> NewSms | None:
    """What she is told, where there is a phone to tell her by."""
    phone = completion.enrolment.worker.phone
    if not phone:
        return None
    is_completed = completion.outcome == Outcome.COMPLETED
    context: dict[str, object] = {"class_run": run.name}
    if not is_completed:
        context["reasons"] = "、".join(str(check["name"]) for check in completion.failed)
    return NewSms(
        phone=phone,
        template=CLASS_COMPLETED if is_completed else CLASS_NOT_COMPLETED,
        context=context,
        dedupe_key=f"completion:{completion.pk}",
    )
