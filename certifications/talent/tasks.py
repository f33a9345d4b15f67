"""What happens to the register by itself."""

from celery import shared_task
from django.utils import timezone

from certifications.talent.selectors import workers_to_look_at
from certifications.talent.services import talents_rebuild

AT_ONCE = 500


@shared_task
def talents_rebuild_all() -> int:
    """Bring every entry in line with the levels that stand today: also those certified before there was a register, and
    appointments that have run out. How many changed."""
    workers = workers_to_look_at()
    steps = range(0, len(workers), AT_ONCE)
    return sum(talents_rebuild(worker_ids=workers[one : one + AT_ONCE], at=timezone.now()) for one in steps)
