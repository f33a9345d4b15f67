"""Many people at once at the counter, as when an officer visits a class: what the services of one do, in few queries.

One audit event for a call says how many; the files' own events say which. Files are locked in the order of their
numbers, so that two officers never wait for each other.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from hashlib import sha256

from django.core.exceptions import PermissionDenied
from django.core.files import File
from django.core.files.base import ContentFile
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from foundation.accounts.models import User
from foundation.audit.services import audit_record
from foundation.bulk import rows_copy
from foundation.crypto.cipher import blind_index
from foundation.database import in_force, period
from workers.districts import district_choices
from workers.errors import WorkerError
from workers.files import file_renamed, photo_checked
from workers.identity import account_number_check
from workers.models import IdentityCheck, PersonGroup, Worker, WorkerEvent, WorkerGroup
from workers.models.identity import private_files
from workers.services.accounts import requests_after_check
from workers.services.common import require_reason, require_role, require_valid
from workers.states import (
    IDENTITY_MOVES,
    IDENTITY_OFFICERS,
    CheckState,
    IdentityState,
    LinkState,
    Standing,
)

DISKS = 8


@dataclass(frozen=True)
class ProfileEntry:
    """Where somebody lives and where her money goes, as she showed it at the counter; empty leaves it as it is."""

    worker_id: int
    district_code: str = ""
    account: str = ""


@dataclass(frozen=True)
class GroupEntry:
    """Somebody belongs to a group of people from a day."""

    worker_id: int
    group_code: str
    starts_on: date


def _locked(worker_ids: Collection[int], actor: User, *, at: datetime) -> list[Worker]:
    """The files under lock, for an officer who keeps none of them as her own."""
    require_role(actor, IDENTITY_OFFICERS, at=at)
    rows = Worker.objects.select_for_update(of=("self",)).select_related("user").order_by("pk")
    workers = list(rows.filter(pk__in=worker_ids))
    if any(worker.user_id == actor.pk for worker in workers):
        raise PermissionDenied(_("不能核实自己的档案。"))
    return workers


def _events(
    workers: Sequence[Worker], action: str, *, source: str, target: str, reason: str, actor: User, at: datetime
) -> None:
    rows_copy(
        WorkerEvent,
        [
            {"worker_id": worker.pk, "action": action, "source": source, "target": target, "actor_id": actor.pk,
             "reason": reason, "at": at}
            for worker in workers
        ],
    )  # fmt: skip


@transaction.atomic
def identities_confirm_many(*, worker_ids: Collection[int], reason: str, actor: User, at: datetime) -> int:
    """An officer has seen these people and their cards: ``identity_override`` for each who is not verified yet.

    Gives how many were confirmed. Whose check is awaited needs it no more.
    """
    reason = require_reason(reason)
    move = IDENTITY_MOVES["override_verify"]
    workers = [one for one in _locked(worker_ids, actor, at=at) if one.identity_state in move.sources]
    if not workers:
        return 0
    ids = [worker.pk for worker in workers]
    checks = IdentityCheck.objects.filter(worker__in=ids, state=CheckState.WAITING)
    checks.update(state=CheckState.SUPERSEDED, answered_at=at)
    Worker.objects.filter(pk__in=ids).update(identity_state=move.target, verified_at=at)
    for source in IdentityState:
        moved = [worker for worker in workers if worker.identity_state == source]
        _events(
            moved, "identity.override_verify", source=source.value, target=move.target.value, reason=reason,
            actor=actor, at=at,
        )  # fmt: skip
    for worker in Worker.objects.filter(pk__in=ids, link_requests__state=LinkState.WAITING_CHECK).distinct():
        requests_after_check(worker, is_match=True, actor=actor, at=at)
    audit_record("workers.identities.confirmed", None, actor=actor, reason=reason, data={"files": len(ids)})
    return len(ids)


@transaction.atomic
def profiles_fill_many(*, entries: Sequence[ProfileEntry], actor: User, at: datetime) -> int:
    """Districts and accounts of many people, each checked as ``contact_set`` and ``card_set`` do; all or none."""
    known = {code for code, _name in district_choices()}
    given = {entry.worker_id: entry for entry in entries}
    workers = _locked(list(given), actor, at=at)
    for worker in workers:
        entry = given[worker.pk]
        if entry.district_code and entry.district_code not in known:
            raise WorkerError("district_unknown", _("请从列表中选择居住的区。"))
        worker.district_code = entry.district_code or worker.district_code
        if entry.account:
            worker.social_security_card = require_valid("account_invalid", account_number_check(entry.account))
            # bulk_update does not call pre_save: the index is written with its source.
            worker.social_security_card_index = blind_index("account", worker.social_security_card)
    fields = ["district_code", "social_security_card", "social_security_card_index"]
    Worker.objects.bulk_update(workers, fields, batch_size=500)
    cards = sum(bool(entry.account) for entry in entries)
    audit_record("workers.profiles.filled", None, actor=actor, data={"files": len(workers), "cards": cards})
    return len(workers)


@transaction.atomic
def photos_set_many(*, photos: Mapping[int, File[bytes]], actor: User, at: datetime) -> int:
    """Portraits of many people, as a photographer of a class brings them; the same picture is looked at once."""
    workers = _locked(list(photos), actor, at=at)
    looked: dict[str, ContentFile[bytes]] = {}
    clean: list[ContentFile[bytes]] = []
    for worker in workers:
        content = photos[worker.pk].read()
        photos[worker.pk].seek(0)
        digest = sha256(content).hexdigest()
        if digest not in looked:
            looked[digest] = photo_checked(photos[worker.pk])
        clean.append(file_renamed(looked[digest]))
    former = [str(worker.photo.name) for worker in workers if worker.photo]
    storage = private_files()
    # Each waits for the disk: side by side they wait together.
    with ThreadPoolExecutor(DISKS) as pool:
        names = pool.map(lambda file: storage.save(file.name, file), clean)
        for worker, name in zip(workers, names, strict=True):
            worker.photo.name = name
    Worker.objects.bulk_update(workers, ["photo"], batch_size=500)
    if workers:
        for name in former:
            transaction.on_commit(partial(storage.delete, name), robust=True)
        audit_record("workers.photos.changed", None, actor=actor, data={"files": len(workers)})
    return len(workers)


@transaction.atomic
def groups_add_many(*, entries: Sequence[GroupEntry], guaranteed_by: str, actor: User, at: datetime) -> int:
    """These people belong to these groups, and an officer vouches for it by a paper or a system; all or none."""
    guaranteed_by = require_reason(guaranteed_by)
    workers = {worker.pk: worker for worker in _locked([one.worker_id for one in entries], actor, at=at)}
    groups = {group.code: group for group in PersonGroup.objects.filter(in_force(timezone.localdate(at)))}
    lines = []
    for entry in entries:
        group, worker = groups.get(entry.group_code), workers[entry.worker_id]
        if group is None or entry.starts_on not in group.effective:
            raise WorkerError("group_unknown", _("没有这个人员类别，或它在那一天已停止使用。请从列表中选择。"))
        if not worker.birth_on <= entry.starts_on <= timezone.localdate(at):
            raise WorkerError("starts_in_future", _("开始日期在今天之后。请填写已经发生的日期。"))
        lines.append(
            WorkerGroup(
                worker=worker,
                group=group,
                effective=period(entry.starts_on),
                standing=Standing.GUARANTEED,
                source=guaranteed_by[:100],
                entered_by=actor,
                entered_at=at,
                confirmed_by=actor,
                confirmed_at=at,
                confirmed_reason=guaranteed_by,
            )
        )
    try:
        with transaction.atomic():
            WorkerGroup.objects.bulk_create(lines, batch_size=500)
    except IntegrityError as error:
        raise WorkerError("overlap", _("有人的人员类别在这段时间已经登记过。请先修改原来那一条。")) from error
    _events(
        [line.worker for line in lines], "group.added", source="", target=Standing.GUARANTEED.value,
        reason=guaranteed_by, actor=actor, at=at,
    )  # fmt: skip
    audit_record("workers.groups.added", None, actor=actor, reason=guaranteed_by, data={"lines": len(lines)})
    return len(lines)
