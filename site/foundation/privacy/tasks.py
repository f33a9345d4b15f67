"""What keeps the access log ready for the months to come."""

from celery import shared_task
from django.utils import timezone

from foundation.partitions import partitioned_tables, partitions_ensure


@shared_task
def partitions_ensure_task() -> list[str]:
    """Make the missing partitions of every table cut by month. Safe to run any number of times."""
    return [name for table in partitioned_tables() for name in partitions_ensure(table, on=timezone.localdate())]
