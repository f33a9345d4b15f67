"""Her self-estimates: worked out now, and those she asked to keep."""

from dataclasses import dataclass
from datetime import date

from django.conf import settings
from django.db.models import QuerySet

from residency.routes.models import RoutePack, SavedEstimate
from residency.routes.rules.estimating import Estimate, estimate, questions
from residency.routes.rules.facts import FACTS, Applicant
from residency.routes.rules.packs import Outcome, Pack, RouteKind, pack_read
from residency.routes.selectors.applicants import Known, known_of
from residency.routes.selectors.packs import packs_last
from workers.models import Worker


@dataclass(frozen=True)
class PackEstimates:
    """A pack of the city with an estimate for each route. ``is_gap``: it has ended and nothing followed, 政策待确认."""

    row: RoutePack
    pack: Pack
    is_gap: bool
    estimates: tuple[Estimate, ...]

    def of(self, code: str) -> Estimate | None:
        return next((one for one in self.estimates if one.route == code), None)


def estimates_for(worker: Worker, *, on: date, with_changes: bool = True) -> list[PackEstimates]:
    """Every route of her city on a day. Never by an edition that has ended, never by another city's pack."""
    return estimates_of(known_of(worker, on=on).applicant, on=on, with_changes=with_changes)


def estimates_of(applicant: Applicant, *, on: date, with_changes: bool = True) -> list[PackEstimates]:
    """The same for an applicant that is already known."""
    found = []
    for row in packs_last(city=settings.CITY_CODE, on=on):
        pack = pack_read(row.content)
        is_gap = row.effective.upper is not None and row.effective.upper <= on
        made = (
            ()
            if is_gap
            else tuple(estimate(pack, route, applicant, on=on, with_changes=with_changes) for route in pack.routes)
        )
        found.append(PackEstimates(row, pack, is_gap, made))
    return found


def asked_by(packs: list[PackEstimates], known: Known) -> tuple[str, ...]:
    """What the routes ask and the file cannot answer, in the order of the catalogue, answered by her or not."""
    asked: set[str] = set()
    on_file = Applicant({name: value for name, value in known.applicant.items() if name in known.on_file})
    for one in packs:
        for route in one.pack.routes:
            made = one.of(route.code)
            if made is not None and made.outcome != Outcome.GAP and route.kind != RouteKind.QUOTA:
                asked |= set(questions(route, on_file))
    return tuple(name for name in FACTS if name in asked)


def still_open(asked: tuple[str, ...], known: Known) -> tuple[str, ...]:
    """What she was not asked yet: neither answered nor said to be unsure."""
    return tuple(name for name in asked if name not in known.applicant and name not in known.answers.unsure)


def saved_of(worker: Worker) -> QuerySet[SavedEstimate]:
    """The estimates she asked to keep, the newest first."""
    return SavedEstimate.objects.filter(worker=worker).select_related("pack")
