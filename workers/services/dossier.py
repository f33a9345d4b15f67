"""The lines of a file: added, changed, ended, confirmed, withdrawn. Each is declared or guaranteed."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, TypeVar

from django.core.exceptions import PermissionDenied
from django.core.files import File
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from foundation.accounts.models import User
from foundation.audit.services import audit_record
from foundation.database import in_force, period
from workers.errors import WorkerError
from workers.files import evidence_checked
from workers.identity import credit_code_check
from workers.models import Education, Employment, InsuredMonth, PersonGroup, Worker, WorkerGroup
from workers.services.common import event_add, lock_worker, require_reason, require_role, require_valid
from workers.services.profile import require_keeper
from workers.states import IDENTITY_OFFICERS, ContractKind, EducationLevel, InsuranceKind, Standing
from workers.texts import LINE_CONFIRMED, WHAT, record_line_tell

WORKING_AGE = 16
SCHOOL_AGE = 5
Line = WorkerGroup | Employment | Education
T = TypeVar("T", bound=Line)
LINES: dict[str, type[Line]] = {
    "group": WorkerGroup,
    "employment": Employment,
    "education": Education,
}


@dataclass(frozen=True)
class JobEntry:
    """A job as it is told."""

    employer_name: str
    post: str
    contract_kind: str
    starts_on: date
    ends_on: date | None = None
    employer_credit_code: str = ""


@dataclass(frozen=True)
class SchoolEntry:
    """Schooling as it is told."""

    level: str
    school: str
    starts_on: date
    ends_on: date | None = None
    major: str = ""


@transaction.atomic
def group_add(
    *,
    worker_id: int,
    group_code: str,
    starts_on: date,
    actor: User,
    at: datetime,
    ends_on: date | None = None,
    evidence: File[bytes] | None = None,
    source: str = "",
    guaranteed_by: str = "",
) -> WorkerGroup:
    """The worker belongs to a group of people from a day. Refuses unknown groups, impossible days and overlaps."""
    paper = evidence_checked(evidence) if evidence else None
    worker = lock_worker(worker_id)
    standing = _standing(worker, actor, at, source, guaranteed_by)
    _check_days(starts_on, ends_on, at, earliest=worker.birth_on)
    group = PersonGroup.objects.filter(in_force(starts_on), code=group_code).first()
    if group is None:
        raise WorkerError("group_unknown", _("没有这个人员类别，或它在那一天已停止使用。请从列表中选择。"))
    line = WorkerGroup(worker=worker, group=group, effective=period(starts_on, ends_on), **standing)
    _keep(line, paper)
    _save(line.save, _("“%(group)s”在这段时间已经登记过。请修改原来那一条。") % {"group": group.name})
    line_trace(line, "added", actor, at)
    return line


@transaction.atomic
def employment_add(
    *,
    worker_id: int,
    entry: JobEntry,
    actor: User,
    at: datetime,
    evidence: File[bytes] | None = None,
    source: str = "",
    guaranteed_by: str = "",
) -> Employment:
    """A job. The same employer may not stand twice on one day; two employers at once may, and are flagged."""
    paper = evidence_checked(evidence) if evidence else None
    worker = lock_worker(worker_id)
    line = Employment(worker=worker, **_standing(worker, actor, at, source, guaranteed_by))
    _keep(line, paper)
    _fill_employment(line, worker, entry, at)
    _save(line.save, _same_employer())
    line_trace(line, "added", actor, at)
    return line


@transaction.atomic
def employment_change(*, employment_id: int, entry: JobEntry, actor: User, at: datetime) -> Employment:
    """Put a declared job right; a guaranteed one is changed by nobody, only withdrawn and entered anew."""
    line, worker = changeable(Employment, employment_id, actor, at)
    _fill_employment(line, worker, entry, at)
    _save(line.save, _same_employer())
    line_trace(line, "changed", actor, at)
    return line


@transaction.atomic
def education_add(
    *,
    worker_id: int,
    entry: SchoolEntry,
    actor: User,
    at: datetime,
    evidence: File[bytes] | None = None,
    source: str = "",
    guaranteed_by: str = "",
) -> Education:
    """Schooling from one day to another. Refuses impossible days and the same school twice."""
    paper = evidence_checked(evidence) if evidence else None
    worker = lock_worker(worker_id)
    line = Education(worker=worker, **_standing(worker, actor, at, source, guaranteed_by))
    _keep(line, paper)
    _fill_education(line, worker, entry, at)
    _save(line.save, _same_school())
    line_trace(line, "added", actor, at)
    return line


@transaction.atomic
def education_change(*, education_id: int, entry: SchoolEntry, actor: User, at: datetime) -> Education:
    """Put declared schooling right."""
    line, worker = changeable(Education, education_id, actor, at)
    _fill_education(line, worker, entry, at)
    _save(line.save, _same_school())
    line_trace(line, "changed", actor, at)
    return line


@transaction.atomic
def line_end(*, kind: str, line_id: int, ends_on: date, actor: User, at: datetime) -> Line:
    """The last day on which the line holds. A guaranteed line is ended by an officer."""
    line, worker = line_locked(LINES[kind], line_id)
    require_keeper(worker, actor, at=at)
    if line.is_guaranteed:
        require_role(actor, IDENTITY_OFFICERS, at=at)
    if ends_on < line.effective.lower:
        raise WorkerError("end_before_start", _("结束日期早于开始日期。请检查。"))
    line.effective = period(line.effective.lower, ends_on)
    _save(line.save, _("这段时间与另一条记录重叠。请先修改那一条。"))
    line_trace(line, "ended", actor, at)
    return line


@transaction.atomic
def line_confirm(*, kind: str, line_id: int, reason: str, actor: User, at: datetime) -> Line:
    """An officer has seen the proof: the declared line becomes a guaranteed one, with her name and why."""
    require_role(actor, IDENTITY_OFFICERS, at=at)
    reason = require_reason(reason)
    line, worker = line_locked(LINES[kind], line_id)
    if worker.user_id == actor.pk:
        raise PermissionDenied(_("不能核实自己的档案。"))
    if line.is_guaranteed:
        raise WorkerError("already_guaranteed", _("这一条已经核实过。"))
    line.standing = Standing.GUARANTEED
    line.confirmed_by, line.confirmed_at, line.confirmed_reason = actor, at, reason
    line.save(update_fields=["standing", "confirmed_by", "confirmed_at", "confirmed_reason"])
    line_trace(line, "confirmed", actor, at, reason)
    record_line_tell(worker, LINE_CONFIRMED, what=WHAT[kind], key=f"{kind}:{line.pk}", at=at)
    return line


@transaction.atomic
def line_withdraw(*, kind: str, line_id: int, reason: str, actor: User, at: datetime) -> Line:
    """The line no longer counts; it stays in the file with who withdrew it and why."""
    reason = require_reason(reason)
    line, worker = line_locked(LINES[kind], line_id)
    require_keeper(worker, actor, at=at)
    if line.is_guaranteed:
        require_role(actor, IDENTITY_OFFICERS, at=at)
    line.withdrawn_by, line.withdrawn_at, line.withdrawn_reason = actor, at, reason
    line.save(update_fields=["withdrawn_by", "withdrawn_at", "withdrawn_reason"])
    line_trace(line, "withdrawn", actor, at, reason)
    return line


@transaction.atomic
def insured_months_record(
    *,
    worker_id: int,
    kind: str,
    months: Iterable[date],
    source: str,
    actor: User | None,
    at: datetime,
    employer_credit_code: str = "",
    is_back_paid: bool = False,
) -> int:
    """Months of insurance paid, as a source says; those already recorded are left alone. Returns how many were new.

    Months that were paid for afterwards are kept apart: they do not show that she worked at the time.
    """
    worker = lock_worker(worker_id)
    if actor is not None:
        require_role(actor, IDENTITY_OFFICERS, at=at)
        if worker.user_id == actor.pk:
            raise PermissionDenied(_("不能登记自己的参保月份。"))
    if kind not in InsuranceKind.values:
        raise WorkerError("kind_unknown", _("没有这个险种。请从列表中选择。"))
    code = require_valid("credit_code_invalid", credit_code_check(employer_credit_code)) if employer_credit_code else ""
    firsts = _months_checked(worker, months, at)
    if not firsts:
        return 0
    there = worker.insured_months.filter(kind=kind, employer_credit_code=code, month__in=firsts)
    known = set(there.values_list("month", flat=True))
    said = {"is_back_paid": is_back_paid, "source": source, "recorded_by": actor, "recorded_at": at}
    rows = [
        InsuredMonth(worker=worker, month=month, kind=kind, employer_credit_code=code, **said)
        for month in firsts
        if month not in known
    ]
    InsuredMonth.objects.bulk_create(rows)
    data = {"kind": kind, "source": source, "new": len(rows)}
    audit_record("workers.insured_months.recorded", worker, actor=actor, data=data)
    return len(rows)


def _months_checked(worker: Worker, months: Iterable[date], at: datetime) -> list[date]:
    """The first days of the months in order; refuses what lies ahead or before working age."""
    firsts = sorted({month.replace(day=1) for month in months})
    if firsts and firsts[-1] > timezone.localdate(at):
        raise WorkerError("month_in_future", _("参保月份不能在今天之后。请检查。"))
    if firsts and firsts[0] < _birthday(worker.birth_on, WORKING_AGE).replace(day=1):
        raise WorkerError("too_young", _("参保月份在年满 16 周岁之前。请检查月份。"))
    return firsts


def _standing(worker: Worker, actor: User, at: datetime, source: str, guaranteed_by: str) -> dict[str, Any]:
    """Who says so. ``guaranteed_by`` says by what paper or system an officer vouches; the worker herself declares."""
    require_keeper(worker, actor, at=at)
    if guaranteed_by:
        require_role(actor, IDENTITY_OFFICERS, at=at)
        if worker.user_id == actor.pk:
            raise PermissionDenied(_("不能核实自己的档案。"))
        return {
            "standing": Standing.GUARANTEED,
            "source": source or guaranteed_by[:100],
            "entered_by": actor,
            "entered_at": at,
            "confirmed_by": actor,
            "confirmed_at": at,
            "confirmed_reason": guaranteed_by,
        }
    is_hers = worker.user_id == actor.pk
    return {"source": source or (_("本人填报") if is_hers else _("窗口代填")), "entered_by": actor, "entered_at": at}


def _keep(line: Line, paper: File[bytes] | None) -> None:
    """Put the proof into the private store, under the random name it has."""
    if paper:
        line.evidence.name = line.evidence.storage.save(paper.name or "", paper)


def _fill_employment(line: Employment, worker: Worker, entry: JobEntry, at: datetime) -> None:
    if entry.contract_kind not in ContractKind.values:
        raise WorkerError("contract_unknown", _("请从列表中选择合同形式。"))
    code = entry.employer_credit_code.strip()
    line.employer_name = _required(entry.employer_name, _("请填写单位名称；在家庭中工作的写“家庭雇主”。"))
    line.employer_credit_code = require_valid("credit_code_invalid", credit_code_check(code)) if code else ""
    line.post = _required(entry.post, _("请填写岗位，例如“月嫂”。"))
    line.contract_kind = entry.contract_kind
    _check_days(entry.starts_on, entry.ends_on, at, earliest=_birthday(worker.birth_on, WORKING_AGE), is_job=True)
    line.effective = period(entry.starts_on, entry.ends_on)


def _fill_education(line: Education, worker: Worker, entry: SchoolEntry, at: datetime) -> None:
    if entry.level not in EducationLevel.values:
        raise WorkerError("level_unknown", _("请从列表中选择文化程度。"))
    line.level = entry.level
    line.school = _required(entry.school, _("请填写学校名称。"))
    line.major = entry.major.strip()
    _check_days(entry.starts_on, entry.ends_on, at, earliest=_birthday(worker.birth_on, SCHOOL_AGE))
    line.effective = period(entry.starts_on, entry.ends_on)


def _required(text: str, refusal: str) -> str:
    text = text.strip()
    if not text:
        raise WorkerError("missing", refusal)
    return text


def _birthday(birth_on: date, age: int) -> date:
    """The day on which somebody reaches an age; 1 March for those born on 29 February in a common year."""
    try:
        return birth_on.replace(year=birth_on.year + age)
    except ValueError:
        return date(birth_on.year + age, 3, 1)


def _check_days(starts_on: date, ends_on: date | None, at: datetime, *, earliest: date, is_job: bool = False) -> None:
    if starts_on > timezone.localdate(at):
        raise WorkerError("starts_in_future", _("开始日期在今天之后。请填写已经发生的日期。"))
    if ends_on and ends_on < starts_on:
        raise WorkerError("end_before_start", _("结束日期早于开始日期。请检查。"))
    if starts_on < earliest:
        if is_job:
            raise WorkerError("too_young", _("开始日期在年满 16 周岁之前。请检查年份。"))
        raise WorkerError("before_birth", _("开始日期太早，与出生日期不符。请检查年份。"))


def line_locked(model: type[T], line_id: int) -> tuple[T, Worker]:
    """A line that stands, locked with its file."""
    worker = lock_worker(model._default_manager.values_list("worker_id", flat=True).get(pk=line_id))
    line: T = model._default_manager.select_for_update(of=("self",)).get(pk=line_id)  # type: ignore[assignment]
    if line.withdrawn_at is not None:
        raise WorkerError("withdrawn", _("这一条已经撤销，不能再办理。"))
    return line, worker


def changeable(model: type[T], line_id: int, actor: User, at: datetime) -> tuple[T, Worker]:
    """A declared line that its keeper may change, locked with its file."""
    line, worker = line_locked(model, line_id)
    require_keeper(worker, actor, at=at)
    if line.is_guaranteed:
        raise WorkerError("guaranteed", _("这一条已经核实，不能直接修改。有错的，请联系窗口撤销后重新填写。"))
    return line, worker


def _save(save: Callable[[], None], overlap: str) -> None:
    """Save; an overlap that the database refuses becomes a sentence."""
    try:
        with transaction.atomic():
            save()
    except IntegrityError as error:
        diagnosis = getattr(error.__cause__, "diag", None)
        if diagnosis is not None and diagnosis.sqlstate == "23P01":
            raise WorkerError("overlap", overlap) from error
        raise


def _same_employer() -> str:
    return _("这家单位在这段时间已经登记过。请修改原来那一条。")


def _same_school() -> str:
    return _("这所学校在这段时间已经登记过。请修改原来那一条。")


def line_trace(line: Line, verb: str, actor: User, at: datetime, reason: str = "") -> None:
    """The event of the file and the entry of the audit."""
    name = {WorkerGroup: "group", Employment: "employment", Education: "education"}[type(line)]
    event_add(line.worker, f"{name}.{verb}", actor=actor, at=at, target=line.standing, reason=reason)
    audit_record(
        f"workers.{name}.{verb}",
        line,
        actor=actor,
        reason=reason,
        data={
            "worker": line.worker_id,
            "standing": line.standing,
            "from": str(line.effective.lower),
            "until": str(line.effective.upper or ""),
        },
    )
