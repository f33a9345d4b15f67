"""Reading text messages."""

from django.conf import settings
from django.db.models import QuerySet

from foundation.sms.models import SmsMessage


def inbox_messages(limit: int) -> QuerySet[SmsMessage]:
    """The newest messages for the development inbox; none where messages go to real phones."""
    if settings.SMS_GATEWAY != "inbox":
        return SmsMessage.objects.none()
    return SmsMessage.objects.order_by("-pk")[:limit]
