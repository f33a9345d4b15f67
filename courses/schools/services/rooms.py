"""The rooms a school teaches in. The school keeps them itself; the lease's end is the room's end."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from courses.schools.errors import SchoolError
from courses.schools.models import Premises, School
from courses.schools.services.common import (
    days,
    lock_open_school,
    require_reason,
    require_staff_of,
    save_or_refuse,
    trace,
)
from courses.schools.states import PremisesKind
from foundation.accounts.models import User
from workers.districts import district_choices

COLUMNS = ("name", "kind", "address", "district_code", "seats", "usable")


@dataclass(frozen=True)
class PremisesEntry:
    """A room, its seats, and from when to when it may be used."""

    name: str
    kind: str
    address: str
    district_code: str
    seats: int
    starts_on: date
    ends_on: date | None = None


@transaction.atomic
def premises_add(*, school_id: int, entry: PremisesEntry, actor: User, at: datetime) -> Premises:
    """Enter a room. Refuses a name the school has used before."""
    school = _own_school(school_id, actor, at)
    room = Premises(school=school)
    _fill(room, entry)
    _save(room)
    data = {name: getattr(room, name) for name in COLUMNS}
    trace(school, "premises.added", actor=actor, at=at, subject=room, data=data)
    return room


@transaction.atomic
def premises_change(*, premises_id: int, entry: PremisesEntry, actor: User, at: datetime) -> Premises:
    """Put a room right, or prolong it."""
    room, school = _own_room(premises_id, actor, at)
    before = {name: getattr(room, name) for name in COLUMNS}
    _fill(room, entry)
    _save(room)
    changed = {name: getattr(room, name) for name in COLUMNS if getattr(room, name) != before[name]}
    data = {f"{name}_before": before[name] for name in changed} | changed
    trace(school, "premises.changed", actor=actor, at=at, subject=room, data=data)
    return room


@transaction.atomic
def premises_end(*, premises_id: int, ends_on: date, reason: str, actor: User, at: datetime) -> Premises:
    """The last day on which the room may be used."""
    room, school = _own_room(premises_id, actor, at)
    reason = require_reason(reason)
    if ends_on < room.usable.lower:
        raise SchoolError("end_before_start", _("停用日期早于开始使用的日期。请检查。"))
    room.usable = days(room.usable.lower, ends_on)
    room.save(update_fields=["usable"])
    trace(school, "premises.ended", actor=actor, at=at, subject=room, reason=reason, data={"usable": room.usable})
    return room


def _own_school(school_id: int, actor: User, at: datetime) -> School:
    school = lock_open_school(school_id)
    require_staff_of(actor, school.organisation, at=at)
    return school


def _own_room(premises_id: int, actor: User, at: datetime) -> tuple[Premises, School]:
    school = _own_school(Premises.objects.values_list("school_id", flat=True).get(pk=premises_id), actor, at)
    return Premises.objects.select_for_update(of=("self",)).get(pk=premises_id), school


def _fill(room: Premises, entry: PremisesEntry) -> None:
    room.name, room.address = entry.name.strip(), entry.address.strip()
    if not room.name or not room.address:
        raise SchoolError("name_missing", _("请填写场所名称和地址。"))
    if entry.kind not in PremisesKind.values:
        raise SchoolError("kind_unknown", _("请选择场所类别。"))
    if entry.district_code not in {code for code, _name in district_choices()}:
        raise SchoolError("district_unknown", _("请从列表中选择所在区。"))
    if not 1 <= entry.seats <= 2000:
        raise SchoolError("seats_unlikely", _("座位数应在 1 到 2000 之间。请检查。"))
    room.kind, room.district_code, room.seats = entry.kind, entry.district_code, entry.seats
    room.usable = days(entry.starts_on, entry.ends_on)


def _save(room: Premises) -> None:
    sentence = _("本校已有同名的场所。请换一个名称，或修改原来那一处（停用后重新启用的也一样）。")
    save_or_refuse(room.save, "premises_known", sentence)
