"""Parts with their hours, rooms with their places, and who is on duty in each."""

from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from certifications.bodies.selectors import assessors_of
from certifications.plans.errors import PlanError
from certifications.plans.models import AssessmentPlan, Candidate, PlanPart, PlanRoom, RoomDuty, Seat
from certifications.plans.services.independence import ONE_PLACE, ONE_ROOM, refusals_in_words, violated
from certifications.plans.services.parties import event_add, plan_editable
from certifications.plans.states import DUTY_OF, REVIEWED, Duty, PartKind, PlanKind
from foundation.accounts.models import User
from foundation.audit.services import audit_record

METHODS = {PartKind.THEORY: "笔试", PartKind.PRACTICAL: "现场操作", PartKind.REVIEW: "答辩"}


@transaction.atomic
def part_set(
    *, plan_id: int, kind: str, starts_at: datetime, ends_at: datetime, method: str = "", actor: User, at: datetime
) -> PlanPart:
    """Say when and how a part is held, or change it; rooms stay, and whoever is on duty must be free then."""
    plan = plan_editable(plan_id, actor, at=at)
    kind = PartKind(kind)
    if ends_at <= starts_at:
        raise PlanError("ends_before_start", _("结束时间不晚于开始时间。请核对日期和时间。"))
    if kind == PartKind.REVIEW and plan.kind == PlanKind.LEVEL and plan.level not in REVIEWED:
        raise PlanError("no_review", _("综合评审只用于二级/技师和一级/高级技师。请不要添加。"))
    part = PlanPart.objects.filter(plan=plan, kind=kind).first() or PlanPart(plan=plan, kind=kind)
    before = (part.starts_at, part.ends_at, part.method) if part.pk else None
    part.starts_at, part.ends_at, part.method = starts_at, ends_at, method.strip() or METHODS[kind]
    if before == (part.starts_at, part.ends_at, part.method):
        return part
    try:
        with transaction.atomic():
            part.save()
    except IntegrityError as error:
        raise _hours_taken(error) from error
    data = {"part": str(kind), "starts_at": starts_at.isoformat(), "ends_at": ends_at.isoformat()}
    _noted(plan, "part_set", part, actor=actor, at=at, data=data)
    return part


@transaction.atomic
def part_remove(*, plan_id: int, kind: str, actor: User, at: datetime) -> None:
    """Take a part out, with its rooms and whoever was to be on duty there."""
    plan = plan_editable(plan_id, actor, at=at)
    part = PlanPart.objects.filter(plan=plan, kind=kind).first()
    if part is None:
        return
    audit_record("plans.part.removed", part, actor=actor, data={"plan": plan.pk})
    event_add(plan, "part_removed", actor=actor, at=at, data={"part": kind})
    part.delete()


@transaction.atomic
def room_add(
    *,
    plan_id: int,
    part: str,
    name: str,
    address: str,
    capacity: int,
    has_camera: bool = False,
    actor: User,
    at: datetime,
) -> PlanRoom:
    """A room for a part (``theory``, ``practical``, ``review``)."""
    plan = plan_editable(plan_id, actor, at=at)
    held = PlanPart.objects.filter(plan=plan, kind=part).first()
    if held is None:
        raise PlanError("part_missing", _("请先填写这一部分的考核时间，再添加考场。"))
    room = PlanRoom(part=held)
    _fill(room, name, address, capacity, has_camera)
    _noted(plan, "room_added", room, actor=actor, at=at, data={"part": part, "room": room.name, "capacity": capacity})
    return room


@transaction.atomic
def room_change(
    *, room_id: int, name: str, address: str, capacity: int, has_camera: bool, actor: User, at: datetime
) -> PlanRoom:
    """Correct a room. Its seats are given anew, for there may be fewer."""
    room, plan = _room(room_id, actor, at)
    Seat.objects.filter(part=room.part).delete()
    _fill(room, name, address, capacity, has_camera)
    _noted(plan, "room_changed", room, actor=actor, at=at, data={"room": room.name, "capacity": capacity})
    return room


@transaction.atomic
def room_remove(*, room_id: int, actor: User, at: datetime) -> None:
    room, plan = _room(room_id, actor, at)
    audit_record("plans.room.removed", room, actor=actor, data={"plan": plan.pk})
    event_add(plan, "room_removed", actor=actor, at=at, data={"part": room.part.kind, "room": room.name})
    room.delete()


@transaction.atomic
def duty_assign(*, room_id: int, assessor_id: int, duty: str = "", actor: User, at: datetime) -> RoomDuty:
    """Put somebody of the organisation's assessors on duty in a room; what she does follows from the part if not said.

    Raises ``PlanError`` when she trained or is somebody seated there, or is elsewhere at that hour.
    """
    room, plan = _room(room_id, actor, at)
    day = timezone.localdate(room.part.starts_at)
    assessor = assessors_of(plan.organisation, on=day).filter(pk=assessor_id).first()
    if assessor is None:
        raise PlanError(
            "assessor_unknown", _("没有找到这位考评人员，或考核当天不在聘任期内。请从本单位考评人员中选择。")
        )
    duty = Duty(duty or DUTY_OF[PartKind(room.part.kind)])
    held = RoomDuty.objects.filter(room=room, assessor=assessor).first() or RoomDuty(room=room, assessor=assessor)
    held.duty = duty
    inside = list(Candidate.objects.filter(places__room=room).select_related("worker"))
    with refusals_in_words(room.part, assessor, inside):
        held.save()
    _noted(
        plan,
        "duty_assigned",
        held,
        actor=actor,
        at=at,
        data={"room": room.name, "assessor": assessor.pk, "duty": str(duty)},
    )
    return held


@transaction.atomic
def duty_end(*, duty_id: int, actor: User, at: datetime) -> None:
    """Take somebody off a room."""
    duty = RoomDuty.objects.select_related("room__part", "assessor").get(pk=duty_id)
    plan = plan_editable(duty.room.part.plan_id, actor, at=at)
    audit_record("plans.duty.ended", duty, actor=actor, data={"plan": plan.pk})
    event_add(plan, "duty_ended", actor=actor, at=at, data={"room": duty.room.name, "assessor": duty.assessor_id})
    duty.delete()


def _room(room_id: int, actor: User, at: datetime) -> tuple[PlanRoom, AssessmentPlan]:
    """A room of a plan that is locked and may change."""
    plan_id = PlanRoom.objects.values_list("part__plan", flat=True).get(pk=room_id)
    plan = plan_editable(plan_id, actor, at=at)
    return PlanRoom.objects.select_related("part__plan").get(pk=room_id), plan


def _fill(room: PlanRoom, name: str, address: str, capacity: int, has_camera: bool) -> None:
    room.name, room.address = name.strip(), address.strip()
    room.capacity, room.has_camera = capacity, has_camera
    if not room.name or not room.address or capacity < 1:
        raise PlanError("room_incomplete", _("请填写考场名称、地址和座位数。"))
    if PlanRoom.objects.filter(part=room.part, name=room.name).exclude(pk=room.pk).exists():
        raise PlanError("room_twice", _("这一部分已有同名的考场。请换一个名称。"))
    room.save()


def _hours_taken(error: IntegrityError) -> Exception:
    constraint = violated(error)
    if constraint == ONE_ROOM:
        return PlanError(
            "judge_elsewhere", _("改到这个时间，有考评人员同时在别的考场。请先调整考评人员，或换一个时间。")
        )
    if constraint == ONE_PLACE:
        return PlanError("candidate_elsewhere", _("改到这个时间，有考生同时在参加别的考核。请换一个时间。"))
    return error


def _noted(plan: AssessmentPlan, action: str, obj: Any, *, actor: User, at: datetime, data: dict[str, Any]) -> None:
    event_add(plan, action, actor=actor, at=at, data=data)
    entity, verb = action.split("_", 1)
    audit_record(f"plans.{entity}.{verb}", obj, actor=actor, data={"plan": plan.pk})
