"""The invented city's figures: counted at once, so that nobody waits for the timetable."""

from datetime import date, datetime, time

from django.utils import timezone

from portal.dashboards.public import edition_make
from portal.dashboards.services import summaries_refresh


def dashboards_demo_load(*, on: date) -> None:
    """Count everything, and keep the last quarter's public edition. Running it again is safe."""
    at = timezone.make_aware(datetime.combine(on, time(8)))
    summaries_refresh(at=at)
    edition_make(at=at)
