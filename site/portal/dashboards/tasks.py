"""Counting ahead for the dashboards, and the public edition of a quarter."""

from celery import shared_task
from django.utils import timezone

from portal.dashboards.public import edition_make
from portal.dashboards.services import summaries_refresh


@shared_task
def summaries_make() -> bool:
    """Count anew. Safe to run twice or at once: whoever comes second finds it being done."""
    return summaries_refresh(at=timezone.now())


@shared_task
def public_edition_make() -> bool:
    """The edition of the last quarter, unless it is there. Safe to run twice."""
    return edition_make(at=timezone.now())
