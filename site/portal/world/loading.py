"""The year from its first day to this morning, played in the order of its classes and then of its claims."""

from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import islice
from random import Random
from zlib import crc32

from django.db import connection, transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from certifications.bodies.models import AssessmentBody
from certifications.certificates.models import LevelCertificate, TrainingCertificate
from courses.catalogue.models import PackageVersion
from foundation.accounts.models import Organisation, User
from foundation.accounts.states import OrganisationKind
from foundation.sms.services import inbox_catch_up
from portal.journey.clock import simulated_clock
from portal.world.beyond import accounts_opened, awards_filed, employer_opened, evidence_sent, school_prepares
from portal.world.claims import (
    Desk,
    Round,
    appeals_answered,
    claims_decided,
    claims_sent,
    claims_shown,
)
from portal.world.classes import Intake, Teaching, class_played
from portal.world.days import Days, NotYet, morning
from portal.world.exams import levels_recorded, test_played
from portal.world.lists import lists_bring
from portal.world.money import accounts_repaired, budgets_entered, claims_paid
from portal.world.offices import (
    Bureau,
    Campus,
    Founder,
    body_opened,
    bureau_staffed,
    school_opened,
)
from portal.world.people import Person, people
from workers.models import Worker

SEED = 2022_06
MONTH = timedelta(days=28)
# Working days before today at which the last rounds begin: by this morning the bank has answered, a batch is signed,
# is with the bank, waits to be built; a notice runs; both reviewers and intake have theirs before them.
LAST_ROUNDS = (16, 15, 14, 13, 9, 6, 5, 2)
IN_BATCH, OBJECTED = 15, 9
CLAIMS_OF = 76  # of a hundred
ACCOUNTS, EVIDENCE = 4, 6


@dataclass(frozen=True)
class Size:
    """How big the city is. The usual one is what `make run` can make while somebody waits."""

    workers: int = 1200
    schools: int = 6
    in_a_class: tuple[int, int] = (38, 48)
    levels: int = 280
    awards: int = 14
    between_rounds: timedelta = timedelta(days=40)

    @classmethod
    def of(cls, workers: int) -> "Size":
        """A city of so many people, with as many levels and awards as belong to them."""
        return cls(workers=workers, levels=workers * 7 // 30, awards=max(2, workers // 100))


@dataclass
class World:
    """What has come of the year so far."""

    size: Size
    random: Random
    days: Days
    bureau: Bureau
    campuses: list[Campus]
    body: AssessmentBody
    clerk: User
    employer: tuple[Organisation, User]
    crowd: Iterator[Person]
    known: list[Person] = field(default_factory=list)
    intakes: list[Intake] = field(default_factory=list)

    @property
    def teaching(self) -> Teaching:
        return Teaching(self.random, self.days, self.bureau)


@transaction.atomic
def world_load(*, on: date, size: Size | None = None, seed: int = SEED) -> World:
    """A year of a city. The same seed and day make the same world; the demonstration's accounts are there already."""
    rules_since = max(PackageVersion.objects.values_list("effective", flat=True), key=lambda one: one.lower).lower
    with simulated_clock(morning(on)) as clock:
        days = Days.until(on, rules_since=rules_since, clock=clock)
        world = _founded(size or Size(), Random(seed), days)  # noqa: S311 - an invented world, no secret
        _classes_play(world)
        _levels_play(world)
        connection.cursor().execute("ANALYZE")
        _claims_play(world)
        _beyond_play(world)
    inbox_catch_up(at=timezone.now())
    return world


def _founded(size: Size, random: Random, days: Days) -> World:
    at = days.office(days.first, 8)
    founder = Founder(random, days, User.objects.get(username="admin"), at)
    bureau = bureau_staffed(founder, Organisation.objects.get(kind=OrganisationKind.BUREAU))
    officer = bureau.moderator
    budgets_entered(days, bureau.finances[0])
    campuses = [school_opened(founder, place, officer=officer) for place in range(size.schools)]
    body, clerk = body_opened(founder, officer=officer)
    employer = employer_opened(founder)
    return World(size, random, days, bureau, campuses, body, clerk, employer, people(random, on=days.today))


# --- classes ----------------------------------------------------------------------------------------------------


def _classes_play(world: World) -> None:
    """Each track has one class after the other; the short training comes twice as often as the long one."""
    for intake in _intakes(world):
        world.intakes.append(intake)
        with suppress(NotYet):
            class_played(intake, world.teaching)
            if intake.place % 3 == 0:
                accounts_opened(intake, world.teaching, ACCOUNTS)
            test_played(intake, world.teaching)


def _intakes(world: World) -> Iterator[Intake]:
    """Beginnings spread over the year and a few weeks ahead, until the city has its people."""
    size, random, days = world.size, world.random, world.days
    tracks = [(campus, track) for campus in world.campuses for track in campus.tracks]
    average = sum(size.in_a_class) / 2
    count = max(len(tracks), round(size.workers / average))
    first, last = days.first + timedelta(days=28), days.today + timedelta(days=24)
    step = (last - first) / count
    fates = {round(count * share): fate for share, fate in ((0.2, "return"), (0.45, "cancel"), (0.6, "refuse"))}
    for place in range(count):
        campus, track = tracks[place % len(tracks)]
        is_long = place % 5 == 2
        yield Intake(
            place=place,
            campus=campus,
            track=track,
            version=campus.courses[int(is_long)],
            people=_roster(world, random.randint(*size.in_a_class)),
            starts_on=days.working(first + place * step),
            fate=fates.get(place, ""),
        )


def _roster(world: World, count: int) -> list[Person]:
    """New people, and now and then somebody who comes back for more."""
    fresh = list(islice(world.crowd, count))
    world.known += fresh
    return fresh


# --- levels -----------------------------------------------------------------------------------------------------


def _levels_play(world: World) -> None:
    """Every four weeks the body sends the certificates of the month: of people who have files by then."""
    days, share = world.days, world.size.levels / 11
    serial, day = 1, days.first + MONTH * 3 // 2
    taken: set[int] = set()
    while True:
        with suppress(NotYet):
            at = days.office(day, 16)
            free = _people_on_file(world, taken, before=at.date())
            chosen = world.random.sample(free, min(len(free), round(share)))
            taken |= {one.number for one in chosen}
            if chosen:
                made = levels_recorded(world.body, world.clerk, chosen, world.teaching, serial=serial)
                serial += len(list(made))
            day += MONTH
            continue
        return


def _people_on_file(world: World, taken: set[int], *, before: date) -> list[Person]:
    """Whose class has begun by a day, and who has no certificate of the body yet."""
    begun = [one for intake in world.intakes if intake.run and intake.starts_on < before for one in intake.people]
    return [one for one in begun if one.number not in taken]


# --- claims -----------------------------------------------------------------------------------------------------


def _claims_play(world: World) -> None:
    """A round every six weeks, then several close together that are still under way this morning."""
    days = world.days
    starts = [days.before(days.today, back) for back in LAST_ROUNDS]
    day = days.working(days.first + MONTH * 3)
    turns: list[Round] = []
    while day + MONTH * 2 < starts[0]:
        turns.append(Round(len(turns) + 1, day))
        day = days.working(day + world.size.between_rounds)
    regular = len(turns)
    turns += [Round(regular + place, day) for place, day in enumerate(starts, start=1)]
    left: list[int] = []
    for turn in turns:
        if turn.number <= regular + 1:
            _lists(world, turn.starts_on)
        turn.claims += left
        # The last rounds share what is waiting then.
        share = 1 if turn.number <= regular else len(turns) + 1 - turn.number
        left = _round(world, turn, share)
    _lists(world, days.before(days.today, 1), everybody=True)


def _lists(world: World, day: date, *, everybody: bool = False) -> None:
    """Before a round the offices send their lists; not to load for hours, the earlier ones name whom it concerns."""
    days = world.days
    days.office(day, 8)
    held = Worker.objects.all()
    if not everybody:
        soon = day + max(world.size.between_rounds, MONTH)
        trained = TrainingCertificate.objects.filter(issued_on__lt=soon).values("worker")
        levelled = LevelCertificate.objects.filter(issued_on__lt=soon).values("worker")
        held = held.filter(Q(pk__in=trained) | Q(pk__in=levelled))
    numbers = [worker.id_number for worker in held]
    since = days.first - timedelta(days=500)
    lists_bring(numbers, officer=world.bureau.intakes[0], clock=days.clock, since=since)


def _round(world: World, turn: Round, share: int) -> list[int]:
    """All steps of a round as far as the days go; whoever waits for another batch is left for the next."""
    days, desk = world.days, Desk(world.teaching, turn.number)
    back = days.calendar.count(turn.starts_on, days.today)
    is_objected = back == OBJECTED or turn.number % 3 == 1
    steps: list[Callable[[], None]] = [
        lambda: claims_sent(turn, desk, trainings=_trainings(world, turn, share), levels=_levels(world, turn, share)),
        lambda: claims_decided(turn, desk),
        lambda: claims_shown(turn, desk, is_objected=is_objected),
        lambda: appeals_answered(turn, desk),
        lambda: claims_paid(turn, desk, is_sent=back != IN_BATCH),
    ]
    with suppress(NotYet):
        for step in steps:
            step()
        return list(accounts_repaired(turn, desk))
    return []


def _trainings(world: World, turn: Round, share: int) -> list[int]:
    rows = TrainingCertificate.objects.filter(school__in=[campus.school for campus in world.campuses])
    return _some_of(rows.filter(issued_on__lt=turn.starts_on, claims__isnull=True), share)


def _levels(world: World, turn: Round, share: int) -> list[int]:
    rows = LevelCertificate.objects.filter(body=world.body, issued_on__lt=turn.starts_on, claims__isnull=True)
    return _some_of(rows, share)


def _some_of(rows: QuerySet, share: int) -> list[int]:
    """Of those nobody has claimed for, whoever ever will: the same whenever it is asked."""
    known = rows.order_by("pk").values_list("pk", "number")
    waiting = [pk for pk, number in known if crc32(number.encode()) % 100 < CLAIMS_OF]
    return waiting[: -(-len(waiting) // share)]


# --- beyond -----------------------------------------------------------------------------------------------------


def _beyond_play(world: World) -> None:
    """A school gets its own claims ready, an employer files for awards, some send their evidence elsewhere."""
    with suppress(NotYet):
        school_prepares(world.campuses[0], world.teaching)
    held = LevelCertificate.objects.filter(body=world.body, level__lte=4).select_related("worker").order_by("pk")
    step = max(1, held.count() // world.size.awards)
    with suppress(NotYet):
        awards_filed(list(held[::step]), *world.employer, world.teaching)
    with suppress(NotYet):
        evidence_sent(world.teaching, EVIDENCE)
