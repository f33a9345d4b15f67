"""An entry is made, raised, suspended or resumed as her guaranteed levels say; done again, nothing changes."""

from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from certifications.talent.models import TalentEvent, TalentRecord
from certifications.talent.rules import Paper, best_of, is_high_skilled
from certifications.talent.selectors import LEVEL_KINDS, high_skill_begins, papers_of
from certifications.talent.states import KEEPERS, TalentState
from foundation.accounts.models import User
from foundation.accounts.selectors import roles_of
from foundation.audit.services import audit_record
from workers.models import SkillRecordEntry, Worker
from workers.states import AccountProof

MOVES = ("registered", "raised", "marked", "suspended", "resumed")


@transaction.atomic
def talents_rebuild(*, worker_ids: Collection[int], at: datetime, actor: User | None = None) -> int:
    """Bring the entries of these people in line with their levels; how many changed. Safe to run twice and at once."""
    on = timezone.localdate(at)
    # In the order of their keys, as everything that writes the skill record locks files.
    held = list(
        Worker.objects.select_for_update(of=("self",), no_key=True).filter(pk__in=worker_ids).order_by("pk")
        .values_list("pk", flat=True)
    )  # fmt: skip
    papers = papers_of(held, on=on)
    known = {one.worker_id: one for one in TalentRecord.objects.select_for_update().filter(worker__in=held)}
    begins = high_skill_begins(on=on)
    line = int(begins.value) if begins else None
    moved = [_moved(pk, known.get(pk), best_of(papers[pk]), line=line, at=at) for pk in held]
    _save_all([one for one in moved if one is not None], actor=actor, at=at)
    return sum(one is not None for one in moved)


def skills_follow(
    sender: type, *, lines: Sequence[SkillRecordEntry], actor: User | None, at: datetime, **_rest: Any
) -> None:
    """Connected to ``skill_lines_changed``: a level that stands registers her, one that falls is taken back."""
    workers = {one.worker_id for one in lines if one.kind in LEVEL_KINDS and one.level is not None}
    if workers:
        talents_rebuild(worker_ids=sorted(workers), at=at, actor=actor)


def _moved(
    worker_id: int, record: TalentRecord | None, best: Paper | None, *, line: int | None, at: datetime
) -> tuple[TalentRecord, str] | None:
    """Her entry as it should read and what happened to it, unsaved; None when nothing did."""
    if best is None:
        if record is None or record.state == TalentState.SUSPENDED:
            return None
        record.state, record.updated_at = TalentState.SUSPENDED, at
        return record, "suspended"
    is_high = None if line is None else is_high_skilled(best.level, begins=line)
    if record is None:
        on = timezone.localdate(at)
        record, action = TalentRecord(worker_id=worker_id, registered_on=on), "registered"
    elif record.state == TalentState.SUSPENDED:
        action = "resumed"
    elif (record.level, record.entry_id or 0, record.occupation_code) != (best.level, best.pk, best.occupation_code):
        action = "raised"
    elif record.is_high_skilled != is_high:
        action = "marked"
    else:
        return None
    record.state, record.updated_at = TalentState.REGISTERED, at
    record.level, record.is_high_skilled = best.level, is_high
    record.entry_id = best.pk or None
    record.occupation_code, record.occupation_name = best.occupation_code, best.occupation_name
    return record, action


COLUMNS = ("state", "level", "is_high_skilled", "entry", "occupation_code", "occupation_name", "updated_at")


def _save_all(moved: Sequence[tuple[TalentRecord, str]], *, actor: User | None, at: datetime) -> None:
    """As many queries for a class as for one; one line of the audit trail for each kind of move."""
    TalentRecord.objects.bulk_create([record for record, _action in moved if record.pk is None])
    TalentRecord.objects.bulk_update([record for record, action in moved if action != "registered"], COLUMNS)
    TalentEvent.objects.bulk_create(
        TalentEvent(record=record, action=action, target=record.state, level=record.level, actor=actor, at=at)
        for record, action in moved
    )
    for action in MOVES:
        records = [record for record, done in moved if done == action]
        if not records:
            continue
        one = records[0] if len(records) == 1 else None
        data = {"level": one.level} if one else {"records": [record.pk for record in records]}
        audit_record(f"talent.record.{action}", one, actor=actor, data=data)


@transaction.atomic
def details_keep(
    *,
    record_id: int,
    ethnicity: str,
    household_address: str,
    permit_number: str,
    permit_endorsed_on: date | None,
    actor: User,
    at: datetime,
) -> TalentRecord:
    """What is nowhere on file, told by herself or at the counter; nothing of it is needed to stand in the register."""
    record = TalentRecord.objects.select_for_update(of=("self",)).select_related("worker").get(pk=record_id)
    keeper_required(record, actor, at=at)
    record.ethnicity, record.household_address = ethnicity.strip(), household_address.strip()
    record.permit_number, record.permit_endorsed_on = permit_number.strip(), permit_endorsed_on
    record.updated_at = at
    record.save()
    event_add(record, "details_kept", actor=actor, at=at)
    audit_record("talent.record.details_kept", record, actor=actor)
    return record


def keeper_required(record: TalentRecord, actor: User, *, at: datetime) -> None:
    """``PermissionDenied`` unless it is her own, proven file, or an officer keeps it for somebody else."""
    if record.worker.user_id == actor.pk:
        if record.worker.account_proof == AccountProof.NONE:
            raise PermissionDenied(_("请先在“我的”里证明这是您的档案。"))
        return
    if not KEEPERS & roles_of(actor, on=timezone.localdate(at)):
        raise PermissionDenied(_("您的岗位不能办理此事。"))


def event_add(record: TalentRecord, action: str, *, actor: User | None, at: datetime, reason: str = "") -> TalentEvent:
    return TalentEvent.objects.create(
        record=record, action=action, target=record.state, level=record.level, reason=reason[:300], actor=actor, at=at
    )
