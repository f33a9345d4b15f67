"""Writing messages with the decision, handing them to one sender at a time, and remembering what became of them."""

import hashlib
import json
import re
import traceback
from collections.abc import Callable, Collection, Iterable
from datetime import datetime
from typing import TYPE_CHECKING, Any

import structlog
from celery.exceptions import SoftTimeLimitExceeded
from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection, transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.db.transaction import TransactionManagementError
from django.utils import timezone
from django.utils.translation import gettext as _

from foundation.audit.services import audit_record
from foundation.crypto.masking import mask_text
from foundation.outbox.errors import DeliveryError, OutboxError, RefusedError, TransientDeliveryError
from foundation.outbox.models import TOPIC_SHAPE, OutboxMessage
from foundation.outbox.policies import delivery_policy
from foundation.outbox.signals import message_died
from foundation.outbox.states import OPEN, UNDELIVERED, MessageState
from foundation.outbox.wake import task_wake

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractUser

log = structlog.get_logger(__name__)

SENDER = "exchange.tasks.messages_send"

Receipt = dict[str, Any]
Send = Callable[[OutboxMessage], Receipt]


def message_enqueue(
    *, topic: str, subject: str, dedupe_key: str, payload: dict[str, Any], ordered: bool = False, urgent: bool = False
) -> OutboxMessage:
    """Keep a message for another system, to be sent once the surrounding transaction commits.

    The same topic and ``dedupe_key`` give the message that is there already. ``ordered`` messages about one subject
    go out in the order they were enqueued; whoever enqueues them holds a lock on the subject. Raises
    ``TransactionManagementError`` outside a transaction, and ``ValueError`` when the topic has no version or a key
    looks like personal data.
    """
    if not connection.in_atomic_block:
        raise TransactionManagementError("message_enqueue belongs inside the transaction that decides.")
    _keys_checked(topic, subject, dedupe_key)
    text = json.dumps(payload, cls=DjangoJSONEncoder, ensure_ascii=False, sort_keys=True)
    message, _created = OutboxMessage.objects.get_or_create(
        topic=topic,
        dedupe_key=dedupe_key,
        defaults={
            "subject": subject,
            "payload": text,
            "payload_sha256": hashlib.sha256(text.encode()).hexdigest(),
            "is_ordered": ordered,
            "is_urgent": urgent,
        },
    )
    _wake_sender_on_commit()
    return message


def messages_enqueue(*, topic: str, items: Iterable[tuple[str, str, dict[str, Any]]]) -> None:
    """Keep many messages at once, each a subject, a dedupe key and a payload: what ``message_enqueue`` does for one."""
    if not connection.in_atomic_block:
        raise TransactionManagementError("messages_enqueue belongs inside the transaction that decides.")
    rows = []
    for subject, dedupe_key, payload in items:
        _keys_checked(topic, subject, dedupe_key)
        text = json.dumps(payload, cls=DjangoJSONEncoder, ensure_ascii=False, sort_keys=True)
        digest = hashlib.sha256(text.encode()).hexdigest()
        rows.append(
            OutboxMessage(topic=topic, dedupe_key=dedupe_key, subject=subject, payload=text, payload_sha256=digest)
        )
    OutboxMessage.objects.bulk_create(rows, batch_size=2000, ignore_conflicts=True)
    _wake_sender_on_commit()


def _keys_checked(topic: str, *keys: str) -> None:
    if not re.fullmatch(TOPIC_SHAPE, topic):
        raise ValueError(f"A topic is a name and a version such as sms/1, not {topic!r}.")
    for key in keys:
        if mask_text(key) != key:
            raise ValueError(f"A key of topic {topic} looks like personal data; use an id.")


def _wake_sender() -> None:
    task_wake(SENDER)


def _wake_sender_on_commit() -> None:
    # A bulk import enqueues thousands of messages in one transaction; one wake-up is enough for them.
    if not any(entry[1] is _wake_sender for entry in connection.run_on_commit):
        transaction.on_commit(_wake_sender, robust=True)


def _due(now: datetime) -> QuerySet[OutboxMessage]:
    """Messages whose time has come and whose forerunners, where order matters, have arrived."""
    older = OutboxMessage.objects.filter(
        topic=OuterRef("topic"), subject=OuterRef("subject"), pk__lt=OuterRef("pk"), state__in=UNDELIVERED
    )
    return (
        OutboxMessage.objects.filter(state__in=OPEN)
        .filter(
            Q(state=MessageState.WAITING, not_before__lte=now) | Q(state=MessageState.IN_FLIGHT, leased_until__lte=now)
        )
        .filter(Q(is_ordered=False) | ~Exists(older))
        .order_by("-is_urgent", "pk")
    )


@transaction.atomic
def messages_lease(
    limit: int, *, now: datetime, topics: Collection[str] | None = None, only: Collection[int] | None = None
) -> list[OutboxMessage]:
    """Take up to ``limit`` due messages for this sender alone, until their lease runs out; of ``only`` these numbers.

    The attempt is counted before anything is sent, so a message that kills every sender dies in the end.
    """
    due = _due(now) if topics is None else _due(now).filter(topic__in=topics)
    if only is not None:
        due = due.filter(pk__in=only)
    leased = []
    for message in due.select_for_update(skip_locked=True, of=("self",))[:limit]:
        policy = delivery_policy(message.topic)
        if message.cancelled_at is not None:
            _close(message, MessageState.CANCELLED, now)
        elif message.attempts >= policy.attempts:
            _die(message, RefusedError("sender_lost", "Every sender that took the message was lost."))
        else:
            message.state = MessageState.IN_FLIGHT
            message.attempts += 1
            message.leased_until = now + policy.lease
            message.save(update_fields=["state", "attempts", "leased_until"])
            leased.append(message)
    return leased


def message_deliver(
    message: OutboxMessage, send: Send, *, clock: Callable[[], datetime] = timezone.now
) -> MessageState | None:
    """Send a leased message and store what came of it; None when the message is no longer this sender's.

    ``send`` runs outside any transaction. A sender that dies between sending and storing is repeated by the next one
    with the same ``message.key``, by which the other side knows it.
    """
    if not _lease_renew(message, clock()):
        log.info("outbox.lease_lost", message_id=message.pk)
        return None
    try:
        receipt = send(message)
    except DeliveryError as error:
        return _store_failure(message, error, clock())
    except SoftTimeLimitExceeded:
        raise  # The task is being stopped: the message comes back when its lease ends.
    except Exception as error:  # noqa: BLE001 - a fault of one adapter must not hold up the other messages
        # The text of an unknown error may hold personal data; its place in the code does not.
        frames = traceback.extract_tb(error.__traceback__)[-4:]
        log.error(
            "outbox.adapter_failed",
            message_id=message.pk,
            error=type(error).__name__,
            where=[f"{frame.filename}:{frame.lineno}" for frame in frames],
        )
        return _store_failure(message, TransientDeliveryError("internal", type(error).__name__), clock())
    return _store_success(message, receipt, clock())


@transaction.atomic
def messages_hand_over(*, topic: str, receipt: Any, now: datetime) -> list[str]:
    """Everything of a topic that is due, handed to a receiver inside this database; gives what the messages are about.

    What ``message_deliver`` stores for one, in one statement: the caller takes them in the same transaction.
    ``receipt`` is an expression over the messages.
    """
    due = _due(now).filter(topic=topic, is_ordered=False, cancelled_at=None).select_for_update(of=("self",))
    held = dict(due.values_list("pk", "subject"))
    OutboxMessage.objects.filter(pk__in=held).update(
        state=MessageState.DELIVERED,
        attempts=F("attempts") + 1,
        leased_until=None,
        payload="",
        receipt=receipt,
        delivered_at=now,
        last_error_code="",
        last_error="",
        keep_until=timezone.localdate(now) + delivery_policy(topic).keep,
    )
    return list(held.values())


def _lease_renew(message: OutboxMessage, now: datetime) -> bool:
    with transaction.atomic(durable=True):
        held = OutboxMessage.objects.filter(
            pk=message.pk, state=MessageState.IN_FLIGHT, attempts=message.attempts, cancelled_at=None
        )
        return held.update(leased_until=now + delivery_policy(message.topic).lease) == 1


@transaction.atomic
def _store_success(message: OutboxMessage, receipt: Receipt, now: datetime) -> MessageState | None:
    # Whoever holds the lease by now: the other side has the message, and that is what counts.
    stored = (
        OutboxMessage.objects.select_for_update().exclude(state=MessageState.DELIVERED).filter(pk=message.pk).first()
    )
    if stored is None:
        return None
    stored.receipt = receipt
    stored.delivered_at = now
    stored.last_error_code = stored.last_error = ""
    _close(stored, MessageState.DELIVERED, now)
    return MessageState.DELIVERED


@transaction.atomic
def _store_failure(message: OutboxMessage, error: DeliveryError, now: datetime) -> MessageState | None:
    stored = (
        OutboxMessage.objects.select_for_update()
        .filter(pk=message.pk, state=MessageState.IN_FLIGHT, attempts=message.attempts)
        .first()
    )
    if stored is None:
        return None
    log.warning("outbox.not_delivered", message_id=stored.pk, attempts=stored.attempts, code=error.code)
    policy = delivery_policy(stored.topic)
    if stored.cancelled_at is not None:
        _close(stored, MessageState.CANCELLED, now)
    elif isinstance(error, TransientDeliveryError) and stored.attempts < policy.attempts:
        _note(stored, error)
        stored.state = MessageState.WAITING
        stored.leased_until = None
        stored.not_before = now + policy.wait_after(stored.attempts, at_least=error.retry_after)
        stored.save(update_fields=["state", "leased_until", "not_before", "last_error_code", "last_error"])
    else:
        _die(stored, error)
    return MessageState(stored.state)


def _note(message: OutboxMessage, error: DeliveryError) -> None:
    message.last_error_code = error.code[:60]
    message.last_error = mask_text(error.detail)[:500]


def _close(message: OutboxMessage, state: MessageState, now: datetime) -> None:
    message.state = state
    message.leased_until = None
    message.payload = ""
    message.keep_until = timezone.localdate(now) + delivery_policy(message.topic).keep
    message.save()


def _die(message: OutboxMessage, error: DeliveryError) -> None:
    _note(message, error)
    message.state = MessageState.DEAD
    message.leased_until = None
    message.save(update_fields=["state", "leased_until", "last_error_code", "last_error"])
    log.error("outbox.message_died", message_id=message.pk, attempts=message.attempts, code=error.code)
    message_died.send_robust(sender=OutboxMessage, message=message)


@transaction.atomic
def message_send_again(*, message_id: int, actor: "AbstractUser", reason: str) -> OutboxMessage:
    """Give a dead message all its attempts again, or say why not. The caller has checked who may."""
    if not reason.strip():
        raise OutboxError("reason_missing", _("请填写重新发送的原因。"))
    message = OutboxMessage.objects.select_for_update().get(pk=message_id)
    if message.state != MessageState.DEAD:
        raise OutboxError(
            "not_dead",
            _("这条消息现在是“%(state)s”，只有发送失败的消息可以重新发送。") % {"state": message.get_state_display()},
        )
    audit_record(
        "outbox.message.sent_again",
        message,
        actor=actor,
        reason=reason,
        data={"attempts": message.attempts, "last_error_code": message.last_error_code},
    )
    message.state = MessageState.WAITING
    message.attempts = 0
    message.save(update_fields=["state", "attempts"])
    _wake_sender_on_commit()
    return message


@transaction.atomic
def messages_cancel(
    *,
    topic: str,
    subject: str,
    actor: "AbstractUser | None",
    reason: str,
    at: datetime,
    only: Collection[int] | None = None,
) -> int:
    """Withdraw what was not yet sent about a subject, as when a consent ends; gives the number withdrawn.

    ``only`` names the messages that are meant. A message in flight cannot be called back. Should it come back by
    itself, it is not sent again.
    """
    if not reason.strip():
        raise OutboxError("reason_missing", _("请填写撤回的原因。"))
    withdrawn = 0
    messages = OutboxMessage.objects.select_for_update().filter(
        topic=topic, subject=subject, state__in=UNDELIVERED, cancelled_at=None
    )
    if only is not None:
        messages = messages.filter(pk__in=only)
    for message in messages.order_by("pk"):
        message.cancelled_at = at
        in_flight = message.state == MessageState.IN_FLIGHT
        audit_record("outbox.message.cancelled", message, actor=actor, reason=reason, data={"in_flight": in_flight})
        if in_flight:
            message.save(update_fields=["cancelled_at"])
        else:
            _close(message, MessageState.CANCELLED, at)
            withdrawn += 1
    return withdrawn
