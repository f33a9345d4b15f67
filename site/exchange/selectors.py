"""What officers may see of the exchange, and what still has to be handled."""

from datetime import date, datetime, timedelta

from django.db.models import QuerySet

from exchange.models import InboundMessage
from exchange.states import InboundState
from foundation.accounts.models import User
from foundation.accounts.selectors import roles_of
from foundation.accounts.states import Role
from foundation.outbox.models import OutboxMessage
from foundation.outbox.states import MessageState


def dead_letters_visible_to(user: User, *, on: date) -> QuerySet[OutboxMessage]:
    """Messages that were given up, the newest first; administrators see them all, others none. Without content."""
    if Role.ADMINISTRATOR not in roles_of(user, on=on):
        return OutboxMessage.objects.none()
    return OutboxMessage.objects.filter(state=MessageState.DEAD).defer("payload").order_by("-pk")


def inbound_due(*, now: datetime, limit: int) -> QuerySet[InboundMessage]:
    """Inbound messages that nobody handled within half a minute, the oldest first."""
    return InboundMessage.objects.filter(
        state=InboundState.RECEIVED, received_at__lte=now - timedelta(seconds=30)
    ).order_by("received_at")[:limit]
