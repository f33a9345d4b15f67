"""Signs of life of the background work, and the libraries' own housekeeping."""

from celery import shared_task
from django.core.management import call_command
from django.utils import timezone

from portal.operations.health import heartbeat_put


@shared_task
def heartbeat() -> None:
    """Remember that the scheduler and a worker are alive."""
    heartbeat_put(at=timezone.now())


@shared_task
def scheduled_pages_publish() -> None:
    """Publish pages whose hour has come, and take down those whose hour is over."""
    call_command("publish_scheduled", verbosity=0)


@shared_task
def sessions_clear() -> None:
    """Forget sessions that have ended."""
    call_command("clearsessions", verbosity=0)
