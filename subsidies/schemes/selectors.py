"""Which schemes there are on a day, their figures, and which classes a case belongs to."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from django.conf import settings
from django.db.models import QuerySet

from foundation.database import in_force
from foundation.policy.models import ParameterVersion
from foundation.policy.selectors import parameters_on
from foundation.policy.states import VersionStatus, places_above
from foundation.policy.values import ParameterSet, ParameterValue, Period
from subsidies.schemes.models import OccupationFlag, Scheme
from subsidies.schemes.rules import CLASSES, SIX_GROUPS
from subsidies.schemes.rules.names import is_condition
from subsidies.schemes.states import SchemeRule, SchemeState

# 六类人员: which groups belong to them is a switch for each group under this code.
SIX_GROUPS_CODE = "subsidy.six_groups"


def published(*, city: str) -> QuerySet[Scheme]:
    """Every published edition of the city's schemes, with its document."""
    return Scheme.objects.filter(city_code=city, state=SchemeState.PUBLISHED).select_related("document")


def own_schemes() -> QuerySet[Scheme]:
    """What may be claimed here: the published schemes of this city that the bureau pays. Other cities' are kept to
    compare with, and what another body pays is only shown.
    """
    return published(city=settings.CITY_CODE).filter(paid_by="")


def schemes_on(*, city: str, on: date) -> list[Scheme]:
    """The schemes in force on a day, with their papers, in the order in which they are shown; awards are apart."""
    rows = published(city=city).exclude(rule=SchemeRule.AWARD)
    return list(rows.filter(in_force(on)).prefetch_related("papers"))


def schemes_shown(*, city: str, on: date) -> list[Scheme]:
    """The schemes in force and those that have ended, each once, in its latest edition: for 政策待确认.

    Without awards: an employer files for them, so nobody is asked or answered about them by a certificate alone.
    """
    return _latest(published(city=city).exclude(rule=SchemeRule.AWARD), on)


def awards_shown(*, city: str, on: date) -> list[Scheme]:
    """Programmes that award skilled people, in force or ended, each once; those that another body pays too."""
    return _latest(published(city=city).filter(rule=SchemeRule.AWARD), on)


def _latest(rows: QuerySet[Scheme], on: date) -> list[Scheme]:
    editions = rows.filter(effective__startswith__lte=on).prefetch_related("papers")
    latest: dict[str, Scheme] = {}
    for scheme in editions.order_by("effective"):
        latest[scheme.code] = scheme
    return sorted(latest.values(), key=lambda scheme: (scheme.order, scheme.code))


class SchemeFigures(ParameterSet):
    """The figures of a scheme on a day, and what ended without anything in its stead."""

    __slots__ = ("lapsed", "lasts")

    def __init__(
        self,
        values: Mapping[str, ParameterValue],
        *,
        city: str,
        on: date,
        lapsed: tuple[str, ...] = (),
        lasts: Mapping[str, date] | None = None,
    ) -> None:
        super().__init__(values, city=city, on=on)
        # Conditions that were asked in this edition and whose figure has ended since: nobody knows whether they hold.
        self.lapsed = lapsed
        # The last day on which a figure is known, where there is one; a later value that follows at once prolongs it.
        self.lasts = dict(lasts or {})


def figures_of(scheme: Scheme, *, on: date) -> SchemeFigures:
    """Every figure of the scheme in force on the day, in two queries."""
    found = parameters_on(prefixes=[scheme.code], city=scheme.city_code, on=on)
    history = _history(scheme)
    lapsed = tuple(
        sorted(
            code
            for code, periods in history.items()
            if code not in found
            and is_condition(code.removeprefix(f"{scheme.code}."))
            and any(one.first <= on and scheme.effective.lower <= (one.last or date.max) for one in periods)
        )
    )
    lasts = {code: last for code in found if (last := _last_day(history.get(code, []), on)) is not None}
    return SchemeFigures(found, city=scheme.city_code, on=on, lapsed=lapsed, lasts=lasts)


def _history(scheme: Scheme) -> dict[str, list[Period]]:
    """When each figure of the scheme was or will be in force, from the nearest place that has it."""
    places = places_above(scheme.city_code)
    rows = ParameterVersion.objects.filter(
        status=VersionStatus.PUBLISHED,
        parameter__code__startswith=f"{scheme.code}.",
        parameter__city_code__in=places,
    ).values_list("parameter__code", "parameter__city_code", "effective")
    by_place: dict[str, dict[str, list[Period]]] = defaultdict(lambda: defaultdict(list))
    for code, place, effective in rows:
        by_place[code][place].append(Period.of(effective.lower, effective.upper))
    return {
        code: sorted(found[min(found, key=places.index)], key=lambda one: one.first) for code, found in by_place.items()
    }


def _last_day(periods: Iterable[Period], on: date) -> date | None:
    """The last day of the unbroken run of periods that holds the day; nothing while it is open."""
    last: date | None = None
    for one in periods:
        if on in one or (last is not None and (one.first - last).days == 1):
            if one.last is None:
                return None
            last = one.last
    return last


@dataclass(frozen=True, slots=True)
class ClassBook:
    """What a city's catalogue and papers say of classes of people and occupations; read once for many cases."""

    flags: tuple[OccupationFlag, ...]
    six_groups: Mapping[str, tuple[Period, ...]]
    # For each class, when a figure of it was in force.
    known: Mapping[str, tuple[Period, ...]]

    def classes_of(
        self,
        *,
        occupation_code: str,
        work_type_name: str,
        level: str,
        groups: Iterable[str],
        issued_on: date | None,
        on: date,
    ) -> frozenset[str]:
        """The classes of one case. What a certificate is, it is by its day of issue; what a person is, by the claim."""
        day = issued_on or on
        found = {
            flag.flag
            for flag in self.flags
            if flag.occupation.code == occupation_code
            and day in Period.of(flag.effective.lower, flag.effective.upper)
            and (flag.work_type is None or flag.work_type.name == work_type_name)
            and (flag.level is None or level == f"level{flag.level}")
        }
        if any(on in period for group in groups for period in self.six_groups.get(group, ())):
            found.add(SIX_GROUPS)
        return frozenset(one for one in found if any(day in period for period in self.known.get(one, ())))


def class_book(*, city: str, scheme: Scheme | None = None) -> ClassBook:
    """The book of a city; with a scheme, only classes that this scheme has figures for count. Two queries."""
    flags = OccupationFlag.objects.filter(city_code=city, state=SchemeState.PUBLISHED)
    versions = ParameterVersion.objects.filter(
        status=VersionStatus.PUBLISHED, parameter__city_code__in=places_above(city)
    )
    prefix = scheme.code if scheme else ""
    six: dict[str, list[Period]] = defaultdict(list)
    known: dict[str, list[Period]] = defaultdict(list)
    rows = versions.filter(parameter__code__regex=r"\.(six_groups|shortage\w*|key_occupation)(\.|$)")
    for code, value, effective in rows.values_list("parameter__code", "value", "effective"):
        period = Period.of(effective.lower, effective.upper)
        if code.startswith(f"{SIX_GROUPS_CODE}."):
            if value:
                six[code.rsplit(".", 1)[1]].append(period)
            continue
        if code.startswith(prefix):
            for name in CLASSES:
                if f".uplift.{name}" in code or f".amount.{name}." in code:
                    known[name].append(period)
    return ClassBook(
        tuple(flags.select_related("occupation", "work_type")),
        {group: tuple(periods) for group, periods in six.items()},
        {name: tuple(periods) for name, periods in known.items()},
    )


def classes_of(
    *,
    city: str,
    occupation_code: str,
    work_type_name: str,
    level: str,
    groups: Iterable[str],
    issued_on: date | None,
    on: date,
    scheme: Scheme | None = None,
) -> frozenset[str]:
    """The classes one case belongs to; for many cases, ask a ``class_book``."""
    return class_book(city=city, scheme=scheme).classes_of(
        occupation_code=occupation_code,
        work_type_name=work_type_name,
        level=level,
        groups=groups,
        issued_on=issued_on,
        on=on,
    )
