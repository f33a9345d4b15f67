"""Daily upkeep of accounts."""

from datetime import timedelta

from celery import shared_task
from django.utils import timezone

from foundation.accounts.phone_codes import phone_codes_purge
from foundation.accounts.selectors import staff_touched_by_roles
from foundation.accounts.services import groups_sync, unproven_accounts_purge

UNPROVEN_FOR = timedelta(days=1)
# Longer than the longest span a limit looks back over.
CODES_KEPT_FOR = timedelta(days=2)


@shared_task
def memberships_sync() -> None:
    """Bring everybody's groups into line with the roles of today: memberships begin and end by themselves."""
    on = timezone.localdate()
    for user in staff_touched_by_roles().iterator(chunk_size=500):
        groups_sync(user=user, on=on)


@shared_task
def accounts_tidy() -> None:
    """Forget accounts whose number nobody proved to hold, and codes no limit counts any more."""
    now = timezone.now()
    phone_codes_purge(sent_before=now - CODES_KEPT_FOR)
    unproven_accounts_purge(opened_before=now - UNPROVEN_FOR)
