"""What the audit does by itself, every night."""

from celery import shared_task
from django.utils import timezone

from foundation.audit.services import days_seal


@shared_task
def day_seal() -> int:
    """Seal the days that are over. Safe to run any number of times."""
    return len(days_seal(on=timezone.localdate()))
