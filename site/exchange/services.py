"""Keeping and handling what other systems tell us; sending again what was given up."""

import hashlib
import json
from collections.abc import Callable
from datetime import date, datetime

import structlog
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from exchange.errors import ExchangeError
from exchange.evidence_results import RESULT as EVIDENCE_RESULT
from exchange.evidence_results import evidence_result_handle
from exchange.models import InboundMessage
from exchange.moments import moment_near
from exchange.selectors import dead_letters_visible_to
from exchange.states import InboundState
from foundation.accounts.models import User
from foundation.errors import DomainError
from foundation.outbox.models import OutboxMessage
from foundation.outbox.services import message_send_again
from foundation.outbox.wake import task_wake
from foundation.sms.services import sms_delivery_record

log = structlog.get_logger(__name__)

SMS_RECEIPT = "sms-receipt/1"
HANDLER = "exchange.tasks.inbound_handle"
ATTEMPTS = 8
# May heal: our own note of the gateway's number can be slower than its report.
HEALS = frozenset({"unknown_gateway_id"})


@transaction.atomic
def inbound_store(*, source: str, external_id: str, body: str, at: datetime) -> InboundMessage:
    """Keep a call as it came, to be handled once this is committed. The same call again gives the same row.

    Raises ``ExchangeError("different_body")`` when the other side uses one number for two messages.
    """
    digest = hashlib.sha256(body.encode()).hexdigest()
    message, created = InboundMessage.objects.get_or_create(
        source=source,
        external_id=external_id,
        defaults={"body": body, "body_sha256": digest, "received_at": at},
    )
    if message.body_sha256 != digest:
        raise ExchangeError("different_body", _("同一编号的消息内容不一致，请使用新的编号。"))
    if created:
        transaction.on_commit(lambda: task_wake(HANDLER, message.pk), robust=True)
    return message


@transaction.atomic
def inbound_message_handle(*, inbound_id: int, at: datetime) -> InboundState:
    """Act on a stored call, once. What may heal stays received for the next try; the rest is marked failed."""
    message = InboundMessage.objects.select_for_update().get(pk=inbound_id)
    if message.state != InboundState.RECEIVED:
        return InboundState(message.state)
    message.attempts += 1
    try:
        with transaction.atomic():
            _HANDLERS[message.source](message)
    except DomainError as error:
        message.last_error_code = error.code
        if error.code not in HEALS or message.attempts >= ATTEMPTS:
            message.state = InboundState.FAILED
            log.warning("exchange.inbound_failed", inbound_id=message.pk, code=error.code)
    else:
        message.state = InboundState.HANDLED
        message.handled_at = at
        message.last_error_code = ""
    message.save()
    return InboundState(message.state)


def _sms_receipt(message: InboundMessage) -> None:
    report = json.loads(message.body)
    sms_delivery_record(
        gateway_id=report["gateway_id"],
        state=report["state"],
        code=report.get("code", ""),
        at=moment_near(report.get("at", ""), message.received_at),
    )


_HANDLERS: dict[str, Callable[[InboundMessage], None]] = {
    SMS_RECEIPT: _sms_receipt,
    EVIDENCE_RESULT: evidence_result_handle,
}


def dead_letter_send_again(*, message_id: int, actor: User, reason: str, on: date) -> OutboxMessage:
    """Send a message again that was given up. Raises ``PermissionDenied`` for whoever may not see it."""
    if not dead_letters_visible_to(actor, on=on).filter(pk=message_id).exists():
        raise PermissionDenied
    return message_send_again(message_id=message_id, actor=actor, reason=reason)
