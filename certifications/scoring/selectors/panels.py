"""Rooms as their assessors see them: who sits there, who is rated, where the assessors do not agree."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from django.conf import settings
from django.db.models import QuerySet
from django.utils import timezone

from certifications.plans.models import Candidate, PlanPart, PlanRoom, RoomDuty, Seat
from certifications.plans.selectors import duties_of_user
from certifications.plans.states import JUDGING, CandidateState, PartKind
from certifications.scoring.models import PanelRuling, PartScore, Rating, RatingItem, RatingSheet, RoomConfirmation
from certifications.scoring.rules import panel_mark, spread
from certifications.scoring.sample_sheets import SampleItem, sample_for
from certifications.scoring.selectors.results import scores_in_force
from certifications.scoring.states import RatingState
from foundation.accounts.models import User
from foundation.policy.selectors import parameters_on

TRIM_FROM = "assessment.panel.trim_from"
SPREAD_MAX = "assessment.panel.spread_max"
BEFORE = "assessment.rating.before"
AFTER = "assessment.rating.after"


def rooms_to_rate(user: User, *, on: date) -> QuerySet[RoomDuty]:
    """The rooms somebody judges in, of plans whose marks are being given, the soonest first."""
    return duties_of_user(user, on=on).filter(duty__in=sorted(JUDGING))


@dataclass(frozen=True)
class Window:
    opens_at: datetime
    closes_at: datetime

    def holds(self, at: datetime) -> bool:
        return self.opens_at <= at <= self.closes_at


def window_of(part: PlanPart) -> Window:
    """When the part may be rated on the phone, by the rule of its day."""
    figures = parameters_on([BEFORE, AFTER], city=settings.CITY_CODE, on=timezone.localdate(part.starts_at))
    before, after = (timedelta(minutes=int(figures[code].value)) for code in (BEFORE, AFTER))
    return Window(part.starts_at - before, part.ends_at + after)


def sheet_of(part: PlanPart) -> RatingSheet | None:
    """The newest edition of the part's own sheet; ``None`` while it still stands on the sample."""
    return RatingSheet.objects.filter(part=part).order_by("-edition").first()


@dataclass(frozen=True)
class Form:
    """The sheet as it is rated on: its edition (0 is the sample, not yet taken over) and its items."""

    edition: int
    title: str
    items: tuple[SampleItem | RatingItem, ...]


def form_of(part: PlanPart) -> Form | None:
    """What an assessor fills in for a part; ``None`` for a part that is not rated."""
    sheet = sheet_of(part)
    if sheet is not None:
        return Form(sheet.edition, sheet.title, tuple(sheet.items.order_by("position")))
    sample = sample_for(PartKind(part.kind), part.plan.occupation.code)
    return Form(0, sample.title, sample.items) if sample else None


def seats_of(room: PlanRoom) -> QuerySet[Seat]:
    """Whoever sits in a room and is still admitted, by place."""
    return (
        room.places.filter(candidate__state=CandidateState.ADMITTED)
        .select_related("candidate__worker__user")
        .order_by("number")
    )


def ratings_in_force(room: PlanRoom) -> QuerySet[Rating]:
    """What counts of the ratings given in a room."""
    candidates = room.places.values("candidate")
    return Rating.objects.filter(part=room.part_id, candidate__in=candidates, replaced_by__isnull=True)


@dataclass(frozen=True)
class Line:
    """One candidate before a panel: what each assessor gave, what the chief ruled, and what that makes."""

    seat: Seat
    ratings: dict[int, Rating]
    ruling: PanelRuling | None
    score: PartScore | None
    judges: int
    trim_from: int
    spread_max: Decimal

    @property
    def candidate(self) -> Candidate:
        return self.seat.candidate

    @property
    def totals(self) -> list[Decimal]:
        return [one.total for one in self.ratings.values() if one.total is not None]

    @property
    def is_complete(self) -> bool:
        return len(self.ratings) == self.judges

    @property
    def is_absent(self) -> bool:
        """Every assessor says that she was not there."""
        return self.is_complete and not self.totals

    @property
    def is_split(self) -> bool:
        """Some say that she was there, some that she was not."""
        return self.is_complete and bool(self.totals) and len(self.totals) < len(self.ratings)

    @property
    def spread(self) -> Decimal:
        return spread(self.totals) if self.totals else Decimal(0)

    @property
    def needs_ruling(self) -> bool:
        return self.ruling is None and (self.is_split or (self.is_complete and self.spread > self.spread_max))

    @property
    def mark(self) -> Decimal | None:
        """What becomes of it: the chief's word, else the mean; ``None`` for absent, or while something is missing."""
        if self.ruling is not None:
            return self.ruling.mark
        if not self.is_complete or self.is_absent or self.needs_ruling:
            return None
        return panel_mark(self.totals, trim_from=self.trim_from)


@dataclass(frozen=True)
class Board:
    """A room with its assessors and everybody before them."""

    room: PlanRoom
    judges: list[RoomDuty]
    confirmed: frozenset[int]
    lines: list[Line]

    @property
    def waiting(self) -> list[RoomDuty]:
        """Assessors who have not confirmed."""
        return [duty for duty in self.judges if duty.assessor_id not in self.confirmed]

    @property
    def disputes(self) -> list[Line]:
        return [line for line in self.lines if line.needs_ruling]

    @property
    def is_closed(self) -> bool:
        return bool(self.lines) and all(line.score is not None for line in self.lines)


def board_of(room: PlanRoom) -> Board:
    """A room as the desk sees it; as many queries for many people as for few."""
    judges = list(room.duties.filter(duty__in=sorted(JUDGING)).select_related("assessor__user").order_by("pk"))
    on = timezone.localdate(room.part.starts_at)
    figures = parameters_on([TRIM_FROM, SPREAD_MAX], city=settings.CITY_CODE, on=on)
    trim_from, spread_max = int(figures[TRIM_FROM].value), figures[SPREAD_MAX].value
    given: defaultdict[int, dict[int, Rating]] = defaultdict(dict)
    for rating in ratings_in_force(room):
        given[rating.candidate_id][rating.assessor_id] = rating
    seats = list(seats_of(room))
    people = [seat.candidate_id for seat in seats]
    rulings = {one.candidate_id: one for one in PanelRuling.objects.filter(part=room.part, candidate__in=people)}
    scores = {one.candidate_id: one for one in scores_in_force().filter(part=room.part, candidate__in=people)}
    sitting = {duty.assessor_id for duty in judges}
    lines = [
        Line(
            seat,
            {who: rating for who, rating in given[seat.candidate_id].items() if who in sitting},
            rulings.get(seat.candidate_id),
            scores.get(seat.candidate_id),
            len(judges),
            trim_from,
            spread_max,
        )
        for seat in seats
    ]
    confirmed = RoomConfirmation.objects.filter(room=room).values_list("assessor", flat=True)
    return Board(room, judges, frozenset(confirmed), lines)


@dataclass(frozen=True)
class MyLine:
    """One candidate before one assessor, and what she gave her."""

    seat: Seat
    rating: Rating | None

    @property
    def is_absent(self) -> bool:
        return self.rating is not None and self.rating.state == RatingState.ABSENT


@dataclass(frozen=True)
class MyRoom:
    """A room as one of its assessors sees it: nobody's marks but her own."""

    duty: RoomDuty
    lines: list[MyLine]
    is_confirmed: bool

    @property
    def room(self) -> PlanRoom:
        return self.duty.room

    @property
    def missing(self) -> list[MyLine]:
        return [line for line in self.lines if line.rating is None]


def my_room(duty: RoomDuty) -> MyRoom:
    """Her candidates by place, with what she gave."""
    ratings = ratings_in_force(duty.room).filter(assessor=duty.assessor_id)
    hers = {rating.candidate_id: rating for rating in ratings}
    lines = [MyLine(seat, hers.get(seat.candidate_id)) for seat in seats_of(duty.room)]
    is_confirmed = RoomConfirmation.objects.filter(room=duty.room, assessor=duty.assessor_id).exists()
    return MyRoom(duty, lines, is_confirmed)
