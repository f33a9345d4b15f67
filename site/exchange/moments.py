"""When something happened, by the clock of another system."""

from datetime import datetime, timedelta

from django.utils import timezone
from django.utils.dateparse import parse_datetime


def moment_near(reported: str, received_at: datetime) -> datetime:
    """When it happened by the other side's clock, as long as that is near ours."""
    try:
        at = parse_datetime(reported) or received_at
        at = at if timezone.is_aware(at) else timezone.make_aware(at)
        return at if abs(received_at - at) < timedelta(days=7) else received_at
    except (ValueError, OverflowError):
        return received_at
