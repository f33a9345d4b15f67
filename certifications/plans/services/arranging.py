"""编排考场: a seat in every part for everybody who can have one, and the reason for whoever cannot."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from certifications.bodies.models import Assessor
from certifications.plans.errors import PlanError
from certifications.plans.models import AssessmentPlan, Candidate, PlanPart, PlanRoom, RoomDuty, Seat
from certifications.plans.rules import Hall, seats_given
from certifications.plans.selectors import candidates_elsewhere, candidates_of, parts_of, rooms_of, trained_by
from certifications.plans.services.independence import trained_words
from certifications.plans.services.parties import event_add, plan_editable
from certifications.plans.states import JUDGING, PartKind
from courses.classes.services.locks import workers_lock
from foundation.accounts.models import User
from foundation.audit.services import audit_record


@dataclass(frozen=True, slots=True)
class LeftOver:
    """Somebody without a seat in a part, and why."""

    candidate: Candidate
    part: PartKind
    reason: str


@dataclass(frozen=True, slots=True)
class Arrangement:
    """How many seats were given, and who got none."""

    seats: int
    left_over: tuple[LeftOver, ...]

    @property
    def is_complete(self) -> bool:
        return not self.left_over


@transaction.atomic
def plan_arrange(*, plan_id: int, actor: User, at: datetime) -> Arrangement:
    """Give every candidate a seat in every part, drawn by the plan's seed; earlier seats are given up.

    Judges are kept away from whom they trained and from themselves. Whoever cannot be seated is named with the reason;
    the others keep their seats. The plan is declared arranged by ``plan_move(action="arrange")``.
    """
    plan = plan_editable(plan_id, actor, at=at)
    people = list(candidates_of(plan))
    parts = list(parts_of(plan))
    if not parts or not people:
        raise PlanError("nothing_to_arrange", _("还没有考核时间或考生，不能编排。请先补上。"))
    workers_lock([one.worker_id for one in people])
    rooms = list(rooms_of(plan).select_for_update(of=("self",), no_key=True))
    Seat.objects.filter(part__plan=plan).delete()
    left_over: list[LeftOver] = []
    for part in parts:
        left_over += _arrange(plan, part, [room for room in rooms if room.part_id == part.pk], people)
    count = Seat.objects.filter(part__plan=plan).count()
    told = [{"ticket": one.candidate.ticket_number, "part": str(one.part), "reason": one.reason} for one in left_over]
    event_add(plan, "seats_arranged", actor=actor, at=at, data={"seats": count, "seed": plan.seed, "left_over": told})
    audit_record("plans.seats.arranged", plan, actor=actor, data={"seats": count, "left_over": len(told)})
    return Arrangement(count, tuple(left_over))


@transaction.atomic
def seats_clear(*, plan_id: int, actor: User, at: datetime) -> int:
    """Give up every seat, so that rooms and panels can be laid out anew; how many there were."""
    plan = plan_editable(plan_id, actor, at=at)
    count, _rows = Seat.objects.filter(part__plan=plan).delete()
    if count:
        event_add(plan, "seats_cleared", actor=actor, at=at, data={"seats": count})
        audit_record("plans.seats.cleared", plan, actor=actor, data={"seats": count})
    return count


def _arrange(
    plan: AssessmentPlan, part: PlanPart, rooms: list[PlanRoom], people: Collection[Candidate]
) -> list[LeftOver]:
    """The seats of one part."""
    kind = PartKind(part.kind)
    busy = candidates_elsewhere(part, [one.worker_id for one in people])
    free = {one.pk: one for one in people if one.worker_id not in busy}
    barred, why = _barred(rooms, list(free.values()))
    halls = [Hall(room.pk, room.capacity, frozenset(barred[room.pk])) for room in rooms]
    # By ticket number, not by row: the same list of people is drawn alike wherever it is worked out again.
    order = {pk: place for place, pk in enumerate(sorted(free, key=lambda pk: free[pk].ticket_number))}
    back = {place: pk for pk, place in order.items()}
    halls = [Hall(hall.key, hall.places, frozenset(order[pk] for pk in hall.barred)) for hall in halls]
    seating = seats_given(sorted(back), halls, seed=f"{plan.seed}:{kind}")
    Seat.objects.bulk_create(
        Seat(candidate_id=back[one], part=part, room_id=room, number=number)
        for one, (room, number) in sorted(seating.seats.items())
    )
    left_over = [LeftOver(one, kind, _("同一时间在参加另一场考核")) for one in people if one.worker_id in busy]
    for place in seating.left_over:
        one = free[back[place]]
        left_over.append(LeftOver(one, kind, _reason(one, rooms, barred, why)))
    return left_over


def _barred(
    rooms: Collection[PlanRoom], people: Collection[Candidate]
) -> tuple[Mapping[int, set[int]], Mapping[int, list[str]]]:
    """By room the candidates who must not sit there; by candidate the reasons in words."""
    duties = list(RoomDuty.objects.filter(room__in=rooms, duty__in=JUDGING).select_related("assessor"))
    judges: dict[int, Assessor] = {duty.assessor_id: duty.assessor for duty in duties}
    by_worker = {one.worker_id: one for one in people}
    trained: defaultdict[int, set[int]] = defaultdict(set)
    why: defaultdict[int, list[str]] = defaultdict(list)
    for row in trained_by(list(judges), list(by_worker)):
        candidate = by_worker[row.worker_id]
        trained[row.assessor_id].add(candidate.pk)
        why[candidate.pk].append(trained_words(row, judges[row.assessor_id].name, _("该考生")))
    barred: defaultdict[int, set[int]] = defaultdict(set)
    for duty in duties:
        barred[duty.room_id] |= trained[duty.assessor_id]
    return barred, why


def _reason(
    one: Candidate, rooms: Collection[PlanRoom], barred: Mapping[int, set[int]], why: Mapping[int, list[str]]
) -> str:
    if not rooms:
        return _("这一部分还没有考场")
    if all(one.pk in barred.get(room.pk, set()) for room in rooms):
        return _("每个考场都有教过她的考评员：%(who)s") % {"who": "；".join(dict.fromkeys(why[one.pk]))}
    if one.pk in why:
        return _("她能去的考场坐满了（另有考场的考评员教过她）")
    return _("考场坐满了")
