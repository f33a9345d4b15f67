"""The skill record: the floors above write its lines, change them and end them; nothing is ever taken out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext as _

from foundation.accounts.models import User
from foundation.audit.services import audit_record
from workers.errors import WorkerError
from workers.models import SkillRecordEntry, SkillRecordEvent, Worker
from workers.services.common import lock_worker
from workers.signals import skill_lines_changed
from workers.states import SKILL_MOVES, SkillKind, SkillState, Standing


@dataclass(frozen=True)
class SkillEntry:
    """A line as the floor above tells it. ``confirmed_at`` makes it guaranteed; without, she only says so."""

    kind: SkillKind
    title: str
    issued_on: date
    issuer_name: str
    source: str
    occupation_code: str = ""
    occupation_name: str = ""
    work_type_name: str = ""
    level: int | None = None
    level_name: str = ""
    number: str = ""
    hours: Decimal | None = None
    hours_kind: str = ""
    confirmed_by: User | None = None
    confirmed_at: datetime | None = None
    state: SkillState = SkillState.VALID

    @property
    def standing(self) -> Standing:
        return Standing.GUARANTEED if self.confirmed_at else Standing.DECLARED


# Who confirmed it and when is no content: confirming again what is confirmed changes nothing.
CONTENT = tuple(
    field.name for field in fields(SkillEntry) if field.name not in {"confirmed_by", "confirmed_at", "state"}
)


@transaction.atomic
def skill_record_write(
    *, worker: Worker, reference: str, entry: SkillEntry, actor: User | None, at: datetime, reason: str = ""
) -> SkillRecordEntry:
    """The line of this reference as it should read, opened or changed; told the same twice, nothing happens.

    Refuses a reference that stands in another's file, and a state that cannot follow the present one.
    """
    lock_worker(worker.pk)
    line = SkillRecordEntry.objects.select_for_update().filter(reference=reference).first()
    if line is None:
        return _open([(worker, reference, entry)], actor, at, reason)[0]
    return _rewrite(line, worker, entry, actor=actor, at=at, reason=reason)


@transaction.atomic
def skill_record_write_many(
    *, lines: Sequence[tuple[Worker, str, SkillEntry]], actor: User | None, at: datetime
) -> list[SkillRecordEntry]:
    """As ``skill_record_write`` for each, in the order given: for a class that is certified at once.

    Files are locked in the order of their numbers, so that two classes never wait for each other.
    """
    list(Worker.objects.select_for_update(of=("self",)).filter(pk__in={w.pk for w, _r, _e in lines}).order_by("pk"))
    references = [reference for _worker, reference, _entry in lines]
    found = {
        line.reference: line
        for line in SkillRecordEntry.objects.select_for_update().filter(reference__in=references).order_by("pk")
    }
    opened = _open([line for line in lines if line[1] not in found], actor, at, "")
    made = {line.reference: line for line in opened}
    return [
        made[reference] if reference in made else _rewrite(found[reference], worker, entry, actor=actor, at=at)
        for worker, reference, entry in lines
    ]


@transaction.atomic
def skill_record_end(
    *, reference: str, state: SkillState, reason: str, actor: User | None, at: datetime
) -> SkillRecordEntry | None:
    """The line no longer counts, or counts again: suspended, resumed, revoked, replaced, withdrawn, and why.

    Told the same twice, nothing happens; None when no line has this reference.
    """
    found = SkillRecordEntry.objects.filter(reference=reference).values_list("worker_id", flat=True).first()
    if found is None:
        return None
    lock_worker(found)
    line = SkillRecordEntry.objects.select_for_update().get(reference=reference)
    if line.state == state:
        return line
    source = _moved(line, state)
    line.save(update_fields=["state"])
    _events([(line, "moved", source, {})], actor, at, reason)
    skill_lines_changed.send(SkillRecordEntry, lines=[line], actor=actor, at=at)
    audit_record("workers.skill.moved", line, actor=actor, reason=reason, data={"worker": line.worker_id, "to": state})
    return line


def _open(
    lines: Sequence[tuple[Worker, str, SkillEntry]], actor: User | None, at: datetime, reason: str
) -> list[SkillRecordEntry]:
    if not lines:
        return []
    rows = [
        SkillRecordEntry(
            worker=worker,
            reference=reference,
            recorded_by=actor,
            recorded_at=at,
            state=entry.state,
            confirmed_by=entry.confirmed_by,
            confirmed_at=entry.confirmed_at,
            **{name: getattr(entry, name) for name in CONTENT},
            standing=entry.standing,
        )
        for worker, reference, entry in lines
    ]
    SkillRecordEntry.objects.bulk_create(rows)
    _events([(row, "opened", "", {}) for row in rows], actor, at, reason)
    skill_lines_changed.send(SkillRecordEntry, lines=rows, actor=actor, at=at)
    one = rows[0] if len(rows) == 1 else None
    data = {"worker": one.worker_id} if one else {"references": [row.reference for row in rows]}
    audit_record("workers.skill.recorded", one, actor=actor, reason=reason, data=data | {"lines": len(rows)})
    return rows


def _rewrite(
    line: SkillRecordEntry, worker: Worker, entry: SkillEntry, *, actor: User | None, at: datetime, reason: str = ""
) -> SkillRecordEntry:
    """Put a line as it should read; what it read before goes into its history."""
    if line.worker_id != worker.pk:
        raise WorkerError("skill_of_another", _("这条技能记录已在另一个人的档案里。请先核对是谁的证书。"))
    told = {name: getattr(entry, name) for name in CONTENT} | {"standing": entry.standing}
    before = {name: _plain(getattr(line, name)) for name, value in told.items() if getattr(line, name) != value}
    if not before and line.state == entry.state:
        return line
    source = _moved(line, entry.state) if line.state != entry.state else line.state
    for name, value in told.items():
        setattr(line, name, value)
    if "standing" in before:
        line.confirmed_by, line.confirmed_at = entry.confirmed_by, entry.confirmed_at
    line.save()
    _events([(line, "changed" if before else "moved", source, before)], actor, at, reason)
    skill_lines_changed.send(SkillRecordEntry, lines=[line], actor=actor, at=at)
    data = {"worker": line.worker_id, "columns": sorted(before), "to": line.state}
    audit_record("workers.skill.changed", line, actor=actor, reason=reason, data=data)
    return line


def _moved(line: SkillRecordEntry, state: SkillState) -> str:
    """Set the new state by the table of moves; the state it had."""
    source = SkillState(line.state)
    if state not in SKILL_MOVES[source]:
        raise WorkerError(
            "skill_state",
            _("这条技能记录现在是“%(now)s”，不能改为“%(then)s”。请刷新页面再看。")
            % {"now": source.label, "then": SkillState(state).label},
        )
    line.state = state
    return source


def _events(
    rows: Sequence[tuple[SkillRecordEntry, str, str, dict[str, object]]], actor: User | None, at: datetime, reason: str
) -> None:
    SkillRecordEvent.objects.bulk_create(
        SkillRecordEvent(
            entry=line,
            action=action,
            source=source,
            target=line.state,
            standing=line.standing,
            before=before,
            reason=reason,
            actor=actor,
            at=at,
        )
        for line, action, source, before in rows
    )


def _plain(value: object) -> object:
    if isinstance(value, Decimal):
        return str(value)
    return value.isoformat() if isinstance(value, date) else value
