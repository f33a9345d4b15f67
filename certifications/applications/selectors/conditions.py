"""Which conditions hold on a day.

An occupation's own edition answers where it has routes for the level; where it never had any, the general one does.
When the occupation's own has ended and none follows, nobody's older one slips in: the conditions are not known.
"""

from datetime import date
from functools import cached_property
from typing import TypeAlias

from django.db.models import Prefetch, Q, QuerySet

from certifications.applications.models import ConditionEdition, ConditionName, ConditionRoute
from certifications.applications.rules.conditions import Conditions, Names, Route, squeezed
from certifications.applications.states import DiplomaKind, EditionStatus, NameKind, TradeScope
from courses.catalogue.models import Occupation, WorkType
from foundation.database import in_force
from foundation.policy.values import is_checked

# Key of the occupation, and a name.
Trades: TypeAlias = list[tuple[int, str]]


def editions() -> QuerySet[ConditionEdition]:
    """Every edition with its occupation and document, the general ones first."""
    return ConditionEdition.objects.select_related(
        "occupation", "document", "drafted_by", "published_by", "verified_by"
    ).order_by("occupation__order", "-effective", "-pk")


def conditions_on(occupation: Occupation, level: int, *, on: date) -> Conditions | None:
    """The conditions for a level on a day, with the names they go by; None when none are in force."""
    return ConditionBook(on=on, of=occupation).conditions(occupation, level)


class ConditionBook:
    """The conditions in force on a day, read once for many occupations and levels; with ``of``, for one occupation."""

    def __init__(self, *, on: date, of: Occupation | None = None) -> None:
        self._on = on
        wanted = Q(occupation=of) | Q(occupation=None) if of is not None else Q()
        self._published = ConditionEdition.objects.filter(wanted, status=EditionStatus.PUBLISHED)
        routes = ConditionRoute.objects.select_related("document").order_by("position")
        standing = self._published.filter(in_force(on)).prefetch_related(
            Prefetch("routes", queryset=routes, to_attr="routes_in_order"), "names"
        )
        self._standing: dict[int | None, ConditionEdition] = {one.occupation_id: one for one in standing}

    def conditions(self, occupation: Occupation, level: int) -> Conditions | None:
        """The conditions for a level, with the names they go by; None when none are in force."""
        own = self._standing.get(occupation.pk)
        chosen, routes = own, _routes_of(own, level)
        if not routes:
            has_ended = (occupation.pk, level) in self._ended
            chosen = None if has_ended else self._standing.get(None)
            routes = _routes_of(chosen, level)
        if chosen is None:
            return None
        return Conditions(
            edition_id=chosen.pk,
            title=chosen.title,
            since=chosen.effective.lower,
            routes=tuple(_route(chosen, row, number) for number, row in enumerate(routes, start=1)),
            names=self.names(occupation),
        )

    def names(self, occupation: Occupation) -> Names:
        """What the trade and its neighbours are called."""
        return _names(occupation, self._standing.get(occupation.pk), self._trades)

    @cached_property
    def _ended(self) -> set[tuple[int | None, int | None]]:
        """The levels of occupations that had routes of their own once."""
        ended = self._published.filter(effective__endswith__lte=self._on, occupation__isnull=False)
        return set(ended.values_list("occupation", "routes__level"))

    @cached_property
    def _trades(self) -> Trades:
        return _trades()


def names_on(occupation: Occupation, *, on: date) -> Names:
    """What the trade and its neighbours are called on a day, whether conditions are in force or not."""
    own = ConditionEdition.objects.filter(in_force(on), status=EditionStatus.PUBLISHED, occupation=occupation)
    return _names(occupation, own.prefetch_related("names").first(), _trades())


def _routes_of(edition: ConditionEdition | None, level: int) -> list[ConditionRoute]:
    rows: list[ConditionRoute] = getattr(edition, "routes_in_order", [])
    return [row for row in rows if row.level == level]


def _route(edition: ConditionEdition, row: ConditionRoute, number: int) -> Route:
    by_officer = edition.verified_at is not None
    return Route(
        number=number,
        wording=row.wording,
        prior_level=row.prior_level,
        prior_scope=TradeScope(row.prior_scope),
        years_after=row.years_after,
        total_years=row.total_years,
        work_scope=TradeScope(row.work_scope),
        diploma=DiplomaKind(row.diploma) if row.diploma else None,
        is_final_year_counted=row.is_final_year_counted,
        is_major_needed=row.is_major_needed,
        is_apprenticeship=row.is_apprenticeship,
        min_age=row.min_age,
        is_intent_enough=row.is_intent_enough,
        article=row.article,
        document=str(row.document),
        verified=is_checked(row.provenance, origin=edition.origin, by_officer=by_officer),
    )


def _trades() -> Trades:
    """What the catalogue calls occupations and work types, each with the occupation it is of."""
    work_types = [(pk, squeezed(name)) for pk, name in WorkType.objects.values_list("occupation", "name")]
    return [*work_types, *((pk, squeezed(name)) for pk, name in Occupation.objects.values_list("pk", "name"))]


def _names(occupation: Occupation, own: ConditionEdition | None, trades: Trades) -> Names:
    """What the trade is called: by the catalogue, and by the edition in force."""
    rows: list[ConditionName] = list(own.names.all()) if own else []

    def of_kind(kind: NameKind) -> frozenset[str]:
        return frozenset(squeezed(row.name) for row in rows if row.kind == kind)

    mine = {name for pk, name in trades if pk == occupation.pk} | {squeezed(occupation.name)}
    others = {name for pk, name in trades if pk != occupation.pk}
    related = of_kind(NameKind.RELATED)
    return Names(
        own=frozenset(mine) | of_kind(NameKind.POST),
        related=related,
        majors=of_kind(NameKind.MAJOR),
        others=frozenset(others) - related,
        own_code=occupation.code,
    )
