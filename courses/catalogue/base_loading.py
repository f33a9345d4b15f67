"""Occupations, levels and packages that come with the platform, from ``base/*.toml``; loading twice is safe."""

import tomllib
from datetime import date, datetime, time
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils import timezone

from courses.catalogue.models import Occupation, OccupationLevel, PackageVersion, TrainingPackage, WorkType
from courses.catalogue.services import UnitEntry, units_write
from courses.catalogue.states import PackageStatus, TrainingKind
from foundation.database import period
from foundation.policy.services import base_data_load
from foundation.policy.states import Provenance

FOLDER = Path(__file__).parent / "base"
SAMPLE_SOURCE = "平台示范培训包，学时待核对职业标准"


@transaction.atomic
def catalogue_base_load(*, on: date) -> None:
    """Add what is missing: the platform's own rules, occupations with work types and levels, sample packages."""
    base_data_load(on=on, folder=FOLDER / "rules")
    for place, row in enumerate(_rows("occupations", "occupation"), start=1):
        _occupation(row, place)
    for row in _rows("packages", "package"):
        _package(row, on)


def _rows(name: str, key: str) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = tomllib.loads((FOLDER / f"{name}.toml").read_text("utf-8"))[key]
    return rows


def _occupation(row: dict[str, Any], place: int) -> None:
    occupation, _made = Occupation.objects.get_or_create(
        code=row["code"],
        defaults={
            "name": row["name"],
            "standard_edition": row.get("edition", ""),
            "source": row["source"],
            "provenance": row["provenance"],
            "order": place,
        },
    )
    for order, name in enumerate(row.get("work_types", []), start=1):
        WorkType.objects.get_or_create(occupation=occupation, name=name, defaults={"order": order})
    for block in row["levels"]:
        hours = block.get("hours", [None] * len(block["levels"]))
        split: list[WorkType | None] = list(occupation.work_types.filter(name__in=block.get("work_types", [])))
        for work_type in split or [None]:
            for level, reference in zip(block["levels"], hours, strict=True):
                OccupationLevel.objects.get_or_create(
                    occupation=occupation,
                    work_type=work_type,
                    level=level,
                    defaults={
                        "effective": period(block["since"]),
                        "reference_hours": reference,
                        "source": row["source"],
                        "provenance": row["provenance"],
                    },
                )


def _package(row: dict[str, Any], on: date) -> None:
    occupation = Occupation.objects.get(code=row["occupation"])
    work_type = occupation.work_types.get(name=row["work_type"]) if "work_type" in row else None
    package, made = TrainingPackage.objects.get_or_create(
        code=row["code"],
        defaults={
            "title": row["title"],
            "occupation": occupation,
            "work_type": work_type,
            "level": row.get("level"),
            "kind": row.get("kind", TrainingKind.LEVEL),
        },
    )
    if not made:
        return
    version = PackageVersion.objects.create(
        package=package,
        number=1,
        effective=period(row["since"]),
        source=SAMPLE_SOURCE,
        provenance=Provenance.PLATFORM,
    )
    units_write(
        version,
        [
            UnitEntry(module["title"], code, title, Decimal(theory), Decimal(practice), online)
            for module in row["modules"]
            for code, title, theory, practice, online in module["units"]
        ],
    )
    version.status = PackageStatus.PUBLISHED
    version.published_at = timezone.make_aware(datetime.combine(on, time.min))
    version.save(update_fields=["status", "published_at"])
