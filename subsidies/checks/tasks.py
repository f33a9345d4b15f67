"""The checks run by themselves: soon after a claim was sent, and every night over all that is open."""

import structlog
from celery import shared_task
from django.utils import timezone

from subsidies.checks.selectors import claims_open, claims_to_screen
from subsidies.checks.services import checks_run
from subsidies.checks.states import Moment

log = structlog.get_logger(__name__)
# As many claims as one run lays out at once.
CHUNK = 20_000


@shared_task
def claims_screen_new() -> int:
    """Look at the claims that were sent since the last time. Safe to run twice: what was seen is kept once."""
    ids = claims_to_screen(limit=CHUNK)
    if ids:
        checks_run(claim_ids=ids, moment=Moment.SUBMIT, actor=None, at=timezone.now())
    return len(ids)


@shared_task
def claims_rescreen() -> int:
    """Look again at everything that is open: lists are replaced, certificates revoked, others claim the same."""
    done, last = 0, 0
    while ids := claims_open(after=last, limit=CHUNK):
        checks_run(claim_ids=ids, moment=Moment.REVIEW, actor=None, at=timezone.now())
        done, last = done + len(ids), ids[-1]
    log.info("checks.rescreened", claims=done)
    return done
