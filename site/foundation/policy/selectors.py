"""What is in force on a day.

A parameter is looked for in the city, then in its province, then in the nation, and the nearest place that *has* the
parameter answers alone: when the city's own figure has ended, the province's is not taken in its stead.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.backends.postgresql.psycopg_any import DateRange
from django.db.models import F, FilteredRelation, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from foundation.policy.errors import PolicyGapError
from foundation.policy.models import Parameter, ParameterVersion
from foundation.policy.states import VersionStatus, places_above
from foundation.policy.values import ParameterSet, ParameterValue, Period, is_checked

Answer = ParameterValue | PolicyGapError

COLUMNS = {
    "version_id": F("now__id"),
    "value": F("now__value"),
    "effective": F("now__effective"),
    "article": F("now__article"),
    "provenance": F("now__provenance"),
    "origin": F("now__origin"),
    "verified_at": F("now__verified_at"),
    "doc_no": F("now__document__doc_no"),
    "document_title": F("now__document__title"),
    "address": F("now__document__address"),
}


DIFFERENCE_LABELS = {
    "value": _("数值"),
    "effective": _("执行期间"),
    "document": _("依据文件"),
    "article": _("条款"),
    "provenance": _("来源可靠程度"),
    "note": _("说明"),
}


def parameter_on(code: str, *, city: str, on: date) -> ParameterValue:
    """The figure in force in a city on a day; ``PolicyGapError`` when there is none."""
    answer = figures_for([code], city=city, on=on)[code]
    if isinstance(answer, PolicyGapError):
        raise answer
    return answer


def parameters_on(codes: Iterable[str] = (), *, prefixes: Iterable[str] = (), city: str, on: date) -> ParameterSet:
    """All the figures in force under these codes and prefixes, read in one query; gaps show when they are asked for."""
    wanted = Q(code__in=list(codes))
    for prefix in prefixes:
        wanted |= Q(code=prefix) | Q(code__startswith=f"{prefix.rstrip('.')}.")
    answers = _answers(wanted, city=city, on=on)
    found = {code: answer for code, answer in answers.items() if isinstance(answer, ParameterValue)}
    return ParameterSet(found, city=city, on=on)


def figures_for(codes: Sequence[str], *, city: str, on: date) -> dict[str, Answer]:
    """For each code its figure on the day, or the ``PolicyGapError`` that says there is none; one query."""
    answers = _answers(Q(code__in=list(codes)), city=city, on=on)
    return {code: answers.get(code) or PolicyGapError(code, on, city) for code in codes}


def figures_over(codes: Sequence[str], *, city: str, days: Collection[date]) -> dict[date, dict[str, Answer]]:
    """What ``figures_for`` says on each of the days; one query for all of them."""
    found = _answers_over(Q(code__in=list(codes)), city=city, days=days)
    return {day: {code: found[day].get(code) or PolicyGapError(code, day, city) for code in codes} for day in days}


def codes_known(codes: Iterable[str], *, city: str) -> set[str]:
    """Those of the codes that the city, its province or the nation has a parameter for, in force or not."""
    parameters = Parameter.objects.filter(code__in=list(codes), city_code__in=places_above(city))
    return set(parameters.values_list("code", flat=True))


def in_force(on: date, *, city: str) -> QuerySet[ParameterVersion]:
    """The published values of exactly this place on the day, with parameter and document."""
    return (
        ParameterVersion.objects.all()
        .in_force(on)
        .filter(parameter__city_code=city)
        .select_related("parameter", "document", "published_by", "verified_by")
        .order_by("parameter__code")
    )


def history_of(parameter: Parameter) -> QuerySet[ParameterVersion]:
    """Every published value of a parameter, the latest first."""
    return (
        ParameterVersion.objects.filter(parameter=parameter, status=VersionStatus.PUBLISHED)
        .select_related("parameter", "document", "drafted_by", "published_by", "verified_by")
        .order_by("-effective", "-pk")
    )


@dataclass(frozen=True, slots=True)
class Difference:
    """One field of two versions that is not the same."""

    field: str
    label: str
    before: str
    after: str


def diff(before: ParameterVersion | None, after: ParameterVersion) -> list[Difference]:
    """What a version changes against another; against nothing, everything is new."""
    differences = []
    for field, label in DIFFERENCE_LABELS.items():
        old, new = _shown(before, field) if before else "", _shown(after, field)
        if old != new:
            differences.append(Difference(field, str(label), old, new))
    return differences


def version_before(draft: ParameterVersion) -> ParameterVersion | None:
    """The published value the draft would follow: in force on its first day, else the last before."""
    return (
        ParameterVersion.objects.filter(
            parameter=draft.parameter_id,
            status=VersionStatus.PUBLISHED,
            effective__startswith__lte=draft.effective.lower,
        )
        .exclude(pk=draft.pk)
        .select_related("parameter", "document")
        .order_by("-effective__startswith")
        .first()
    )


def _shown(version: ParameterVersion, field: str) -> str:
    if field == "value":
        return version.text
    if field == "effective":
        return f"{version.effective.lower:%Y-%m-%d} — {version.last_day or ''}"
    if field == "provenance":
        return version.get_provenance_display()
    return str(getattr(version, field))


def _answers(wanted: Q, *, city: str, on: date) -> dict[str, Answer]:
    return _answers_over(wanted, city=city, days=[on])[on]


def _answers_over(wanted: Q, *, city: str, days: Collection[date]) -> dict[date, dict[str, Answer]]:
    """One query: each parameter of the three places, with the versions in force on any of the days beside it."""
    places = places_above(city)
    span = DateRange(min(days), max(days), "[]")
    rows = (
        Parameter.objects.filter(wanted, city_code__in=places)
        .annotate(
            now=FilteredRelation(
                "versions",
                condition=Q(versions__status=VersionStatus.PUBLISHED, versions__effective__overlap=span),
            )
        )
        .values("code", "unit", "city_code", "meaning", **COLUMNS)
    )
    nearest: dict[str, list[Mapping[str, Any]]] = {}
    for row in sorted(rows, key=lambda row: places.index(row["city_code"])):
        known = nearest.setdefault(row["code"], [row])
        if known[0] is not row and known[0]["city_code"] == row["city_code"]:
            known.append(row)
    return {
        day: {code: _on(day, versions) or PolicyGapError(code, day, city) for code, versions in nearest.items()}
        for day in days
    }


def _on(day: date, versions: Iterable[Mapping[str, Any]]) -> ParameterValue | None:
    found = (row for row in versions if row["version_id"] is not None and day in row["effective"])
    return next((_value(row) for row in found), None)


def _value(row: Mapping[str, Any]) -> ParameterValue:
    value: Decimal = row["value"]
    return ParameterValue(
        code=row["code"],
        value=value,
        unit=row["unit"],
        version_id=row["version_id"],
        article=row["article"],
        doc_no=row["doc_no"],
        document_title=row["document_title"],
        effective=Period.of(row["effective"].lower, row["effective"].upper),
        verified=is_checked(row["provenance"], origin=row["origin"], by_officer=row["verified_at"] is not None),
        provenance=row["provenance"],
        city_code=row["city_code"],
        meaning=row["meaning"],
        address=row["address"],
    )
