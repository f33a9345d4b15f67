"""The packs of routes that come with the platform: the city's own and the references."""

from datetime import date, datetime, time
from pathlib import Path

from django.utils import timezone

from residency.routes.rules.packs import FOLDER, Pack, pack_from_toml
from residency.routes.services.packs import packs_load


def packs_of(folder: Path = FOLDER) -> list[Pack]:
    """The packs of a folder, in the order of their file names; ``PackError`` where one cannot be read."""
    return [pack_from_toml(path.read_text(encoding="utf-8")) for path in sorted(folder.glob("*.toml"))]


def routes_base_load(*, on: date) -> int:
    """Add what is missing; returns how many packs are new."""
    return packs_load(packs=packs_of(), at=timezone.make_aware(datetime.combine(on, time.min)))
