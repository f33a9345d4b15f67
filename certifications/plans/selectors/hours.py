"""Who is already somewhere else at the hours of a part."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from certifications.plans.models import PlanPart, PlanRoom, RoomDuty, Seat
from certifications.plans.states import PlanState


@dataclass(frozen=True, slots=True)
class Clash:
    """Another assessment at the same hour. Whose it is, is nobody's business but its own."""

    key: int
    starts_at: datetime
    ends_at: datetime


def candidates_elsewhere(part: PlanPart, worker_ids: Collection[int]) -> dict[int, Clash]:
    """Which of these workers sit another part at the hours of this one, by worker."""
    seats = Seat.objects.filter(worker__in=worker_ids, during__overlap=(part.starts_at, part.ends_at)).exclude(
        part=part
    )
    rows = seats.values_list("worker", "part__starts_at", "part__ends_at")
    return {worker: Clash(worker, starts_at, ends_at) for worker, starts_at, ends_at in rows}


def judges_elsewhere(part: PlanPart, person: bytes) -> RoomDuty | None:
    """The duty that somebody, under whichever organisation's name, already has at the hours of the part."""
    duties = RoomDuty.objects.filter(person=person, during__overlap=(part.starts_at, part.ends_at))
    return duties.select_related("room__part__plan").first()


def room_taken_by(room: PlanRoom) -> PlanRoom | None:
    """Another assessment of the same organisation in a room of the same name and address at the hours of this one."""
    part = room.part
    others = PlanRoom.objects.filter(
        name=room.name,
        address=room.address,
        part__plan__organisation=part.plan.organisation_id,
        part__starts_at__lt=part.ends_at,
        part__ends_at__gt=part.starts_at,
    ).exclude(part=part)
    return others.exclude(part__plan__state=PlanState.CANCELLED).select_related("part__plan").first()
