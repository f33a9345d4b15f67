"""Which events somebody may read."""

from datetime import date

from django.contrib.auth import get_user_model
from django.contrib.auth.models import AbstractUser
from django.db.models import QuerySet

from foundation.audit.models import AuditEvent

# Values of foundation.accounts.states.Role, which stands a floor above.
READERS_OF_ALL = ("auditor", "administrator", "officer_inspection")


def events_visible_to(user: AbstractUser, *, on: date) -> QuerySet[AuditEvent]:
    """Everything for auditors, administrators and inspection officers, their own acts for others; newest first."""
    events = AuditEvent.objects.select_related("actor", "on_behalf_of").order_by("-at", "-pk")
    if not user.is_active:
        return events.none()
    reads_all = (
        get_user_model()
        .objects.filter(pk=user.pk, memberships__role__in=READERS_OF_ALL, memberships__effective__contains=on)
        .exists()
    )
    return events if reads_all else events.filter(actor_id=user.pk)
