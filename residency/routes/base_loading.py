"""The packs of routes that come with the platform: the city's own and the references."""

import tomllib
from datetime import date, datetime, time
from decimal import Decimal
from pathlib import Path

from django.utils import timezone

from residency.routes.rules.packs import Pack, pack_read
from residency.routes.services.packs import packs_load

FOLDER = Path(__file__).parent / "base" / "packs"


def packs_of(folder: Path = FOLDER) -> list[Pack]:
    """The packs of a folder, in the order of their file names; ``PackError`` where one cannot be read."""
    return [
        pack_read(tomllib.loads(path.read_text(encoding="utf-8"), parse_float=Decimal))
        for path in sorted(folder.glob("*.toml"))
    ]


def routes_base_load(*, on: date) -> int:
    """Add what is missing; returns how many packs are new."""
    return packs_load(packs=packs_of(), at=timezone.make_aware(datetime.combine(on, time.min)))
