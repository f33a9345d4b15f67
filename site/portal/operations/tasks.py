"""Signs of life of the background work."""

from celery import shared_task
from django.utils import timezone

from portal.operations.health import heartbeat_put


@shared_task  # type: ignore[untyped-decorator]
def heartbeat() -> None:
    """Remember that the scheduler and a worker are alive."""
    heartbeat_put(at=timezone.now())
