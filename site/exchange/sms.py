"""Text messages: to the gateway of a city, or to the inbox page of a developer."""

from typing import Any

from django.conf import settings
from django.utils import timezone

from exchange.adapters import Adapter
from exchange.http import post_signed
from foundation.outbox.errors import TransientDeliveryError
from foundation.outbox.models import OutboxMessage
from foundation.sms.models import SmsMessage
from foundation.sms.services import sms_delivery_record, sms_sent_record, sms_take_for_sending
from foundation.sms.states import SmsState

LONGEST_GATEWAY_ID = 100


def sms_adapter() -> Adapter:
    """The adapter that ``SMS_GATEWAY`` names."""
    return InboxAdapter() if settings.SMS_GATEWAY == "inbox" else HttpSmsAdapter()


def _receipt(sms: SmsMessage) -> dict[str, Any]:
    return {"state": sms.state, "gateway_id": sms.gateway_id}


class InboxAdapter:
    """Development: the message is where it should be, on the inbox page."""

    def send(self, message: OutboxMessage) -> dict[str, Any]:
        now = timezone.now()
        sms = sms_take_for_sending(sms_id=message.content["sms_id"], at=now)
        if sms.needs_sending:
            sms = sms_sent_record(sms_id=sms.pk, gateway_id=f"inbox-{sms.pk}", at=now)
            sms = sms_delivery_record(gateway_id=sms.gateway_id, state=SmsState.DELIVERED, code="", at=now)
        return _receipt(sms)


class HttpSmsAdapter:
    """The gateway of a city. It answers ``{"id": …}`` and reports later how far the message came."""

    def send(self, message: OutboxMessage) -> dict[str, Any]:
        sms = sms_take_for_sending(sms_id=message.content["sms_id"], at=timezone.now())
        if not sms.needs_sending:  # expired, or taken before the last sender died
            return _receipt(sms)
        answer = post_signed(
            settings.SMS_GATEWAY_URL,
            settings.SMS_GATEWAY_KEY,
            {"reference": str(message.key), "template": sms.template, "phone": sms.phone, "text": sms.text},
            idempotency_key=str(message.key),
        )
        gateway_id = answer.get("id")
        if not isinstance(gateway_id, str | int) or not 0 < len(str(gateway_id)) <= LONGEST_GATEWAY_ID:
            raise TransientDeliveryError("bad_answer", "The gateway gave no id.")
        return _receipt(sms_sent_record(sms_id=sms.pk, gateway_id=str(gateway_id), at=timezone.now()))
