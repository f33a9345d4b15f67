"""Rating on the phone. A rating that arrives twice is one; what was not answered may be sent again."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from certifications.plans.models import Candidate, PlanRoom, RoomDuty
from certifications.plans.selectors import duties_of_user
from certifications.plans.services.independence import INDEPENDENT, violated
from certifications.plans.states import JUDGING, CandidateState
from certifications.scoring.errors import ScoringError
from certifications.scoring.models import ItemMark, Rating, RatingItem, RatingSheet, RoomConfirmation
from certifications.scoring.selectors.panels import my_room, window_of
from certifications.scoring.services.common import marking_required, plan_lock
from certifications.scoring.services.sheets import sheet_taken
from certifications.scoring.states import RatingState
from foundation.accounts.models import User
from foundation.audit.services import audit_record

HALF = Decimal("0.5")


@dataclass(frozen=True)
class RatingEntry:
    """What an assessor sends: whom, on which edition of the sheet, the points by position, or that she was absent."""

    key: UUID
    candidate_id: int
    edition: int
    points: Mapping[int, Decimal] = field(default_factory=dict)
    is_absent: bool = False
    note: str = ""


def rating_submit(*, room_id: int, entry: RatingEntry, actor: User, at: datetime) -> Rating:
    """Keep what she gave; sent again it is the same rating, changed it replaces her own until she confirms.

    Raises ``PermissionDenied`` for whoever does not judge in the room, and ``ScoringError`` outside the hours, after
    she confirmed, for somebody she trained, and where a line has no possible points.
    """
    try:
        return _submit(room_id, entry, actor, at)
    except IntegrityError as error:
        if violated(error) != INDEPENDENT:
            raise
        raise ScoringError(
            "trained_her", _("您教过这名考生，应当回避，不能给她评分。请告诉考务人员换一位考评员。")
        ) from error


@transaction.atomic
def _submit(room_id: int, entry: RatingEntry, actor: User, at: datetime) -> Rating:
    if entry.edition == 0:
        # The sample is about to become the part's own sheet. The plan is locked before duties, as everywhere.
        plan_lock(PlanRoom.objects.values_list("part__plan", flat=True).get(pk=room_id))
    duty = duty_lock(room_id, actor, at=at)
    known = Rating.objects.filter(key=entry.key).first()
    if known is not None:
        if known.candidate_id != entry.candidate_id or known.assessor_id != duty.assessor_id:
            raise ScoringError("key_taken", _("这份评分对不上。请重新打开这名考生再评。"))
        return known
    part = duty.room.part
    marking_required(part.plan)
    _in_window(duty, at)
    if RoomConfirmation.objects.filter(room=duty.room, assessor=duty.assessor).exists():
        raise ScoringError("confirmed", _("您已经确认过这个考场的评分，不能再改。确有错误的，请告诉考务人员。"))
    candidate = _seated(duty.room, entry.candidate_id)
    sheet = sheet_taken(part, edition=entry.edition, actor=actor, at=at)
    marks = {} if entry.is_absent else _marks(sheet, entry.points)
    hers = Rating.objects.filter(candidate=candidate, part=part, assessor=duty.assessor)
    last = hers.filter(replaced_by__isnull=True).first()
    if last is not None and _says_the_same(last, entry, sheet, marks):
        return last
    rating = Rating.objects.create(
        key=entry.key,
        candidate=candidate,
        part=part,
        sheet=sheet,
        assessor=duty.assessor,
        state=RatingState.ABSENT if entry.is_absent else RatingState.RATED,
        total=None if entry.is_absent else sum(marks.values(), Decimal(0)),
        note=entry.note.strip()[:200],
        replaces=last,
        entered_by=actor,
        at=at,
    )
    ItemMark.objects.bulk_create(
        ItemMark(rating=rating, item=item, mark=mark, out_of=item.points) for item, mark in marks.items()
    )
    audit_record("scoring.rating.given", rating, actor=actor, data={"replaces": last.pk if last else None})
    return rating


def _says_the_same(last: Rating, entry: RatingEntry, sheet: RatingSheet, marks: Mapping[RatingItem, Decimal]) -> bool:
    """Whether she sends what she gave already, from a page opened anew."""
    given = {one.item_id: one.mark for one in last.marks.all()}
    wanted = {item.pk: mark for item, mark in marks.items()}
    is_absent = last.state == RatingState.ABSENT
    return (is_absent, last.sheet_id, last.note, given) == (entry.is_absent, sheet.pk, entry.note.strip()[:200], wanted)


def duty_lock(room_id: int, actor: User, *, at: datetime) -> RoomDuty:
    """Her duty in the room, locked: a rating and her confirmation come one after the other."""
    duties = duties_of_user(actor, on=timezone.localdate(at)).filter(room=room_id, duty__in=sorted(JUDGING))
    pk = duties.order_by("pk").values_list("pk", flat=True).first()
    if pk is None:
        raise PermissionDenied(_("您不是这个考场的考评员。"))
    return (
        RoomDuty.objects.select_for_update(of=("self",))
        .select_related("assessor", "room__part__plan__occupation")
        .get(pk=pk)
    )


def _in_window(duty: RoomDuty, at: datetime) -> None:
    window = window_of(duty.room.part)
    if window.holds(at):
        return
    moment = timezone.localtime(window.opens_at).strftime("%Y-%m-%d %H:%M")
    if at < window.opens_at:
        raise ScoringError("too_early", _("还没有到时间，%(moment)s 起可以评分。") % {"moment": moment})
    moment = timezone.localtime(window.closes_at).strftime("%Y-%m-%d %H:%M")
    raise ScoringError(
        "too_late", _("评分时间到 %(moment)s 截止，现在已经过了。请把纸质评分表交给考务人员录入。") % {"moment": moment}
    )


def _seated(room: PlanRoom, candidate_id: int) -> Candidate:
    seat = room.places.filter(candidate=candidate_id).select_related("candidate").first()
    if seat is None or seat.candidate.state != CandidateState.ADMITTED:
        raise ScoringError("not_here", _("这名考生不在您的考场。请回到名单重新选。"))
    candidate: Candidate = seat.candidate
    return candidate


def _marks(sheet: RatingSheet, points: Mapping[int, Decimal]) -> dict[RatingItem, Decimal]:
    """The points of each line; every line has some, none more than it is worth, in halves."""
    marks = {}
    for item in sheet.items.order_by("position"):
        given = points.get(item.position)
        if given is None:
            raise ScoringError("line_missing", _("“%(item)s”还没有打分。") % {"item": item.title})
        if not given.is_finite() or not 0 <= given <= item.points or given % HALF:
            raise ScoringError(
                "line_impossible",
                _("“%(item)s”应在 0 到 %(points)d 分之间，可以打半分。") % {"item": item.title, "points": item.points},
            )
        marks[item] = given
    return marks


@transaction.atomic
def room_confirm(*, room_id: int, actor: User, at: datetime) -> RoomConfirmation:
    """She has looked at all she gave in the room and stands by it. Twice is once; refused while anybody is missing."""
    duty = duty_lock(room_id, actor, at=at)
    known = RoomConfirmation.objects.filter(room=duty.room, assessor=duty.assessor).first()
    if known is not None:
        return known
    marking_required(duty.room.part.plan)
    missing = my_room(duty).missing
    if missing:
        places = "、".join(str(line.seat.number) for line in missing)
        raise ScoringError("missing", _("还有考生没有评分：%(places)s 号位。没有来的，请记缺考。") % {"places": places})
    confirmation = RoomConfirmation.objects.create(room=duty.room, assessor=duty.assessor, confirmed_by=actor, at=at)
    audit_record("scoring.room.confirmed", confirmation, actor=actor)
    return confirmation
