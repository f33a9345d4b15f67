"""What happens to claims by itself."""

from celery import shared_task
from django.utils import timezone

from subsidies.claims.services.awarding import awards_claim_due
from subsidies.claims.services.reminding import corrections_remind


@shared_task
def corrections_remind_due() -> int:
    """Remind those whose days for a correction are nearly over, each once."""
    return corrections_remind(at=timezone.now())


@shared_task
def awards_claim() -> int:
    """Claim for the parts of awards that have fallen due; how many claims were made or found."""
    return awards_claim_due(at=timezone.now()).claimed
