"""Conditions that come with the platform, from ``base/*.toml``; loading twice is safe."""

import tomllib
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils import timezone

from certifications.applications.models import ConditionEdition, ConditionName, ConditionRoute
from certifications.applications.states import EditionStatus, NameKind, TradeScope
from courses.catalogue.models import Occupation
from foundation.audit.services import audit_record
from foundation.database import period
from foundation.policy.models import PolicyDocument
from foundation.policy.services import base_data_load
from foundation.policy.states import Origin

FOLDER = Path(__file__).parent / "base"
COPIED = ("level", "prior_level", "years_after", "total_years", "diploma", "min_age", "wording", "article")
RENAMED = {
    "apprenticeship": "is_apprenticeship",
    "major": "is_major_needed",
    "final_year": "is_final_year_counted",
    "intent": "is_intent_enough",
}
NAMES = {"related": NameKind.RELATED, "majors": NameKind.MAJOR, "posts": NameKind.POST}


@transaction.atomic
def conditions_base_load(*, on: date) -> int:
    """Add the editions that are missing, published as they came; how many were new."""
    base_data_load(on=on, folder=FOLDER / "rules")
    content = tomllib.loads((FOLDER / "conditions.toml").read_text("utf-8"))
    sets = {one["key"]: one for one in content["set"]}
    at = timezone.make_aware(datetime.combine(on, time.min))
    known = set(ConditionEdition.objects.exclude(base_key="").values_list("base_key", flat=True))
    new = [row for row in content["edition"] if row["key"] not in known]
    for row in new:
        _edition(row, sets, at)
    if new:
        audit_record("applications.conditions.loaded", None, actor=None, data={"editions": [row["key"] for row in new]})
    return len(new)


def _edition(row: dict[str, Any], sets: dict[str, Any], at: datetime) -> None:
    document = PolicyDocument.objects.get(base_key=row["document"])
    occupation = Occupation.objects.get(code=row["occupation"]) if "occupation" in row else None
    edition = ConditionEdition.objects.create(
        occupation=occupation,
        title=row["title"],
        effective=period(row["since"], row.get("until")),
        document=document,
        provenance=row["provenance"],
        note=row.get("note", ""),
        origin=Origin.BASE,
        base_key=row["key"],
    )
    ConditionRoute.objects.bulk_create(
        _route(edition, route, place, document)
        for place, route in enumerate(_routes(row, sets.get(row.get("set", ""), {})), start=1)
    )
    ConditionName.objects.bulk_create(
        ConditionName(edition=edition, kind=kind, name=name) for key, kind in NAMES.items() for name in row.get(key, [])
    )
    edition.status, edition.published_at = EditionStatus.PUBLISHED, at
    edition.save(update_fields=["status", "published_at"])


def _routes(row: dict[str, Any], common: dict[str, Any]) -> list[dict[str, Any]]:
    """The routes of the set, those of a level replaced by the edition's own."""
    own = [route | {"provenance": route.get("provenance", row["provenance"])} for route in row.get("route", [])]
    levels = {route["level"] for route in own}
    taken = [
        route | {"provenance": route.get("provenance", common["provenance"])}
        for route in common.get("route", [])
        if route["level"] not in levels and route["level"] in row.get("levels", [5, 4, 3, 2, 1])
    ]
    return sorted([*taken, *own], key=lambda route: -route["level"])


def _route(edition: ConditionEdition, row: dict[str, Any], place: int, document: PolicyDocument) -> ConditionRoute:
    scope = TradeScope(row.get("scope", TradeScope.RELATED))
    return ConditionRoute(
        edition=edition,
        position=place,
        document=document,
        provenance=row["provenance"],
        prior_scope=scope,
        work_scope=scope,
        **{name: row[name] for name in COPIED if name in row},
        **{field: row[name] for name, field in RENAMED.items() if name in row},
    )
