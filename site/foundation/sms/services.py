"""Sending a text message, and remembering how far it came."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import CharField, F, Value
from django.db.models.functions import Cast, Concat, JSONObject, Substr
from django.utils import timezone
from django.utils.translation import gettext as _

from foundation.outbox.models import OutboxMessage
from foundation.outbox.services import message_enqueue, messages_enqueue, messages_hand_over
from foundation.sms.errors import SmsError
from foundation.sms.models import SmsMessage
from foundation.sms.states import SmsState
from foundation.sms.templates import SmsTemplate, sms_template

TOPIC = "sms/1"

# A report that arrives late may only move a message forward.
RANK = {
    SmsState.QUEUED: 0,
    SmsState.SENT: 1,
    SmsState.EXPIRED: 2,
    SmsState.FAILED: 2,
    SmsState.DELIVERED: 3,
}
REPORTED = frozenset({SmsState.SENT, SmsState.DELIVERED, SmsState.FAILED})


@transaction.atomic
def sms_send(*, phone: str, template: SmsTemplate, context: dict[str, object], dedupe_key: str) -> SmsMessage:
    """Send a text to a phone once the surrounding transaction commits; the same ``dedupe_key`` sends nothing twice."""
    now = timezone.now()
    sms, created = SmsMessage.objects.get_or_create(
        dedupe_key=dedupe_key,
        defaults={
            "phone": phone,
            "template": template.code,
            "text": template.text(context),
            "queued_at": now,
            "expires_at": now + timedelta(seconds=template.ttl_seconds),
        },
    )
    if created:
        message_enqueue(
            topic=TOPIC,
            subject=f"sms:{sms.pk}",
            dedupe_key=dedupe_key,
            payload={"sms_id": sms.pk},
            urgent=template.secret,
        )
    return sms


@dataclass(frozen=True)
class NewSms:
    """A text to be sent: to whom, by which wording, with which words, and what makes it one of its kind."""

    phone: str
    template: SmsTemplate
    context: dict[str, object]
    dedupe_key: str


@transaction.atomic
def sms_send_many(texts: Sequence[NewSms]) -> None:
    """Send many ordinary texts: what ``sms_send`` does for one, in a handful of queries."""
    if not texts:
        return
    now = timezone.now()
    keys = {one.dedupe_key for one in texts}
    known = set(SmsMessage.objects.filter(dedupe_key__in=keys).values_list("dedupe_key", flat=True))
    new = [
        SmsMessage(
            phone=one.phone,
            template=one.template.code,
            text=one.template.text(one.context),
            dedupe_key=one.dedupe_key,
            queued_at=now,
            expires_at=now + timedelta(seconds=one.template.ttl_seconds),
        )
        for one in texts
        if one.dedupe_key not in known
    ]
    SmsMessage.objects.bulk_create(new, batch_size=2000, ignore_conflicts=True)
    rows = SmsMessage.objects.filter(dedupe_key__in=keys - known).values_list("pk", "dedupe_key")
    messages_enqueue(topic=TOPIC, items=[(f"sms:{pk}", key, {"sms_id": pk}) for pk, key in rows])


@transaction.atomic
def sms_take_for_sending(*, sms_id: int, at: datetime) -> SmsMessage:
    """The message as the sender is to treat it: whatever does not ``needs_sending`` is finished with."""
    sms = SmsMessage.objects.select_for_update().get(pk=sms_id)
    if sms.needs_sending and (at >= sms.expires_at or not sms.text):
        sms.state = SmsState.EXPIRED
        sms.finished_at = at
        _scrub(sms)
        sms.save()
    return sms


@transaction.atomic
def sms_sent_record(*, sms_id: int, gateway_id: str, at: datetime) -> SmsMessage:
    """The gateway took the message under its own number. Recording it again changes nothing."""
    sms = SmsMessage.objects.select_for_update().get(pk=sms_id)
    if sms.needs_sending:
        sms.gateway_id = gateway_id
        sms.state = SmsState.SENT
        sms.sent_at = at
        sms.finished_at = None
        sms.failure_code = ""
        _scrub(sms)
        sms.save()
    return sms


@transaction.atomic
def sms_delivery_record(*, gateway_id: str, state: str, code: str, at: datetime) -> SmsMessage:
    """What the gateway reports about a message it took. Repeated and late reports never move it back.

    Raises ``SmsError("unknown_gateway_id")`` when no message has that number yet: the report may be faster than our
    own note of it, so the caller tries again.
    """
    if state not in REPORTED:
        raise SmsError("unknown_state", _("短信网关报告了未知的状态。"))
    reported = SmsState(state)
    sms = SmsMessage.objects.select_for_update().filter(gateway_id=gateway_id).exclude(gateway_id="").first()
    if sms is None:
        raise SmsError("unknown_gateway_id", _("没有找到短信网关报告的短信。"))
    if RANK[reported] > RANK[SmsState(sms.state)]:
        sms.state = reported
        sms.failure_code = code[:60] if reported == SmsState.FAILED else ""
        sms.finished_at = at
        _scrub(sms)
        sms.save()
    return sms


@transaction.atomic
def inbox_catch_up(*, at: datetime) -> int:
    """Development: everything that waits is on the inbox page, from the moment it was written; how many texts.

    For a world whose months were played in a minute: a text written in March must not go out, or expire, today.
    """
    if settings.SMS_GATEWAY != "inbox":
        return 0
    inbox, state = Value("inbox-"), SmsState.DELIVERED
    receipt = JSONObject(state=Value(state.value), gateway_id=Concat(inbox, Substr("subject", len("sms:") + 1)))
    subjects = messages_hand_over(topic=TOPIC, receipt=receipt, now=at)
    waiting = SmsMessage.objects.filter(
        pk__in=[int(subject.removeprefix("sms:")) for subject in subjects], state=SmsState.QUEUED, gateway_id=""
    )
    written = F("queued_at")
    return waiting.update(
        gateway_id=Concat(inbox, Cast("pk", CharField())), state=state, sent_at=written, finished_at=written
    )


@transaction.atomic
def sms_failure_record(*, sms_id: int, code: str, at: datetime) -> None:
    """The message was given up before the gateway took it."""
    sms = SmsMessage.objects.select_for_update().get(pk=sms_id)
    if sms.needs_sending:
        sms.state = SmsState.FAILED
        sms.failure_code = code[:60]
        sms.finished_at = at
        _scrub(sms)
        sms.save()


def sms_message_died(*, message: OutboxMessage, **kwargs: Any) -> None:
    """Connected to ``message_died``: the text message fails with the outbox message that carried it."""
    if message.topic == TOPIC:
        sms_failure_record(sms_id=message.content["sms_id"], code=message.last_error_code, at=timezone.now())


def _scrub(sms: SmsMessage) -> None:
    """A code is of no use to anybody once it went out; only the development inbox keeps it, to be read there."""
    if sms_template(sms.template).secret and settings.SMS_GATEWAY != "inbox":
        sms.text = ""
