"""What happens to results by itself."""

import structlog
from celery import shared_task
from django.utils import timezone

from certifications.scoring.selectors.results import plans_due
from certifications.scoring.services import results_finalise
from foundation.errors import DomainError

log = structlog.get_logger(__name__)


@shared_task
def results_finalise_due() -> int:
    """Make final whatever had its days of appeal; one plan that cannot be holds up none of the others."""
    now, done = timezone.now(), 0
    for pk in plans_due(on=timezone.localdate(now)).values_list("pk", flat=True):
        try:
            results_finalise(plan_id=pk, actor=None, at=now)
        except DomainError as refusal:
            log.warning("scoring.results.not_final", plan=pk, code=refusal.code)
        else:
            done += 1
    return done
