"""Which conditions hold on a day.

An occupation's own edition answers where it has routes for the level; where it never had any, the general one does.
When the occupation's own has ended and none follows, nobody's older one slips in: the conditions are not known.
"""

from datetime import date

from django.db.models import Prefetch, Q, QuerySet

from certifications.applications.models import ConditionEdition, ConditionName, ConditionRoute
from certifications.applications.rules.conditions import Conditions, Names, Route, squeezed
from certifications.applications.states import DiplomaKind, EditionStatus, NameKind, TradeScope
from courses.catalogue.models import Occupation, WorkType
from foundation.database import in_force
from foundation.policy.values import is_checked


def editions() -> QuerySet[ConditionEdition]:
    """Every edition with its occupation and document, the general ones first."""
    return ConditionEdition.objects.select_related(
        "occupation", "document", "drafted_by", "published_by", "verified_by"
    ).order_by("occupation__order", "-effective", "-pk")


def conditions_on(occupation: Occupation, level: int, *, on: date) -> Conditions | None:
    """The conditions for a level on a day, with the names they go by; None when none are in force."""
    routes = ConditionRoute.objects.filter(level=level).select_related("document").order_by("position")
    published = ConditionEdition.objects.filter(status=EditionStatus.PUBLISHED)
    standing = list(
        published.filter(in_force(on), Q(occupation=occupation) | Q(occupation=None)).prefetch_related(
            Prefetch("routes", queryset=routes, to_attr="routes_of_level"), "names"
        )
    )
    own = next((one for one in standing if one.occupation_id), None)
    general = next((one for one in standing if one.occupation_id is None), None)
    if own is None or not own.routes_of_level:
        own_ones = published.filter(occupation=occupation, routes__level=level)
        has_ended = own_ones.filter(effective__endswith__lte=on).exists()
        chosen = None if has_ended else general
    else:
        chosen = own
    if chosen is None:
        return None
    return Conditions(
        edition_id=chosen.pk,
        title=chosen.title,
        since=chosen.effective.lower,
        routes=tuple(_route(chosen, row, number) for number, row in enumerate(chosen.routes_of_level, start=1)),
        names=_names(occupation, own),
    )


def names_on(occupation: Occupation, *, on: date) -> Names:
    """What the trade and its neighbours are called on a day, whether conditions are in force or not."""
    own = ConditionEdition.objects.filter(in_force(on), status=EditionStatus.PUBLISHED, occupation=occupation)
    return _names(occupation, own.prefetch_related("names").first())


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


def _names(occupation: Occupation, own: ConditionEdition | None) -> Names:
    """What the trade is called: by the catalogue, and by the edition in force."""
    rows: list[ConditionName] = list(own.names.all()) if own else []

    def of_kind(kind: NameKind) -> frozenset[str]:
        return frozenset(squeezed(row.name) for row in rows if row.kind == kind)

    work_types = list(WorkType.objects.values_list("occupation", "name"))
    others = {squeezed(name) for name in Occupation.objects.exclude(pk=occupation.pk).values_list("name", flat=True)}
    others |= {squeezed(name) for pk, name in work_types if pk != occupation.pk}
    mine = {squeezed(name) for pk, name in work_types if pk == occupation.pk} | {squeezed(occupation.name)}
    related = of_kind(NameKind.RELATED)
    return Names(
        own=frozenset(mine) | of_kind(NameKind.POST),
        related=related,
        majors=of_kind(NameKind.MAJOR),
        others=frozenset(others) - related,
        own_code=occupation.code,
    )
